using System.Globalization;
using System.Text;

namespace Muster.Cli.Tests.Rooms;

/// <summary>Namespaces that use each other in a circle.</summary>
/// <param name="Namespaces">All of them.</param>
/// <param name="Uses">What makes the circle: every use of one by another.</param>
internal sealed record NamespaceCircle(IReadOnlyList<string> Namespaces, IReadOnlyList<NamespaceUse> Uses)
{
    // Enough to see what an edge is about.
    private const int UsesShownMax = 4;

    /// <summary>The edges with the types that make them, those that fewest types make first: these are the cheapest to cut.</summary>
    public override string ToString()
    {
        var text = new StringBuilder()
            .Append(Namespaces.Count)
            .AppendLine(" namespaces use each other in a circle; move types until no edge closes it:");
        foreach (var edge in Uses.GroupBy(use => (use.From, use.To)).OrderBy(edge => edge.Count()))
        {
            var shown = edge.Take(UsesShownMax).Select(use => $"{use.User} uses {use.Used}");
            var more = edge.Count() > UsesShownMax ? $", and {edge.Count() - UsesShownMax} more" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {edge.Key.From} -> {edge.Key.To}: {string.Join(", ", shown)}{more}");
        }

        return text.ToString();
    }
}

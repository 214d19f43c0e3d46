using System.Globalization;

using Muster.Api;
using Muster.Api.Groups;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary>How revisions are shown.</summary>
internal static class RevisionViews
{
    public static void Write(Terminal terminal, IReadOnlyList<RevisionView> revisions, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, revisions, ApiJson.Default.RevisionView);
            return;
        }

        var grid = new Grid("REVISION", "SINCE", new Column("BY", Drop: 1), new Column("MADE OF") { Wraps = true });
        foreach (var revision in revisions)
        {
            grid.Add(revision.Revision, Moments.Text(revision.CreatedAt), revision.Author, MadeOf(revision));
        }

        grid.Write(terminal, output);
    }

    private static string MadeOf(RevisionView revision) => revision.Placements is not { } placements
        ? $"template {revision.TemplateName ?? revision.TemplateId.ToString()}"
        : $"{revision.Distribution}{PlacementViews.OnDemand(revision.OnDemandPercentAboveBase)}: "
            + string.Join(", ", placements.Select(MadeOf));

    private static string MadeOf(RevisionPlacementView placement) =>
        $"{placement.Name} ({string.Join(", ", Parts(placement).OfType<string>())})";

    private static IEnumerable<string?> Parts(RevisionPlacementView placement)
    {
        yield return placement.TemplateName ?? placement.TemplateId.ToString();
        yield return placement.Zone is null ? null : $"zone {placement.Zone}";
        yield return Number("rank", placement.Rank);
        yield return Number("weight", placement.Weight);
        yield return placement.Min == 0 ? null : Number("min", placement.Min);
        yield return Number("max", placement.Max);
        yield return placement.Base == 0 ? null : Number("base", placement.Base);
        yield return placement.Interruptible ? "interruptible" : null;
    }

    private static string? Number(string what, int? number) =>
        number is null ? null : string.Create(CultureInfo.InvariantCulture, $"{what} {number}");
}

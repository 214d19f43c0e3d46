namespace Muster.Cli.Wording;

/// <summary>A port that each instance has in an attribute, as it is written in place of a number: <c>attribute:port</c>.</summary>
internal static class PortText
{
    private const string Prefix = "attribute:";

    /// <summary>The attribute's name; null where the text is no such port.</summary>
    public static string? AttributeOf(string? text) =>
        text?.StartsWith(Prefix, StringComparison.Ordinal) is true && text.Length > Prefix.Length ? text[Prefix.Length..] : null;
}

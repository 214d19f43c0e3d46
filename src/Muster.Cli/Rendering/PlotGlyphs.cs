using Muster.Cli.Terminals;

namespace Muster.Cli.Rendering;

/// <summary>What a plot is drawn with.</summary>
internal enum PlotGlyphs
{
    /// <summary>One mark a character: for pipes, and terminals that can no more.</summary>
    Ascii,

    /// <summary>Eight dots a character, told apart by their colours.</summary>
    Braille,
}

/// <summary>Which glyphs a terminal can show.</summary>
internal static class PlotGlyphsOf
{
    private static readonly string[] Locales = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>Dots only for a person who sees colours, where the locale says UTF-8: the console of Linux has no such font.</summary>
    public static PlotGlyphs Output(Terminal terminal) =>
        terminal.Colours && terminal.Environment("TERM") != "linux" && SaysUtf8(terminal) ? PlotGlyphs.Braille : PlotGlyphs.Ascii;

    // The first that is set counts, as for every program.
    private static bool SaysUtf8(Terminal terminal) =>
        Locales.Select(terminal.Environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } locale
        && locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase);
}

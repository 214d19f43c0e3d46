namespace Muster.Cli.Rendering;

/// <summary>Tones as colours.</summary>
internal static class Styles
{
    /// <summary>A cell as a terminal shows it, in its colour where colours may be used.</summary>
    public static string Coloured(Cell cell, bool colours) => cell.Text.Length == 0 || !colours || Code(cell.Tone) is not { } code
        ? cell.Text
        : $"\e[{code}m{cell.Text}\e[0m";

    /// <summary>A heading.</summary>
    public static string Bold(Cell cell, bool colours) => cell.Text.Length == 0 || !colours ? cell.Text : $"\e[1m{cell.Text}\e[0m";

    // The colours that every terminal has had for forty years, in the user's own shades.
    private static int? Code(Tone tone) => tone switch
    {
        Tone.Good => 32,
        Tone.Busy => 33,
        Tone.Bad => 31,
        Tone.Dim => 90,
        _ => null,
    };
}

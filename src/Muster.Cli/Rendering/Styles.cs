using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>Tones as colours.</summary>
internal static class Styles
{
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Busy = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Dim = new(Color.Grey);

    public static Style Of(Tone tone) => tone switch
    {
        Tone.Good => Good,
        Tone.Busy => Busy,
        Tone.Bad => Bad,
        Tone.Dim => Dim,
        _ => Style.Plain,
    };
}

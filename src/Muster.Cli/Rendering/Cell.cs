namespace Muster.Cli.Rendering;

/// <summary>One value in a table.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Tone">How it is coloured.</param>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>A plain one; null is a dash.</summary>
    public static implicit operator Cell(string? text) => new(string.IsNullOrEmpty(text) ? "-" : text);

    /// <summary>A number.</summary>
    public static implicit operator Cell(int number) => new(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

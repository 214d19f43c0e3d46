using System.Globalization;

namespace Muster.Core.Steering;

/// <summary>Values as sentences show them, and as counts of instances.</summary>
internal static class Figure
{
    /// <summary>A value in at most ten characters or so: <c>82</c>, <c>0.25</c>, <c>1.5E+300</c>.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e-4 or >= 1e9 => value.ToString("G4", CultureInfo.InvariantCulture),
        < 1 => value.ToString("0.####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// The least whole number that is not below; 0 for what is no number. A billionth is forgiven: three times a tenth is three tenths.
    /// </summary>
    public static int Ceiling(double count) =>
        !(count > 0) ? 0
        : count >= int.MaxValue ? int.MaxValue
        : (int)Math.Ceiling(count * (1 - 1e-9));
}

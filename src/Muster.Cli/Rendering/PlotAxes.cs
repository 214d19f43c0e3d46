using System.Globalization;

namespace Muster.Cli.Rendering;

/// <summary>Where the marks of a plot's axes are, at numbers and times that people count by.</summary>
internal static class PlotAxes
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
        TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(28),
    ];

    private static readonly int[] Factors = [1, 2, 5, 10];

    /// <summary>The least step of 1, 2 or 5 times a power of ten of which so many reach over a span.</summary>
    public static double StepOf(double span, int count)
    {
        var least = span / Math.Max(1, count);
        if (!(least > 0) || !double.IsFinite(least))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power > 0 ? Factors.First(factor => factor == 10 || factor * power >= least * 0.999999) * power : 1;
    }

    /// <summary>A value as an axis shows it.</summary>
    public static string Text(double value, double step) => Math.Abs(value) is >= 1e9 or (> 0 and < 1e-4)
        ? value.ToString("0.##E+0", CultureInfo.InvariantCulture)
        : value.ToString(step >= 1 ? "0" : "0.####", CultureInfo.InvariantCulture);

    /// <summary>The times to mark, with what to write there.</summary>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The last one.</param>
    /// <param name="most">How many at most.</param>
    public static IEnumerable<(DateTimeOffset At, string Text)> Times(DateTimeOffset from, DateTimeOffset to, int most)
    {
        var step = Steps.FirstOrDefault(step => (to - from) / step <= Math.Max(1, most));
        step = step == TimeSpan.Zero ? TimeSpan.FromDays(Math.Ceiling((to - from).TotalDays / Math.Max(1, most))) : step;
        var first = from.UtcTicks / step.Ticks * step.Ticks;
        for (var ticks = first < from.UtcTicks ? first + step.Ticks : first; ticks <= to.UtcTicks; ticks += step.Ticks)
        {
            var at = new DateTimeOffset(ticks, TimeSpan.Zero);
            var format = at.TimeOfDay == TimeSpan.Zero ? "MM-dd" : step < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm";
            yield return (at, at.ToString(format, CultureInfo.InvariantCulture));
        }
    }
}

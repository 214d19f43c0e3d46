using System.Globalization;

using Muster.Core;
using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Times;

/// <summary>Times in a configuration.</summary>
internal static class Durations
{
    /// <summary>Reads an attribute such as <c>"30s"</c>.</summary>
    /// <returns>The time; null when it is left out, unknown, or wrong, which is among the findings then.</returns>
    public static TimeSpan? Read(Fields fields, string name, TimeSpan min, TimeSpan max, FindingList findings, AttributePath? within = null)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var time) && time >= min && time <= max)
        {
            return time;
        }

        findings.Invalid(
            within?.At(name) ?? AttributePath.Of(name),
            text,
            $"a time from {DurationText.Format(min)} to {DurationText.Format(max)}, such as \"30s\"");
        return null;
    }

    /// <summary>Writes seconds exactly, in the largest unit that is.</summary>
    public static string Write(double seconds)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return time.Milliseconds == 0
            ? DurationText.Format(time)
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms");
    }

    /// <summary>Whether a text says the same time, however it is spelled.</summary>
    public static bool IsSame(string? text, double seconds) =>
        text is not null && DurationText.TryParse(text, out var time) && Math.Abs(time.TotalSeconds - seconds) < 0.0005;
}

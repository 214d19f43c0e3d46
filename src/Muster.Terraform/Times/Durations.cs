using System.Globalization;

using Muster.Core;
using Muster.Core.Placements;
using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Times;

/// <summary>Times in a configuration.</summary>
internal static class Durations
{
    /// <summary>Written in place of a time, for never.</summary>
    public const string Off = "off";

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

    /// <summary>Writes seconds exactly, in the largest units that are.</summary>
    public static string Write(double seconds)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return DurationText.Format(time) is var text && DurationText.TryParse(text, out var same) && same == time ? text
            : time.Milliseconds == 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms");
    }

    /// <summary>Seconds as the API has them, where 0 is never; null for none.</summary>
    public static string? WriteOrOff(double? seconds) => seconds switch
    {
        null => null,
        LayoutEdit.Off => Off,
        { } some => Write(some),
    };

    /// <summary>The seconds of a time or <see cref="Off"/>, as the API has them; null when it is neither.</summary>
    public static double? SecondsOrOff(string? text) =>
        text == Off ? LayoutEdit.Off
        : text is not null && DurationText.TryParse(text, out var time) ? time.TotalSeconds
        : null;

    /// <summary>Whether two texts say the same, each a time or <see cref="Off"/>.</summary>
    public static bool IsSameOrOff(string? one, string? other) =>
        SecondsOrOff(one) is { } first && SecondsOrOff(other) is { } second && Math.Abs(first - second) < 0.0005;

    /// <summary>Whether a text says the same time, however it is spelled.</summary>
    public static bool IsSame(string? text, double seconds) =>
        text is not null && DurationText.TryParse(text, out var time) && Math.Abs(time.TotalSeconds - seconds) < 0.0005;
}

using System.Globalization;

namespace Muster.Core.Steering;

/// <summary>Steps as people write them: <c>0..10: +1</c>, <c>10..: +30%</c>.</summary>
internal static class StepText
{
    public const string Rule = "as '0..10: +1' or '10..: +30%': from how far beyond the threshold, up to how far, and what is done";

    public static string Of(PolicyStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"{step.From:R}..{step.To:R}: {step.Adjustment}");

    public static PolicyStep? Read(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (colon < 0 || dots < 0 || dots > colon || !Adjustment.TryParse(text[(colon + 1)..], out var adjustment)
            || Number(text[..dots]) is not { } from)
        {
            return null;
        }

        var end = text[(dots + 2)..colon].Trim();
        return end.Length == 0 ? new(from, To: null, adjustment)
            : Number(end) is { } to ? new(from, to, adjustment)
            : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

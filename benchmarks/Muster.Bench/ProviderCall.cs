using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Bench;

/// <summary>One call of Terraform's, as the provider's log tells it.</summary>
/// <param name="Name">The method.</param>
/// <param name="ElapsedMs">How long it took.</param>
/// <param name="At">When it ended.</param>
internal sealed partial record ProviderCall(string Name, double ElapsedMs, DateTimeOffset At)
{
    /// <summary>The call that a line tells of; null when it tells of none. Terraform writes a line's fields in any order.</summary>
    public static ProviderCall? Parse(string line) => Called().Match(line) is { Success: true } name
        && Elapsed().Match(line) is { Success: true } elapsed && Ended().Match(line) is { Success: true } ended
        ? new(
            name.Groups[1].Value, double.Parse(elapsed.Groups[1].Value, CultureInfo.InvariantCulture),
            DateTimeOffset.Parse(ended.Groups[1].Value, CultureInfo.InvariantCulture))
        : null;

    [GeneratedRegex(@"\bcall=(\w+)")]
    private static partial Regex Called();

    [GeneratedRegex(@"\belapsed_ms=([0-9.]+)")]
    private static partial Regex Elapsed();

    [GeneratedRegex(@"timestamp=\W?([0-9T:.-]+Z)")]
    private static partial Regex Ended();
}

using Muster.Core.Groups;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// How far what a check says of itself may go: near what the engine itself would write, with room for clocks that differ.
/// </summary>
public static class CheckBounds
{
    /// <summary>
    /// How far a clock that goes by the store's may be ahead of it: its reading travelled, and a machine may have slept since.
    /// </summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long ago something may have happened that is told only now: the longest check, with a store that was away at its end.
    /// </summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromDays(1);

    /// <summary>
    /// The longest that a group may wait for its next attempt: an hourly brake's last bucket, which outlasts every
    /// back-off and every silence.
    /// </summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(66);

    /// <summary>Longest text, in characters: a cloud's message may be a page, and is no book.</summary>
    public const int TextMax = 16_000;

    /// <summary>Longest name or id, in characters.</summary>
    public const int NameMax = 1000;

    /// <summary>Most instances of one kind that a look may count.</summary>
    public const int CountMax = 1_000_000;

    /// <summary>Most that a group may say it costs an hour: no more of it counts.</summary>
    public const decimal SpendMax = Prices.PriceRules.SpendMax;

    /// <summary>Most failures in a row: the exponent of a back-off that is capped long before.</summary>
    public const int FailuresMax = 1_000_000;

    /// <summary>Most buckets of an hour and five minutes, one more for a clock that jumped.</summary>
    public const int BucketsMax = 15;

    /// <summary>Whether a moment can be told now: not later than the clocks allow, and not older than anything that is told late.</summary>
    public static bool IsRecent(DateTimeOffset at, DateTimeOffset now) => at <= now + ClockSlack && at >= now - AgeMax;

    /// <summary>A text without its end, if it is too long to be told.</summary>
    public static string Clip(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string More = " ...";
        return text.Length <= TextMax
            ? text
            : string.Concat(
                text.AsSpan(0, char.IsHighSurrogate(text[TextMax - More.Length - 1]) ? TextMax - More.Length - 1 : TextMax - More.Length),
                More);
    }

    /// <summary>Whether a text is one, and not too long; none is none.</summary>
    internal static bool IsText(string? text) => text is null || text.Length <= TextMax;

    /// <summary>The most that one check may launch or terminate, whatever the group's own brakes were when it was planned.</summary>
    internal const int PerCheckMax = Brakes.PerCheckLimit;
}

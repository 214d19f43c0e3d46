using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Storage;

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
    public const decimal SpendMax = PriceRules.SpendMax;

    /// <summary>Most failures in a row: the exponent of a back-off that is capped long before.</summary>
    public const int FailuresMax = 1_000_000;

    /// <summary>Most buckets of an hour and five minutes, one more for a clock that jumped.</summary>
    public const int BucketsMax = 15;

    /// <summary>Whether a moment can be told now: not later than the clocks allow, and not older than anything that is told late.</summary>
    public static bool IsRecent(DateTimeOffset at, DateTimeOffset now) => at <= now + ClockSlack && at >= now - AgeMax;

    /// <summary>
    /// The most that a group is believed to cost an hour: as much as so many of its dearest instances, or what is known already where that
    /// is more, since prices may have changed since.
    /// </summary>
    /// <param name="known">The group as the store has it.</param>
    /// <param name="counts">What it holds. A dead one may be given up and run, which counts do not tell.</param>
    /// <param name="more">How many may have been launched since.</param>
    /// <param name="prices">What instances cost now.</param>
    public static decimal SpendOf(GroupRecord known, InstanceCounts counts, int more, PriceBook prices)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(prices);
        var dearest = known.PriceScopes
            .Max(scope => prices.Find(scope.Cloud, scope.Zone, scope.Size, scope.IsInterruptible is true)) ?? 0;
        var held = Budget.CostingOf(counts) + counts.Dead + more;
        return Math.Max(known.State.SpendPerHour, Math.Min(SpendMax, held * dearest));
    }

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

namespace Muster.Core.Pulsing;

/// <summary>When something is due, and when it is late: the rules, as functions of times alone.</summary>
internal static class DueTimes
{
    /// <summary>Longest wait for anything: a clock that jumped must not put a group to sleep.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    /// <summary>Below this nothing is late, however short the interval.</summary>
    private static readonly TimeSpan LateMin = TimeSpan.FromSeconds(1);

    /// <summary>A wake is due at once, unless the last check ended just now: wakes that arrive faster melt into one.</summary>
    public static TimeSpan OfWake(TimeSpan now, TimeSpan? endedAt, TimeSpan gap) => endedAt is { } ended ? Later(now, ended + gap) : now;

    /// <summary>
    /// A sweep is due with the first of its groups, and not later than it must be read again; after a failure, when its wait is over.
    /// </summary>
    /// <param name="retryAt">When a sweep that failed is tried again; null when it did not fail.</param>
    /// <param name="first">When the first of its groups is due; null when none rests.</param>
    /// <param name="readAgain">When it is read again though nothing is due; null when it need not be.</param>
    public static TimeSpan OfSweep(TimeSpan? retryAt, TimeSpan? first, TimeSpan? readAgain) =>
        retryAt ?? Earlier(first, readAgain) ?? TimeSpan.MaxValue;

    /// <summary>What a hint was about is looked for once more, unless the last look began when every listing showed it.</summary>
    /// <param name="shownAt">From when every listing shows it; null when there was no hint.</param>
    /// <param name="lookBeganAt">When the last look began.</param>
    public static TimeSpan? OfUnseenHint(TimeSpan? shownAt, TimeSpan lookBeganAt) => shownAt > lookBeganAt ? shownAt : null;

    /// <summary>How long before it is due a group comes along with others: one listing serves all.</summary>
    /// <remarks>
    /// Beyond half an interval, groups that are checked equally often come to have one beat however they came up: those that a listing
    /// leaves out are due more than half an interval later, and by then what it served is due within another half. The rest makes up for
    /// the tenth by which each is spread (<see cref="NextDue"/>). Groups that are checked less often meet such a listing in time anyway,
    /// and are not to be checked twice as often as they ask for.
    /// </remarks>
    /// <param name="interval">The group's.</param>
    /// <param name="beat">The shortest interval in its sweep.</param>
    public static TimeSpan Reach(TimeSpan interval, TimeSpan beat) => interval <= beat ? interval * 0.6 : interval / 4;

    /// <summary>Whether what was due then is late: by more than a tenth of its interval, and by more than a second.</summary>
    /// <param name="due">When it was due; null when nobody waits for it.</param>
    /// <param name="interval">Its interval.</param>
    /// <param name="now">The time.</param>
    public static bool IsLate(TimeSpan? due, TimeSpan interval, TimeSpan now) => now > due + Later(LateMin, interval / 10);

    /// <summary>How long until the next of these is due, at most <see cref="WaitMax"/>.</summary>
    public static TimeSpan Until(TimeSpan? next, TimeSpan now) => next is { } at ? Earlier(at - now, WaitMax) : WaitMax;

    /// <summary>The earlier time, or the shorter span.</summary>
    public static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>The earlier of those that there are.</summary>
    public static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    /// <summary>The later time, or the longer span.</summary>
    public static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

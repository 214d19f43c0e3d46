using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Nomad.Jobs;

/// <summary>When a job runs: the cron lines that keep an interval, each job at a second of its own.</summary>
/// <remarks>
/// Seven fields: seconds first, year last. 10,000 jobs at second 0 would all start at once and wait for each other. A cron line cannot
/// keep an interval that does not divide its minute or hour evenly, so the next shorter one that does is taken: a group is checked at
/// least as often as asked.
/// </remarks>
public static class Schedules
{
    private static readonly ImmutableArray<int> SecondsKept =
        [5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, 3600];

    /// <summary>The interval that is kept for one that is asked for.</summary>
    public static TimeSpan Kept(TimeSpan interval)
    {
        var kept = SecondsKept[0];
        foreach (var seconds in SecondsKept)
        {
            kept = seconds <= interval.TotalSeconds ? seconds : kept;
        }

        return TimeSpan.FromSeconds(kept);
    }

    /// <summary>The cron line of a job.</summary>
    public static string Spec(JobKey key, TimeSpan interval)
    {
        var period = (int)Kept(interval).TotalSeconds;
        var offset = (int)(key.Spread % (ulong)period);
        var (minute, second) = (offset / 60, offset % 60);
        return period switch
        {
            < 60 => Fields($"{second}/{period}", "*"),
            60 => Fields(Text(second), "*"),
            < 3600 => Fields(Text(second), $"{minute}/{period / 60}"),
            _ => Fields(Text(second), Text(minute)),
        };
    }

    private static string Fields(string second, string minute) => $"{second} {minute} * * * * *";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

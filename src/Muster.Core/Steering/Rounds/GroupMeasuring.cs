using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Launches;
using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>What becomes of the answers of sources and of pushed readings: a group's readings; pure.</summary>
public static class GroupMeasuring
{
    /// <summary>How many there were to be, kept beside what was read, for plots and backtests. No metric can be called that.</summary>
    public const string Desired = "@desired";

    /// <summary>How many were up.</summary>
    public const string Running = Course.Running;

    /// <summary>Takes in what is new of every metric that a group's policies read.</summary>
    /// <param name="group">The group.</param>
    /// <param name="answers">What the sources said.</param>
    /// <param name="log">The group's readings.</param>
    /// <param name="now">The instant.</param>
    internal static void TakeIn(
        SteeredGroup group, IReadOnlyDictionary<(string Metric, GroupId Group), MetricAnswer> answers, ReadingLog log, DateTimeOffset now)
    {
        var record = group.Record;
        foreach (var need in Needs(record))
        {
            if (Pushed(group, need, log, now))
            {
                log.Note(need.Metric, trouble: null);
            }
            else if (answers.TryGetValue((need.Metric, record.Group.Id), out var answer))
            {
                var limits = new SampleLimits
                {
                    AllowsNegative = need.AllowsNegative,
                    AgeMax = need.AgeMax,
                    Warming = Warming(record, need.Warmup, now),
                };
                var read = SampleRules.Read(answer, limits, now);
                if (read.Reading is { } reading)
                {
                    log.Add(need.Metric, Stamped(reading, need, record));
                }

                log.Note(need.Metric, read.Missing);
            }
        }

        log.Add(Desired, new(now, record.SettleAt(now).Desired));
        log.Add(Running, new(now, record.State.Counts.Running));
    }

    /// <summary>The metrics that a group's policies read, each with what its samples may be.</summary>
    internal static IEnumerable<MetricUse> Needs(GroupRecord record) =>
        record.Policies
            .Where(policy => policy.Mode is not PolicyMode.Off)
            .SelectMany(policy => policy.Rule.Metrics, (policy, metric) => (Metric: metric, policy.Rule))
            .GroupBy(need => need.Metric, need => need.Rule, StringComparer.Ordinal)
            .Select(need => new MetricUse(
                need.Key,
                AllowsNegative: need.All(rule => rule is not (PolicyRule.Backlog or PolicyRule.Target)),
                IsMean: need.Any(rule => rule.ReadsMean) && need.All(rule => rule.ReadsMean || rule is PolicyRule.Step),
                need.Max(rule => rule.MaxAge),
                need.OfType<PolicyRule.Target>().Max(rule => rule.Warmup)));

    /// <summary>
    /// Takes in what was pushed since the newest reading, if anything was pushed that is not too old to count: then whoever pushes is the
    /// source, and no other is asked.
    /// </summary>
    private static bool Pushed(
        SteeredGroup group, MetricUse need, ReadingLog log, DateTimeOffset now)
    {
        var counted = group.Pushed.Where(reading =>
            reading.Metric == need.Metric && reading.At <= now && now - reading.At <= need.AgeMax
            && (reading.Value >= 0 || need.AllowsNegative)).ToList();
        if (counted.Count == 0)
        {
            return false;
        }

        var known = log.Last(need.Metric)?.At ?? DateTimeOffset.MinValue;
        foreach (var reading in counted.Where(reading => reading.Instance is null && reading.At > known).OrderBy(reading => reading.At))
        {
            log.Add(need.Metric, Stamped(new(reading.At, reading.Value), need, group.Record));
        }

        // One value for the whole group says more than a few of its instances'.
        if (counted.All(reading => reading.Instance is not null))
        {
            var each = counted.GroupBy(reading => reading.Instance).Select(instance => instance.MaxBy(reading => reading.At)!).ToList();
            log.Add(need.Metric, new(each.Max(reading => reading.At), each.Sum(reading => reading.Value / each.Count), each.Count));
        }

        return true;
    }

    /// <summary>
    /// One number for all that is a mean is the mean of those that were up then: when more come up, it says nothing of them, and moves the
    /// level no further.
    /// </summary>
    private static Reading Stamped(Reading reading, MetricUse need, GroupRecord record) =>
        need.IsMean && reading.Instances == 0 ? reading with { Instances = record.State.Counts.Running } : reading;

    /// <summary>
    /// Instances whose values say nothing yet, by id and by name: those whose launch is still followed, or that are as young as that.
    /// </summary>
    private static FrozenSet<string> Warming(GroupRecord record, TimeSpan? warmup, DateTimeOffset now) => record.OpenLaunches
        .Where(launch => launch.Phase is LaunchPhase.Accepted or LaunchPhase.Seen)
        .Where(launch => warmup is null || now - launch.CreatedAt < warmup)
        .SelectMany(launch => new[] { launch.Instance?.ToString(), launch.InstanceName })
        .OfType<string>()
        .ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>How a group's policies use a metric.</summary>
/// <param name="Metric">Which.</param>
/// <param name="AllowsNegative">Whether its values may be below zero.</param>
/// <param name="IsMean">Whether a single value is the mean of the group's instances.</param>
/// <param name="AgeMax">How old a value may be for any of the policies.</param>
/// <param name="Warmup">How long a new instance's values say nothing; null while its launch is followed.</param>
internal sealed record MetricUse(string Metric, bool AllowsNegative, bool IsMean, TimeSpan AgeMax, TimeSpan? Warmup);

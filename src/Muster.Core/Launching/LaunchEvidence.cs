using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Reconciling;

namespace Muster.Core.Launching;

/// <summary>Reads a breaker from a listing, for whoever has no store. Pure.</summary>
/// <remarks>
/// Each instance carries, as a tag, how many launches in a row had failed when it was launched. So the newest dead one says all that
/// a store would, and older ones may go. See docs/decisions/0094-what-a-check-without-a-store-remembers.md.
/// </remarks>
public static class LaunchEvidence
{
    /// <summary>The tag that says how many launches in a row had failed before this one; missing for none.</summary>
    public const string FailuresTag = "muster.failures";

    /// <summary>
    /// A dead instance that is older has lived, or is nobody's evidence any more. Whoever runs checks without a store runs them at least so
    /// often; with a longer interval, a launch each time is no storm.
    /// </summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromHours(1);

    /// <summary>How far the cloud's clock may be ahead before nothing is concluded from its times.</summary>
    private static readonly TimeSpan ClockAheadMax = TimeSpan.FromMinutes(5);

    /// <summary>What the listing shows of the launches before.</summary>
    /// <param name="template">What launches are made from.</param>
    /// <param name="owned">The group's instances there; those over their boot time-out as failed.</param>
    /// <param name="traits">The cloud's.</param>
    /// <param name="now">The check's instant.</param>
    public static LaunchRecall Read(TemplateId template, ImmutableArray<Instance> owned, CloudTraits traits, DateTimeOffset now)
    {
        var settleAge = traits.BootGrace > traits.ListingLagMax ? traits.BootGrace : traits.ListingLagMax;

        // Those of another template say nothing of this one: with it, somebody may have mended what failed.
        var ours = owned.Where(instance =>
            instance.Read<LaunchId>(MusterTags.Launch) is not null
            && instance.Read<TemplateId>(MusterTags.Template) == template).ToList();
        var proven = ours.Where(instance => instance.State is InstanceState.Running && now - instance.CreatedAt >= settleAge).ToList();
        DateTimeOffset? provenAt = proven.Count == 0 ? null : proven.Max(instance => instance.CreatedAt);
        var dead = ours.Where(instance =>
            instance.IsDead && now - instance.CreatedAt < settleAge + AgeMax && !(instance.CreatedAt <= provenAt)).ToList();
        var unproven = ours.Where(instance => instance.IsLive && !(instance.CreatedAt <= provenAt) && !proven.Contains(instance)).ToList();
        if (dead.Count == 0 && unproven.All(instance => FailuresBefore(instance) == 0))
        {
            return new(LaunchBreaker.Closed, []);
        }

        var before = dead.Concat(unproven).Max(FailuresBefore);
        ImmutableArray<Instance> failures =
        [
            .. dead.Where(instance => FailuresBefore(instance) == before)
                .OrderByDescending(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ];
        return new(BreakerOf(before, failures, unproven, settleAge, now), failures);
    }

    /// <summary>What the tag of a launch says that is made while the breaker is so.</summary>
    /// <returns>0 when there is nothing to say.</returns>
    public static int TagOf(LaunchBreaker breaker)
    {
        if (!breaker.IsOpen)
        {
            return breaker.FailuresInRow;
        }

        var probes = 0;
        while (IntervalOf(probes + 1) < breaker.ProbeInterval)
        {
            probes++;
        }

        return LaunchBreaker.FailuresMax + probes;
    }

    private static LaunchBreaker BreakerOf(
        int before, ImmutableArray<Instance> failures, List<Instance> unproven, TimeSpan settleAge, DateTimeOffset now)
    {
        var count = before + failures.Length;
        var newest = failures.IsEmpty ? null : failures[0];
        var breaker = new LaunchBreaker
        {
            FailuresInRow = count,
            FailedAt = newest?.CreatedAt,
            LastFailure = newest is null ? "its instance has not lasted yet" : $"{newest.Name} {Words.Of(newest)}",
        };
        if (count < LaunchBreaker.FailuresMax)
        {
            return breaker;
        }

        // From the fifth failure on each launch is a probe, and its tag counts the probes.
        var probes = before < LaunchBreaker.FailuresMax ? 0 : before - LaunchBreaker.FailuresMax + failures.Length;

        // Where the cloud's clock is wrong, one launch a check is little harm, and waiting for that time would be for ever.
        var probeAt = newest is null || IsAhead(newest, now) ? now : newest.CreatedAt + IntervalOf(probes);
        foreach (var instance in unproven.Where(instance => !IsAhead(instance, now)))
        {
            // A probe is out: its fate comes first.
            var age = now - instance.CreatedAt;
            var wait = now + (age < settleAge ? settleAge - age : LaunchBreaker.ProbeIntervalMin);
            probeAt = wait > probeAt ? wait : probeAt;
        }

        return breaker with { ProbeAt = probeAt, ProbeInterval = IntervalOf(probes + 1) };
    }

    /// <summary>Compared by what lies between: a cloud may say any time there is, and nothing can be added to the last one.</summary>
    private static bool IsAhead(Instance instance, DateTimeOffset now) => instance.CreatedAt - now > ClockAheadMax;

    private static TimeSpan IntervalOf(int probes)
    {
        var interval = LaunchBreaker.ProbeIntervalMin;
        for (var i = 0; i < probes && interval < LaunchBreaker.ProbeIntervalMax; i++)
        {
            interval += interval;
        }

        return interval < LaunchBreaker.ProbeIntervalMax ? interval : LaunchBreaker.ProbeIntervalMax;
    }

    /// <summary>What a stranger wrote there counts for no more than Muster itself would write.</summary>
    private static int FailuresBefore(Instance instance) =>
        instance.Tags.TryGetValue(FailuresTag, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var failures) ? Math.Min(failures, 100) : 0;
}

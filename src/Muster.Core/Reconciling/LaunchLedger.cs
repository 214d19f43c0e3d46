using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Reads what a listing says about the open launches. Pure: takes the ledger's open entries and a look, and says how each
/// story went on; see <see cref="LaunchPhase"/> for the stories there are.
/// </summary>
internal sealed class LaunchLedger(
    GroupRecord record, LaunchBreaker breaker, CloudTraits traits, TimeSpan launchExpiry, ActivityWriter activities)
{
    private readonly ImmutableArray<Launch>.Builder _changed = ImmutableArray.CreateBuilder<Launch>(record.OpenLaunches.Length);
    private readonly ImmutableArray<Launch>.Builder _open = ImmutableArray.CreateBuilder<Launch>(record.OpenLaunches.Length);

    /// <summary>Launches whose phase changed.</summary>
    public ImmutableArray<Launch> Changed => _changed.ToImmutable();

    /// <summary>Those still open, as they are now.</summary>
    public ImmutableArray<Launch> Open => _open.ToImmutable();

    /// <summary>The breaker after it.</summary>
    public LaunchBreaker Breaker { get; private set; } = breaker;

    /// <summary>A launch is proven when its instance runs at this age: it has booted.</summary>
    private TimeSpan SettleAge => traits.BootGrace > traits.ListingLagMax ? traits.BootGrace : traits.ListingLagMax;

    /// <summary>
    /// Found dead before this age, it died young. Where a cloud cannot tell us of a death, the death may be a whole
    /// interval older than the look that finds it.
    /// </summary>
    private TimeSpan YoungAge => traits.Watches ? SettleAge : SettleAge + record.Group.Interval;

    /// <summary>Goes through the open entries.</summary>
    /// <param name="owned">A whole listing of the group.</param>
    /// <param name="observedAt">When that listing began.</param>
    /// <param name="now">The check's instant.</param>
    /// <param name="over">Those that are over their boot time-out: they failed to boot, however old they are.</param>
    /// <param name="sick">Those that do not work, as a source of health says: they prove nothing, and who ends as such died young.</param>
    public void Read(
        ImmutableArray<Instance> owned,
        DateTimeOffset observedAt,
        DateTimeOffset now,
        ImmutableHashSet<InstanceId>? over = null,
        ImmutableHashSet<InstanceId>? sick = null)
    {
        if (record.OpenLaunches.IsEmpty)
        {
            return;
        }

        var byLaunch = owned
            .Where(instance => instance.Read<LaunchId>(MusterTags.Launch) is not null)
            .ToLookup(instance => instance.Read<LaunchId>(MusterTags.Launch)!.Value);
        var ended = record.State.RecentTerminations.Select(termination => termination.Instance).ToHashSet();
        foreach (var launch in record.OpenLaunches)
        {
            // A cloud without tokens may have made two for one launch: the living one tells the story.
            var instance = byLaunch[launch.Id]
                .OrderByDescending(one => one.IsLive || one.State is InstanceState.Warm).ThenBy(one => one.Id).FirstOrDefault();
            var next = instance is null
                ? ReadMissing(launch, ended, sick ?? [], observedAt, now)
                : ReadListed(
                    launch, instance, ended, over?.Contains(instance.Id) is true, sick?.Contains(instance.Id) is true, observedAt, now);
            if (!ReferenceEquals(next, launch))
            {
                _changed.Add(next);
            }

            if (next.IsOpen)
            {
                _open.Add(next);
            }
        }
    }

    /// <summary>What the audit trail says of an instance that did not last, in words that are true also where it was in service.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="failure">What became of it: <c>failed (exited with code 1) 5 s after its launch</c>.</param>
    public static string Told(string name, string failure) => $"counts as a failed launch: {name} {failure}";

    private Launch ReadListed(
        Launch launch,
        Instance instance,
        HashSet<InstanceId> ended,
        bool isOver,
        bool isSick,
        DateTimeOffset observedAt,
        DateTimeOffset now)
    {
        var age = now - launch.CreatedAt;
        // One of the warm pool that was told to end, and lives, is no member of the level: its launch says so until it is gone.
        if ((ended.Contains(instance.Id) && instance.State is not InstanceState.Warm) || instance.State is InstanceState.Terminating)
        {
            TellFound(launch, instance);
            return isSick ? DiedSick(launch, instance.Id, now) : To(launch, LaunchPhase.Settled, instance.Id, now);
        }

        if (instance.IsDead)
        {
            TellFound(launch, instance);
            return age < YoungAge || isOver || launch.IsBornDead
                ? DiedYoung(launch, instance.Id, $"{Words.Of(instance)} {Seconds(age)} after its launch", now)
                : Settled(launch, instance.Id, now);
        }

        if (instance.IsHalfMade && launch.Phase is LaunchPhase.Intended)
        {
            // Nobody has answered, and nothing goes on with it by itself: it is asked again, as if it were not listed.
            return launch;
        }

        // The age is that of the intent: the instance may be much younger, where the answer was slow or a token was asked again.
        // Only when no listing can be older than the look that first showed it, its place needs the ledger no more.
        var isShownByAll = launch.Phase is not LaunchPhase.Intended && observedAt >= launch.UpdatedAt + traits.ListingLagMax;
        if (instance.State is InstanceState.Running && age >= SettleAge && isShownByAll)
        {
            // One that is sick by then has not lasted. Kept open it would be the only one that is tried, for as long as it is not replaced.
            return isSick
                ? DiedYoung(launch, instance.Id, $"is unhealthy {Seconds(age)} after its launch", now)
                : Settled(launch, instance.Id, now);
        }

        if (isShownByAll && instance.Warmth is (Warmth.Resting or Warmth.Settling or Warmth.Stopping))
        {
            // It was up before it was told to rest, and what is remembered of it says the rest.
            return Settled(launch, instance.Id, now);
        }

        if (launch.Phase is LaunchPhase.Seen || (!instance.IsLive && instance.State is not InstanceState.Warm))
        {
            return launch;
        }

        TellFound(launch, instance);
        return To(launch, LaunchPhase.Seen, instance.Id, now);
    }

    private Launch ReadMissing(
        Launch launch, HashSet<InstanceId> ended, ImmutableHashSet<InstanceId> sick, DateTimeOffset observedAt, DateTimeOffset now)
    {
        if (launch.Instance is not { } instance)
        {
            // By the listing's age: whoever stood still after it looked has seen nothing of the time since.
            if (observedAt - launch.CreatedAt < launchExpiry)
            {
                return launch;
            }

            var failure = $"never seen within {Seconds(launchExpiry)}: given up";
            activities.Add(
                ActivityType.Launch, ActivityStatus.Failed, $"launch {launch.InstanceName}: {failure}", launch: launch.Id);
            Breaker = Breaker.AfterFailure(now, failure, hopeless: false);
            return To(launch, LaunchPhase.Expired, null, now) with { Failure = failure };
        }

        if (ended.Contains(instance))
        {
            return sick.Contains(instance) ? DiedSick(launch, instance, now) : To(launch, LaunchPhase.Settled, instance, now);
        }

        // The listing may be older than the instance: only one that must show it can say that it is gone.
        if (observedAt < launch.UpdatedAt + traits.ListingLagMax)
        {
            return launch;
        }

        var age = now - launch.CreatedAt;
        return age < YoungAge || launch.IsBornDead
            ? DiedYoung(launch, instance, $"vanished within {Seconds(age)} of its launch", now)
            : Settled(launch, instance, now);
    }

    /// <summary>The audit trail must know of every instance: of one whose launch had no known outcome it learns here.</summary>
    private void TellFound(Launch launch, Instance instance)
    {
        if (launch.Phase is LaunchPhase.Intended)
        {
            activities.Add(
                ActivityType.Launch,
                ActivityStatus.Succeeded,
                $"launched {instance.Name}, found again after an unknown outcome: {launch.Reason}",
                instance.Id,
                launch.Id);
        }
    }

    private Launch DiedSick(Launch launch, InstanceId instance, DateTimeOffset now) =>
        DiedYoung(launch, instance, $"was unhealthy and replaced {Seconds(now - launch.CreatedAt)} after its launch", now);

    private Launch DiedYoung(Launch launch, InstanceId instance, string failure, DateTimeOffset now)
    {
        if (launch.IsBornDead)
        {
            // The answer said so: it was told and counted then.
            return To(launch, LaunchPhase.DiedYoung, instance, now);
        }

        activities.Add(
            ActivityType.Launch,
            ActivityStatus.Failed,
            Told(launch.InstanceName, failure),
            instance,
            launch.Id);
        Breaker = Breaker.AfterFailure(now, $"{launch.InstanceName} {failure}", hopeless: false);
        return To(launch, LaunchPhase.DiedYoung, instance, now) with { Failure = failure };
    }

    private Launch Settled(Launch launch, InstanceId instance, DateTimeOffset now)
    {
        Breaker = LaunchBreaker.Closed;
        return To(launch, LaunchPhase.Settled, instance, now);
    }

    private static Launch To(Launch launch, LaunchPhase phase, InstanceId? instance, DateTimeOffset now) =>
        launch with { Phase = phase, Instance = instance ?? launch.Instance, UpdatedAt = now };

    private static string Seconds(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0.#} s");
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Tells the instances of a group's warm pool from those of its level: whatever rests, goes to rest or was launched to rest is
/// <see cref="InstanceState.Warm"/> to all that follows, and counts in no rule of the level. Pure.
/// </summary>
/// <remarks>
/// An instance that was launched for the pool belongs to it by the tag of its open launch, until it is told to rest: from then on it is
/// remembered. One that was started is on its way up until it is in service, and comes back into the pool where it did not start.
/// </remarks>
/// <param name="Owned">The group's instances, those at rest and those that are started as they are to be counted.</param>
/// <param name="Members">What is remembered of them, after the look.</param>
internal sealed record PoolReading(ImmutableArray<Instance> Owned, ImmutableArray<Member> Members)
{
    /// <summary>How long one that was started may be listed at rest, beyond the listing's lag.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long one that was told to rest may be on its way out by its cloud's word, which has the same for one that ends: after that,
    /// somebody has ended it.
    /// </summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(15);

    /// <summary>How far a listing is taken to lag by whoever does not know.</summary>
    private static readonly TimeSpan LagUnknown = TimeSpan.FromMinutes(1);

    /// <summary>First wait before one that did not come to rest, or did not start, is told so again; doubles with each time.</summary>
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(30);

    /// <summary>The longest.</summary>
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(15);

    /// <summary>When an instance is told again that did not do so many times in a row what it was told.</summary>
    public static DateTimeOffset RetryAt(int failures, DateTimeOffset now, TimeSpan atLeast) =>
        now + Backoff.Delay(failures, RetryMin, RetryMax) + (atLeast < RetryMax ? atLeast : RetryMax);

    /// <summary>Until when one that is told to start may be listed at rest.</summary>
    /// <param name="now">When it is told, or when its cloud has answered: a call may take long.</param>
    /// <param name="lagMax">How far a listing may lag behind the truth.</param>
    /// <param name="isAnswered">Whether the cloud has answered.</param>
    public static DateTimeOffset StartDue(DateTimeOffset now, TimeSpan lagMax, bool isAnswered) =>
        now + lagMax + (isAnswered ? StartPatience : 2 * StartPatience);

    /// <summary>Reads what a listing says of those that are told to rest or to start; before all other readings.</summary>
    /// <param name="record">The group, with the members of this part.</param>
    /// <param name="owned">Its instances, as listed.</param>
    /// <param name="observedAt">When that listing began.</param>
    /// <param name="traits">The cloud's; null for whoever does not know them.</param>
    /// <param name="now">The check's instant.</param>
    public static PoolReading Read(
        GroupRecord record, ImmutableArray<Instance> owned, DateTimeOffset observedAt, CloudTraits? traits, DateTimeOffset now)
    {
        if (!record.State.Members.Any(IsPooled))
        {
            return new(owned, []);
        }

        var (lagMax, isVague) = (traits?.ListingLagMax ?? LagUnknown, traits?.ListsStoppedAsFailed is true);
        var roster = Roster.Of(record.State.Members);
        var read = ImmutableArray.CreateBuilder<Instance>(owned.Length);
        var members = ImmutableArray.CreateBuilder<Member>();
        foreach (var listed in owned)
        {
            if (roster.Find(listed.Id) is not { } member || !IsPooled(member))
            {
                read.Add(listed);
                continue;
            }

            var instance = isVague && listed.State is InstanceState.Failed ? listed with { State = InstanceState.Stopped } : listed;

            var isTold = record.State.RecentTerminations.Any(end => end.IsUnderWay && end.Instance == instance.Id);
            if (member.Phase is MemberPhase.Taken)
            {
                // In service since a look that showed it up: until no listing can be older, one may show it at rest, or on its way there.
                var isStale = observedAt < member.Since + lagMax;
                read.Add(isStale && !isTold ? Counted(instance, member) : listed);
                members.AddRange(isStale ? [member] : ReadOnlySpan<Member>.Empty);
                continue;
            }

            var isLate = member.Phase is MemberPhase.Starting
                ? observedAt >= (member.RetryAt ?? StartDue(member.Since, lagMax, isAnswered: false))
                : observedAt >= (member.RetryAt ?? member.Since) + lagMax + StopPatience;
            member = member.Phase is MemberPhase.Starting && isLate && instance.State is InstanceState.Stopped
                ? Back(member, now, TimeSpan.Zero)
                : member;
            member = IsForgiven(member, instance, observedAt) ? member with { Failures = 0, RetryAt = null } : member;
            members.Add(member);

            // A listing that may be older than the order may show it as it ran before it rested.
            var isProven = member.Phase is not MemberPhase.Starting || observedAt >= member.Since + lagMax;
            read.Add(instance.State is InstanceState.Terminating && (isLate || isTold) ? instance
                : isProven || instance.State is not InstanceState.Running ? Counted(instance, member)
                : Rising(instance));
        }

        return new(read.MoveToImmutable(), members.DrainToImmutable());
    }

    /// <summary>
    /// Reads, once it is known who is up, who was launched for the pool, and who of those that were started is in service. That is
    /// remembered until no listing can be older, and while their launch is open, since that would else tell them for the pool again.
    /// </summary>
    /// <param name="record">The group, with the open launches and members of this part.</param>
    /// <param name="counted">The instances, as hooks and health make them count.</param>
    /// <param name="bootGrace">
    /// How old a launch is before its instance is taken to have booted where nobody but the cloud says that it is up; null for whoever does
    /// not know.
    /// </param>
    /// <param name="now">The check's instant.</param>
    public PoolReading After(GroupRecord record, ImmutableArray<Instance> counted, TimeSpan? bootGrace, DateTimeOffset now)
    {
        Dictionary<LaunchId, DateTimeOffset>? bound = null;
        foreach (var launch in record.OpenLaunches)
        {
            if (launch.IsForPool)
            {
                (bound ??= []).Add(launch.Id, launch.CreatedAt);
            }
        }

        if (bound is null && Members.IsEmpty)
        {
            return this with { Owned = counted };
        }

        var roster = Roster.Of(record.State.Members);
        var (read, members) = (ImmutableArray.CreateBuilder<Instance>(counted.Length), Members.ToBuilder());
        var isTold = record.Group.Health is not null || record.Group.Hooks.AnyAt(Life.HookMoment.Launch);
        foreach (var instance in counted)
        {
            var launchedAt = default(DateTimeOffset);
            var isBound = bound is not null && instance.Read<LaunchId>(MusterTags.Launch) is { } id
                && bound.TryGetValue(id, out launchedAt);
            switch (roster.Find(instance.Id)?.Phase)
            {
                case MemberPhase.Starting when instance.State is InstanceState.Running:
                    members.RemoveAll(member => member.Instance == instance.Id);
                    members.Add(new()
                    {
                        Instance = instance.Id,
                        Cloud = roster.Find(instance.Id)!.Cloud,
                        Phase = MemberPhase.Taken,
                        Since = now,
                    });
                    read.Add(instance);
                    break;
                case MemberPhase.Taken when isBound && members.All(member => member.Instance != instance.Id):
                    members.Add(roster.Find(instance.Id)!);
                    read.Add(instance);
                    break;
                case null or MemberPhase.Booting or MemberPhase.Waiting or MemberPhase.InService when isBound:
                    read.Add(Bound(instance, isReady: isTold || now >= launchedAt + (bootGrace ?? TimeSpan.Zero)));
                    break;
                default:
                    read.Add(instance);
                    break;
            }
        }

        return new(read.MoveToImmutable(), members.DrainToImmutable());
    }

    /// <summary>The instances as they count once these members are so: a plan is made again after something was done.</summary>
    public static ImmutableArray<Instance> Counted(ImmutableArray<Instance> owned, Roster roster) =>
        [.. owned.Select(instance => roster.Find(instance.Id) is { } member ? Counted(instance, member) : instance)];

    /// <summary>What is remembered of one that was told to start and did not, or was told to rest and does not.</summary>
    /// <param name="member">What was.</param>
    /// <param name="now">The instant.</param>
    /// <param name="atLeast">How long its cloud wants it left alone.</param>
    public static Member Back(Member member, DateTimeOffset now, TimeSpan atLeast) => member with
    {
        Phase = MemberPhase.Warm,
        Since = member.Phase is MemberPhase.Warm ? member.Since : now,
        Failures = member.Failures + 1,
        RetryAt = RetryAt(member.Failures + 1, now, atLeast),
    };

    private static bool IsPooled(Member member) => member.Phase is MemberPhase.Warm or MemberPhase.Starting or MemberPhase.Taken;

    /// <summary>Whether one that did not do at first what it was told has rested for long: nothing is held against it any more.</summary>
    private static bool IsForgiven(Member member, Instance instance, DateTimeOffset observedAt) =>
        member is { Phase: MemberPhase.Warm, Failures: > 0, RetryAt: { } at } && instance.State is InstanceState.Stopped
        && observedAt >= at + RetryMax;

    /// <summary>One that is told to rest or to start, as it counts.</summary>
    private static Instance Counted(Instance instance, Member member) => (member.Phase, instance.State) switch
    {
        (MemberPhase.Warm, InstanceState.Stopped) => instance with { State = InstanceState.Warm, Warmth = Warmth.Resting },
        (MemberPhase.Warm, InstanceState.Terminating) => instance with { State = InstanceState.Warm, Warmth = Warmth.Stopping },
        (MemberPhase.Warm, InstanceState.Running or InstanceState.Provisioning or InstanceState.Unknown) =>
            instance with { State = InstanceState.Warm, Warmth = Warmth.Settling },
        (MemberPhase.Warm, InstanceState.Warm) when instance.Warmth is Warmth.Ready or Warmth.Warming =>
            instance with { Warmth = Warmth.Settling },
        (MemberPhase.Starting, InstanceState.Stopped or InstanceState.Warm or InstanceState.Terminating) =>
            Rising(instance),
        (MemberPhase.Taken, InstanceState.Stopped or InstanceState.Warm or InstanceState.Terminating or InstanceState.Provisioning) =>
            instance with { State = InstanceState.Running, Warmth = null },
        _ => instance,
    };

    private static Instance Rising(Instance instance) =>
        instance with { State = InstanceState.Provisioning, StateDetail = "told to start", Warmth = null };

    /// <summary>One that was launched for the pool and is told nothing yet, as it counts.</summary>
    private static Instance Bound(Instance instance, bool isReady) => instance.State switch
    {
        InstanceState.Running when isReady => instance with { State = InstanceState.Warm, Warmth = Warmth.Ready },
        InstanceState.Running or InstanceState.Provisioning or InstanceState.Unknown =>
            instance with { State = InstanceState.Warm, Warmth = Warmth.Warming },
        _ => instance,
    };
}

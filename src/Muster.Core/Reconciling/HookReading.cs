using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Tells the instances of a group that run and that the hooks of their launch hold: to the group they are on their way up, or dead where a
/// hook has given them up. Pure.
/// </summary>
/// <remarks>
/// Only an instance whose launch is open can be one, and only of hooks that its group had when it was launched: who was in service goes on
/// to be. What is remembered of it says since when it waits, or since when it waits no more, as long as its launch is open; and of one that
/// was given up, until it is gone, since what closed is not read again.
/// </remarks>
/// <param name="Owned">The group's instances, as they are to be counted.</param>
/// <param name="Over">Those that have failed to boot.</param>
/// <param name="Members">What is to be remembered of those that wait, or waited.</param>
internal sealed record HookReading(
    ImmutableArray<Instance> Owned, ImmutableHashSet<InstanceId> Over, ImmutableArray<Member> Members)
{
    /// <param name="record">The group, with the open launches and members of this part.</param>
    /// <param name="cloud">The part's cloud.</param>
    /// <param name="owned">Its instances, those over their cloud's boot time-out as failed.</param>
    /// <param name="over">Those.</param>
    /// <param name="observedAt">When the listing began; what others have said is not read later than that.</param>
    /// <param name="now">The check's instant: whoever is to answer has all of the time from then on.</param>
    public static HookReading Read(
        GroupRecord record,
        string cloud,
        ImmutableArray<Instance> owned,
        ImmutableHashSet<InstanceId> over,
        DateTimeOffset observedAt,
        DateTimeOffset now)
    {
        var hooks = record.Group.Hooks;
        if (!hooks.AnyAt(HookMoment.Launch) && record.State.Members.All(member =>
            member.Phase is not (MemberPhase.Waiting or MemberPhase.InService)))
        {
            return new(owned, over, []);
        }

        var launches = record.OpenLaunches.ToDictionary(launch => launch.Id);
        var roster = Roster.Of(record.State.Members, record.Notes.RemoveAll(note => note.Cloud != cloud));
        var read = ImmutableArray.CreateBuilder<Instance>(owned.Length);
        var members = ImmutableArray.CreateBuilder<Member>();
        foreach (var instance in owned)
        {
            var launch = instance.Read<LaunchId>(MusterTags.Launch) is { } id ? launches.GetValueOrDefault(id) : null;
            if (MemberOf(hooks, instance, launch, roster.Find(instance.Id), now) is not { } member)
            {
                read.Add(instance);
                continue;
            }

            // The group was read before the listing began: what was answered since is not known, and nobody's silence is either.
            var passage = Gates.Of(drain: null, hooks, member, roster.NoteOf(instance.Id), observedAt);
            if (instance.State is not InstanceState.Running || member.Phase is MemberPhase.InService)
            {
                members.Add(member);
                read.Add(instance);
            }
            else if (passage.State is GateState.Passed)
            {
                // Given up once and let go on now, since somebody changed the hooks: its launch is told already.
                if (launch is not null)
                {
                    members.Add(member with { Phase = MemberPhase.InService, Since = now });
                }

                read.Add(instance);
            }
            else if (passage.State is GateState.Waiting)
            {
                members.Add(member);
                read.Add(instance with
                {
                    State = InstanceState.Provisioning,
                    StateDetail = $"running, waiting for {LifeWords.Waiting(passage)}",
                });
            }
            else
            {
                members.Add(member);
                over = over.Add(instance.Id);
                read.Add(instance with { State = InstanceState.Failed, StateDetail = LifeWords.WhyOver(passage), IsGivenUp = true });
            }
        }

        return new(read.MoveToImmutable(), over, members.DrainToImmutable());
    }

    /// <summary>Since when an instance has waited no more; null of one that no hook held.</summary>
    public DateTimeOffset? PassedAt(InstanceId instance)
    {
        foreach (var member in Members)
        {
            if (member.Instance == instance && member.Phase is MemberPhase.InService)
            {
                return member.Since;
            }
        }

        return null;
    }

    /// <summary>What is remembered of an instance that waits or waited; null of any other.</summary>
    private static Member? MemberOf(Hooks hooks, Instance instance, Launch? launch, Member? known, DateTimeOffset now)
    {
        switch (known?.Phase)
        {
            case MemberPhase.Draining or MemberPhase.Warm or MemberPhase.Starting or MemberPhase.Taken:
                return null;
            case MemberPhase.Waiting:
                return known;
            case MemberPhase.InService:
                return launch is null ? null : known;
            default:
                return instance.State is InstanceState.Running && launch is not null && Hold(hooks, launch)
                    ? new() { Instance = instance.Id, Cloud = known?.Cloud, Phase = MemberPhase.Waiting, Since = now }
                    : null;
        }
    }

    private static bool Hold(Hooks hooks, Launch launch) =>
        hooks.All.Any(hook => hook.At is HookMoment.Launch && hook.Since <= launch.CreatedAt);
}

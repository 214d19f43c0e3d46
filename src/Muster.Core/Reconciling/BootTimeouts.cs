using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Finds the instances that have been on their way up for longer than their cloud's boot time-out. Such an instance is dead to the group:
/// it is replaced like any other, and its launch failed.
/// </summary>
/// <remarks>
/// The time counts from what this installation itself wrote down, since a cloud's clock may be wrong: from the answer to the launch or the
/// listing that first showed its instance, and for an instance without an open launch (taken over, or up before) from the first look that
/// showed it on its way. Without a memory there is only the cloud's own time, and <see cref="ClockDifferenceMax"/> is added. Pure.
/// </remarks>
internal sealed class BootTimeouts
{
    /// <summary>
    /// How far a cloud's clock may be from this one's before an instance is given up too early, where there is no memory.
    /// </summary>
    public static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromMinutes(5);

    private BootTimeouts(
        ImmutableArray<Instance> owned,
        ImmutableHashSet<InstanceId> over,
        ImmutableArray<(InstanceId Instance, DateTimeOffset Since)> booting) =>
        (Owned, Over, Booting) = (owned, over, booting);

    /// <summary>The group's instances, those that are over their time as failed.</summary>
    public ImmutableArray<Instance> Owned { get; }

    /// <summary>Those that are over their time.</summary>
    public ImmutableHashSet<InstanceId> Over { get; }

    /// <summary>What must be remembered: since when those without an open launch are on their way.</summary>
    public ImmutableArray<(InstanceId Instance, DateTimeOffset Since)> Booting { get; }

    /// <summary>Reads one look.</summary>
    /// <param name="record">The group, read from the store before the look.</param>
    /// <param name="traits">The cloud's.</param>
    /// <param name="owned">The group's own instances, as listed.</param>
    /// <param name="observedAt">When that listing began.</param>
    /// <param name="remembers">Whether <see cref="Booting"/> will be there at the next look.</param>
    public static BootTimeouts Read(
        GroupRecord record, CloudTraits traits, ImmutableArray<Instance> owned, DateTimeOffset observedAt, bool remembers)
    {
        if (!owned.Any(instance => instance.State is InstanceState.Provisioning))
        {
            return new(owned, [], []);
        }

        var launches = record.OpenLaunches.ToDictionary(launch => launch.Id);
        var roster = Roster.Of(record.State.Members);
        var over = ImmutableHashSet.CreateBuilder<InstanceId>();
        var booting = ImmutableArray.CreateBuilder<(InstanceId, DateTimeOffset)>();
        var read = ImmutableArray.CreateBuilder<Instance>(owned.Length);
        foreach (var instance in owned)
        {
            if (instance.State is not InstanceState.Provisioning)
            {
                read.Add(instance);
                continue;
            }

            var launch = instance.Read<LaunchId>(MusterTags.Launch) is { } id ? launches.GetValueOrDefault(id) : null;
            var known = roster.Find(instance.Id);
            var since = known is { Phase: MemberPhase.Booting or MemberPhase.Starting } ? known.Since
                : launch is null ? (remembers || instance.CreatedAt > observedAt ? observedAt : instance.CreatedAt + ClockDifferenceMax)
                : launch.Phase is LaunchPhase.Intended ? observedAt : launch.UpdatedAt;
            var isOver = observedAt - since >= traits.BootTimeout;
            if (isOver)
            {
                over.Add(instance.Id);
            }

            // Its launch closes when it is over its time, and what closed is not read again: from then on this remembers.
            if (known is not { Phase: MemberPhase.Starting or MemberPhase.Taken } && (isOver || launch is null))
            {
                booting.Add((instance.Id, since));
            }

            read.Add(isOver ? Failed(instance, traits) : instance);
        }

        return new(read.MoveToImmutable(), over.ToImmutable(), booting.DrainToImmutable());
    }

    private static Instance Failed(Instance instance, CloudTraits traits)
    {
        var detail = $"did not come up within {DurationText.Format(traits.BootTimeout)}";
        return instance with
        {
            State = InstanceState.Failed,
            IsGivenUp = true,
            StateDetail = instance.StateDetail is { Length: > 0 } said ? $"{detail}: {said}" : detail,
        };
    }
}

using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>A placement's instances and launches, sorted by what they mean to a plan.</summary>
internal sealed class Inventory
{
    private readonly Roster _roster;

    private Inventory(PlanInput input, Slice slice, Departures departures)
    {
        _roster = input.RosterOf(slice);

        var ending = input.EndingIn(slice);
        var launched = slice.OpenLaunches.IsEmpty ? null : new HashSet<LaunchId>();
        Running = new(slice.Owned.Length);
        foreach (var instance in slice.Owned)
        {
            if (launched is not null && instance.Read<LaunchId>(MusterTags.Launch) is { } launch)
            {
                launched.Add(launch);
            }

            var list = ending?.Contains(instance.Id) is true ? Terminating : IsDead(instance, _roster) ? Dead : ListFor(instance.State);
            if (departures.Contains(instance))
            {
                (list, Leaving) = (Terminating, Leaving + 1);
            }

            list.Add(instance);
        }

        Pending = launched is null
            ? []
            : [.. slice.OpenLaunches.Where(launch => launch.IsOpen && !launch.IsBornDead && !launched.Contains(launch.Id))];
    }

    public List<Instance> Running { get; }

    public List<Instance> Provisioning { get; } = [];

    public List<Instance> Dead { get; } = [];

    public List<Instance> Unknown { get; } = [];

    public List<Instance> Terminating { get; } = [];

    /// <summary>How many of <see cref="Terminating"/> still work: their cloud will take them back.</summary>
    public int Leaving { get; }

    /// <summary>Open launches that the listing does not show: each may be an instance that lives.</summary>
    public ImmutableArray<Launch> Pending { get; }

    public int Live => Running.Count + Provisioning.Count;

    /// <summary>Places that are taken, or may be: launching more than the rest could overshoot.</summary>
    public int Occupied => Live + Unknown.Count + Pending.Length;

    public InstanceCounts Counts => new()
    {
        Running = Running.Count,
        Provisioning = Provisioning.Count,
        Pending = Pending.Length,
        Dead = Dead.Count,
        Terminating = Terminating.Count,
        Unknown = Unknown.Count,
    };

    /// <param name="input">What is remembered of the group.</param>
    /// <param name="slice">What was seen of the placement.</param>
    /// <param name="departures">Who of the whole group is leaving.</param>
    public static Inventory Of(PlanInput input, Slice slice, Departures departures) => new(input, slice, departures);

    /// <summary>Whether it counts towards the level, or may.</summary>
    public bool IsCounted(Instance instance) =>
        Running.Contains(instance) || Provisioning.Contains(instance) || Unknown.Contains(instance);

    /// <summary>Whether its place is empty although it exists: it will not work again by itself.</summary>
    /// <remarks>
    /// One on its way out is not: its end has come already. Of one on its way up the cloud alone can say so: it answers nobody yet.
    /// </remarks>
    public static bool IsDead(Instance instance, Roster roster) =>
        instance.State is not InstanceState.Terminating
        && Judge.Of(
            instance.State,
            instance.State is InstanceState.Provisioning ? [] : roster.Find(instance.Id)?.Findings ?? []) is Verdict.Unhealthy;

    /// <summary>Whether it stays, whatever a plan wants: the cloud refuses to end it, or somebody protects it here.</summary>
    public static bool IsProtected(Instance instance, Roster roster) =>
        instance.IsProtected || roster.Find(instance.Id)?.IsProtected is true;

    /// <summary>Whether it stays, whatever a plan wants.</summary>
    public bool IsProtected(Instance instance) => IsProtected(instance, _roster);

    /// <summary>Why its place is empty, in words.</summary>
    public string WhyDead(Instance instance) =>
        !instance.IsDead
        && _roster.Find(instance.Id)?.Findings.FirstOrDefault(finding => finding.Verdict is Verdict.Unhealthy) is { } finding
            ? Words.Of(finding)
            : Words.Of(instance);

    private List<Instance> ListFor(InstanceState state) => state switch
    {
        InstanceState.Running => Running,
        InstanceState.Provisioning => Provisioning,
        InstanceState.Terminating => Terminating,
        InstanceState.Unknown => Unknown,
        _ => throw new System.Diagnostics.UnreachableException($"instance state {state}"),
    };
}

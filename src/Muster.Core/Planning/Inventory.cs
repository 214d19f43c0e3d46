using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Planning;

/// <summary>A group's instances and launches, sorted by what they mean to a plan.</summary>
internal sealed class Inventory
{
    private Inventory(PlanInput input)
    {
        // A lagging listing may still show an instance alive that was told to end: it must not be counted, nor picked again.
        var ending = input.State.RecentTerminations.Where(termination => termination.IsBelieved).Select(termination => termination.Instance).ToHashSet();
        var launched = new HashSet<LaunchId>();
        foreach (var instance in input.Owned)
        {
            if (instance.Read<LaunchId>(MusterTags.Launch) is { } launch)
            {
                launched.Add(launch);
            }

            ListFor(ending.Contains(instance.Id) ? InstanceState.Terminating : instance.State).Add(instance);
        }

        Pending = [.. input.OpenLaunches.Where(launch => launch.IsOpen && !launch.IsBornDead && !launched.Contains(launch.Id))];
    }

    public List<Instance> Running { get; } = [];

    public List<Instance> Provisioning { get; } = [];

    public List<Instance> Dead { get; } = [];

    public List<Instance> Unknown { get; } = [];

    public List<Instance> Terminating { get; } = [];

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

    public static Inventory Of(PlanInput input) => new(input);

    private List<Instance> ListFor(InstanceState state) => state switch
    {
        InstanceState.Running => Running,
        InstanceState.Provisioning => Provisioning,
        InstanceState.Stopped or InstanceState.Failed => Dead,
        InstanceState.Terminating => Terminating,
        InstanceState.Unknown => Unknown,
        _ => throw new System.Diagnostics.UnreachableException($"instance state {state}"),
    };
}

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
    private readonly HashSet<Instance>? _sick;

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

            if (IsOnStandby(instance, _roster, input.Group))
            {
                continue;
            }

            var list = ending?.Contains(instance.Id) is true ? Terminating
                : instance.IsDead || IsUnwanted(instance, _roster) ? Dead
                : ListFor(instance.State);
            if (departures.Contains(instance))
            {
                (list, Leaving) = (Terminating, Leaving + 1);
            }

            list.Add(instance);
            Lingering += ReferenceEquals(list, Dead) && (instance.IsGivenUp || !instance.IsDead) ? 1 : 0;
            if (ReferenceEquals(list, Running) && Ailing.IsSick(instance, _roster, input.Now))
            {
                (_sick ??= []).Add(instance);
            }
        }

        Pending = launched is null
            ? []
            : [.. slice.OpenLaunches.Where(launch => launch.IsOpen && !launch.IsBornDead && !launched.Contains(launch.Id))];
    }

    public List<Instance> Running { get; }

    /// <summary>Those of <see cref="Running"/> that do not work, as somebody says who is not the cloud.</summary>
    public IReadOnlyCollection<Instance> Sick => _sick is null ? [] : _sick;

    public List<Instance> Provisioning { get; } = [];

    public List<Instance> Dead { get; } = [];

    /// <summary>How many of <see cref="Dead"/> run by their cloud's word, and cost until they are gone.</summary>
    public int Lingering { get; }

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
        Unhealthy = Sick.Count,
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

    /// <summary>
    /// Whether it is taken out of the count and left alone; of a group that is being deleted, none is.
    /// </summary>
    public static bool IsOnStandby(Instance instance, Roster roster, Group group) =>
        group.Phase is not GroupPhase.Draining && roster.NoteOf(instance.Id) is { IsStandby: true, UnwantedFor: null };

    /// <summary>Whether somebody wants it gone: its place is empty already.</summary>
    public static bool IsUnwanted(Instance instance, Roster roster) =>
        instance.State is not InstanceState.Terminating && roster.NoteOf(instance.Id)?.UnwantedFor is not null;

    /// <summary>Why its place is empty, in words.</summary>
    public string WhyDead(Instance instance) => instance.IsDead
        ? $"{Words.Of(instance)}: a dead instance is removed"
        : _roster.NoteOf(instance.Id)?.UnwantedFor ?? Words.Of(instance);

    /// <summary>Whether it runs and does not work.</summary>
    public bool IsSick(Instance instance) => _sick?.Contains(instance) is true;

    /// <summary>Whether it stays, whatever a plan wants: the cloud refuses to end it, or somebody protects it here.</summary>
    public static bool IsProtected(Instance instance, Roster roster) =>
        instance.IsProtected || roster.NoteOf(instance.Id)?.IsProtected is true;

    /// <summary>Whether it stays, whatever a plan wants.</summary>
    public bool IsProtected(Instance instance) => IsProtected(instance, _roster);

    /// <summary>What is wrong with one that runs and does not work, in words.</summary>
    public string WhySick(Instance instance, DateTimeOffset now) =>
        _roster.NoteOf(instance.Id)?.Findings.FirstOrDefault(finding => finding.At(now) is Verdict.Unhealthy) is { } finding
            ? Words.Of(finding, now)
            : "unhealthy";

    private List<Instance> ListFor(InstanceState state) => state switch
    {
        InstanceState.Running => Running,
        InstanceState.Provisioning => Provisioning,
        InstanceState.Terminating => Terminating,
        InstanceState.Unknown => Unknown,
        _ => throw new System.Diagnostics.UnreachableException($"instance state {state}"),
    };
}

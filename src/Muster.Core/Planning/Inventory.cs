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
    private static readonly IReadOnlyList<Instance> None = [];

    private readonly Roster _roster;

    // Of most groups all run, and there is nothing else: what there is none of costs nothing.
    private readonly List<Instance> _running;
    private readonly List<Instance>? _provisioning, _dead, _unknown, _terminating, _draining, _pooled;
    private readonly HashSet<Instance>? _sick;
    private readonly HashSet<Instance>? _aged;
    private readonly int _leftSince;

    private Inventory(PlanInput input, Slice slice, Departures departures)
    {
        _roster = input.RosterOf(slice);
        var ending = input.EndingIn(slice);
        var launched = slice.OpenLaunches.IsEmpty ? null : new HashSet<LaunchId>();
        _running = new(slice.Owned.Length);
        foreach (var instance in slice.Owned)
        {
            if (launched is not null && instance.Read<LaunchId>(MusterTags.Launch) is { } launch)
            {
                launched.Add(launch);
            }

            var isEnding = ending?.Contains(instance.Id) is true;
            var isDraining = !isEnding && IsDraining(instance, _roster);
            var isKept = false;
            if (isDraining && MustReturn(instance, _roster, input.Group))
            {
                // It must stay: from now on as if it had never begun.
                (isDraining, Returning) = (false, Returning.Add(instance));
                isKept = IsKeptFrom(instance, _roster, input.Group);
            }

            if (IsAside(instance, _roster, input.Group))
            {
                continue;
            }

            if (instance.State is InstanceState.Warm && !isEnding && !IsUnwanted(instance, _roster))
            {
                (_pooled ??= []).Add(instance);
                continue;
            }

            if (!isDraining && departures.Contains(instance))
            {
                Leaving++;
                (_terminating ??= []).Add(instance);
            }
            else if (isEnding)
            {
                (_terminating ??= []).Add(instance);
            }
            else if (isDraining)
            {
                (_draining ??= []).Add(instance);
                _leftSince += DrainOf(instance).Member.Since <= input.ConcludedAt ? 0 : 1;
            }
            else if (instance.IsDead || IsUnwanted(instance, _roster))
            {
                (_dead ??= []).Add(instance);
                Lingering += instance.IsGivenUp || !instance.IsDead ? 1 : 0;
            }
            else if (instance.State is InstanceState.Running)
            {
                _running.Add(instance);
                if (isKept)
                {
                    // What else may be wrong with it is asked once it is back: no plan both returns and ends one.
                    continue;
                }

                if (Ailing.IsSick(instance, _roster, input.Now))
                {
                    (_sick ??= []).Add(instance);
                }

                if (Aging.IsOver(instance, input.Group, input.Now))
                {
                    (_aged ??= []).Add(instance);
                }
            }
            else
            {
                (instance.State switch
                {
                    InstanceState.Provisioning => _provisioning ??= [],
                    InstanceState.Terminating => _terminating ??= [],
                    InstanceState.Unknown => _unknown ??= [],
                    _ => throw new System.Diagnostics.UnreachableException($"instance state {instance.State}"),
                }).Add(instance);
            }
        }

        if (launched is not null)
        {
            var pending = slice.OpenLaunches.Where(launch => launch.IsOpen && !launch.IsBornDead && !launched.Contains(launch.Id));
            (Pending, PoolPending) = ([.. pending.Where(launch => !IsForPool(launch))], [.. pending.Where(IsForPool)]);
            (HalfMade, PoolHalfMade) = (HalfMadeOf(slice, Provisioning), HalfMadeOf(slice, Pooled));
        }
    }

    private static ImmutableArray<Launch> HalfMadeOf(Slice slice, IReadOnlyList<Instance> instances) =>
    [
        .. instances.Where(instance => instance.IsHalfMade)
            .Select(instance => instance.Read<LaunchId>(MusterTags.Launch))
            .Join(slice.OpenLaunches.Where(launch => launch.IsOpen), id => id, launch => launch.Id, (_, launch) => launch),
    ];

    /// <summary>Whether what was launched is, or will be, in the warm pool: not taken out of it since.</summary>
    private bool IsForPool(Launch launch) => launch.IsForPool
        && (launch.Instance is { } instance ? _roster.Find(instance)?.Phase : null) is not (MemberPhase.Starting or MemberPhase.Taken);

    public IReadOnlyList<Instance> Running => _running;

    /// <summary>Those of <see cref="Running"/> that do not work, as somebody says who is not the cloud.</summary>
    public IReadOnlyCollection<Instance> Sick => _sick is null ? [] : _sick;

    /// <summary>Those of <see cref="Running"/> whose lifetime is over.</summary>
    public IReadOnlyCollection<Instance> Aged => _aged is null ? [] : _aged;

    public IReadOnlyList<Instance> Provisioning => _provisioning ?? None;

    public IReadOnlyList<Instance> Dead => _dead ?? None;

    /// <summary>How many of <see cref="Dead"/> run by their cloud's word, and cost until they are gone.</summary>
    public int Lingering { get; }

    public IReadOnlyList<Instance> Unknown => _unknown ?? None;

    public IReadOnlyList<Instance> Terminating => _terminating ?? None;

    /// <summary>Those that live, count no more, and are terminated once their gates have let them go.</summary>
    public IReadOnlyList<Instance> Draining => _draining ?? None;

    /// <summary>Those that drain, and must stay: they are among the others as what they are.</summary>
    public ImmutableArray<Instance> Returning { get; private set; } = [];

    /// <summary>How many of <see cref="Terminating"/> still work: their cloud will take them back.</summary>
    public int Leaving { get; }

    /// <summary>Open launches that the listing does not show: each may be an instance that lives.</summary>
    public ImmutableArray<Launch> Pending { get; } = [];

    /// <summary>
    /// Open launches whose instances are listed and count, and were not started yet: where nobody has answered, only the same launch,
    /// asked again, goes on with them.
    /// </summary>
    public ImmutableArray<Launch> HalfMade { get; } = [];

    /// <summary>Those of the warm pool, on their way there or at rest: none of them counts towards the level.</summary>
    public IReadOnlyList<Instance> Pooled => _pooled ?? None;

    /// <summary>The same as <see cref="Pending"/> of launches for the warm pool.</summary>
    public ImmutableArray<Launch> PoolPending { get; } = [];

    /// <summary>The same as <see cref="HalfMade"/> of launches for the warm pool.</summary>
    public ImmutableArray<Launch> PoolHalfMade { get; } = [];

    /// <summary>How many the warm pool has, or may have.</summary>
    public int InPool => Pooled.Count + PoolPending.Length;

    /// <summary>Whether all that is there runs, works, is not too old, and stays.</summary>
    public bool HoldsOnlySound => Sick.Count + Aged.Count + Provisioning.Count + Dead.Count + Unknown.Count + Terminating.Count
        + Draining.Count + Returning.Length + Pending.Length + InPool == 0;

    public int Live => Running.Count + Provisioning.Count;

    /// <summary>Places that are taken, or may be: launching more than the rest could overshoot.</summary>
    public int Occupied => Live + Unknown.Count + Pending.Length;

    /// <summary>How many cost, or may: what drains or was given up costs until it is gone, and what rests may cost as much.</summary>
    public int Costing => Occupied + Draining.Count + Lingering + InPool;

    /// <summary>
    /// Of the places that were filled when that was last concluded, those that are not empty because something died: what leaves still
    /// works, and so does what has begun to drain since. What drained before was no filled place any more.
    /// </summary>
    public int Alive => Occupied + Leaving + _leftSince;

    public InstanceCounts Counts => new()
    {
        Running = Running.Count,
        Unhealthy = Sick.Count,
        Provisioning = Provisioning.Count,
        Pending = Pending.Length,
        Dead = Dead.Count,
        Terminating = Terminating.Count,
        Draining = Draining.Count,
        Unknown = Unknown.Count,
        Warm = Pooled.Count(instance => instance.Warmth is Warmth.Resting),
        Warming = Pooled.Count(instance => instance.Warmth is not Warmth.Resting) + PoolPending.Length,
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

    /// <summary>Whether it neither counts nor is touched: on standby, or on its way into the group or out of it, alive.</summary>
    public static bool IsAside(Instance instance, Roster roster, Group group) =>
        roster.NoteOf(instance.Id)?.IsMoving is true || IsOnStandby(instance, roster, group);

    /// <summary>Whether somebody wants it gone: its place is empty already.</summary>
    public static bool IsUnwanted(Instance instance, Roster roster) =>
        instance.State is not InstanceState.Terminating && roster.NoteOf(instance.Id)?.UnwantedFor is not null;

    /// <summary>Why its place is empty, in words.</summary>
    public string WhyDead(Instance instance) => instance.IsDead
        ? $"{Words.Of(instance)}: a dead instance is removed"
        : _roster.NoteOf(instance.Id)?.UnwantedFor ?? Words.Of(instance);

    /// <summary>Whether it is on its way out already: one that is dead or ending drains no more.</summary>
    public static bool IsDraining(Instance instance, Roster roster) =>
        !instance.IsDead && instance.State is not InstanceState.Terminating
        && roster.Find(instance.Id) is { Phase: MemberPhase.Draining };

    /// <summary>Whether one that drains is to stay: somebody protects it, has put it aside, keeps it, or lets it go alive.</summary>
    public static bool MustReturn(Instance instance, Roster roster, Group group) =>
        IsProtected(instance, roster) || IsAside(instance, roster, group) || IsKeptFrom(instance, roster, group);

    /// <summary>Whether somebody has taken its drain back. One that begins later holds: somebody must go.</summary>
    private static bool IsKeptFrom(Instance instance, Roster roster, Group group) =>
        group.Phase is GroupPhase.Active && roster.NoteOf(instance.Id) is { KeptAt: { } at, UnwantedFor: null }
        && at >= roster.Find(instance.Id)?.Since;

    /// <summary>Whether somebody has kept it from its end: others go before it.</summary>
    public bool IsKept(Instance instance) => _roster.NoteOf(instance.Id)?.KeptAt is not null;

    /// <summary>Since when it drains, and what was said of it since.</summary>
    public (Member Member, MemberNote? Note) DrainOf(Instance instance) =>
        (_roster.Find(instance.Id)!, _roster.NoteOf(instance.Id));

    /// <summary>What is remembered of an instance; null for nothing.</summary>
    public Member? MemberOf(Instance instance) => _roster.Find(instance.Id);

    /// <summary>Whether its end was decided before, when it began to drain.</summary>
    public bool HasDrained(Instance instance) => _roster.Find(instance.Id) is { Phase: MemberPhase.Draining };

    /// <summary>Whether it is as good as any other: nobody wants it gone, or is sure that it does not work.</summary>
    public bool IsSound(Instance instance, DateTimeOffset now) =>
        !IsUnwanted(instance, _roster) && !Ailing.IsSick(instance, _roster, now);

    /// <summary>Whether it runs and does not work.</summary>
    public bool IsSick(Instance instance) => _sick?.Contains(instance) is true;

    /// <summary>Whether it runs and its lifetime is over.</summary>
    public bool IsAged(Instance instance) => _aged?.Contains(instance) is true;

    /// <summary>Whether it stays, whatever a plan wants: the cloud refuses to end it, or somebody protects it here.</summary>
    public static bool IsProtected(Instance instance, Roster roster) =>
        instance.IsProtected || roster.NoteOf(instance.Id)?.IsProtected is true;

    /// <summary>Whether it stays, whatever a plan wants.</summary>
    public bool IsProtected(Instance instance) => IsProtected(instance, _roster);

    /// <summary>What is wrong with one that runs and does not work, in words.</summary>
    public string WhySick(Instance instance, DateTimeOffset now) =>
        _roster.NoteOf(instance.Id)?.Findings.FirstOrDefault(finding => finding.At(now) is Verdict.Unhealthy) is { } finding
            ? Words.Of(finding)
            : "unhealthy";
}

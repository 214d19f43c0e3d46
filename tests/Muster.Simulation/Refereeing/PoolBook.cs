using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// Who of one group is in its warm pool, and who left it, from what was committed: an instance that was launched for the pool until it is
/// taken from it, and whoever was told to rest until it is told to start.
/// </summary>
public sealed class PoolBook
{
    private readonly Dictionary<LaunchId, Launch> _launches = [];
    private readonly HashSet<InstanceId> _served = [];

    // Ended while they were in the pool: no member of the level ended with them.
    private readonly HashSet<InstanceId> _ended = [];

    // Told so since it was written down: what was written and never tried is taken back.
    private readonly HashSet<InstanceId> _told = [];

    // Told to start, and in the pool again since it did not.
    private readonly Dictionary<InstanceId, DateTimeOffset> _backAt = [];

    // When each left it for service, and whether that was while nobody knew what had become of a launch for the level.
    private readonly Dictionary<InstanceId, (DateTimeOffset At, bool IsForUnknown)> _leftAt = [];

    // Launches for the level of which nobody knows what became.
    private readonly HashSet<LaunchId> _unknown = [];

    private Dictionary<InstanceId, Member> _members = [];

    /// <summary>The sizes that it was to have.</summary>
    internal LevelHistory Sizes { get; } = new();

    /// <summary>Whether anything was ever in it, or on its way.</summary>
    public bool IsAny => _launches.Count > 0 || _ended.Count > 0 || _members.Count > 0 || _told.Count > 0;

    /// <summary>How many are to rest at a level.</summary>
    public static int SizeOf(Group group, int level) =>
        group is { Phase: GroupPhase.Active, Pool.Size: var size } && (level > 0 || !size.IsPercent) ? size.Of(level) : 0;

    /// <summary>Whether a launch was written down for the pool.</summary>
    public bool IsForPool(LaunchId launch) => _launches.ContainsKey(launch);

    /// <summary>Why a launch was written down for the pool; null where it was not.</summary>
    public string? ReasonOf(LaunchId launch) => _launches.GetValueOrDefault(launch)?.Reason;

    /// <summary>Whether it is told to rest, and no check has told it to start since.</summary>
    public bool IsToRest(InstanceId instance) => _members.GetValueOrDefault(instance)?.Phase is MemberPhase.Warm;

    /// <summary>Whether it is told to start, and not said to be up yet.</summary>
    public bool IsStarting(InstanceId instance) => _members.GetValueOrDefault(instance)?.Phase is MemberPhase.Starting;

    /// <summary>Whether it is none of the level, since it is in the pool, or ended there.</summary>
    public bool IsInPool(SimulatedInstance instance) => _ended.Contains(instance.Id) || IsIn(instance, _members);

    /// <summary>It is told to rest, or to start.</summary>
    public void Told(InstanceId instance) => _told.Add(instance);

    /// <summary>Those who are told to rest, by what is known of them; latest committed.</summary>
    public IEnumerable<Member> ToRest => _members.Values.Where(member => member.Phase is MemberPhase.Warm);

    /// <summary>A check's step is committed.</summary>
    /// <param name="before">The group's state before it.</param>
    /// <param name="state">The group's state after it.</param>
    /// <param name="launches">The launches that it wrote.</param>
    /// <param name="told">What the trail learns with it.</param>
    /// <param name="find">The truth of an instance.</param>
    /// <param name="now">When.</param>
    public PoolTurn Turn(
        GroupState before, GroupState state, ImmutableArray<Launch> launches, ImmutableArray<Activity> told,
        Func<InstanceId, SimulatedInstance?> find,
        DateTimeOffset now)
    {
        var earlier = _members;
        var wereIn = (InstanceId id) => find(id) is { } one && IsIn(one, earlier);
        var ended = state.RecentTerminations.Where(end => before.RecentTerminations.All(one => one.Instance != end.Instance))
            .Select(end => end.Instance).Where(wereIn).ToList();
        _members = [];
        foreach (var member in state.Members)
        {
            _members[member.Instance] = member;
        }

        // One that did not start has a failure more, and one that was never told is as before; one that did start and goes to rest is new.
        var isBack = (InstanceId id) => earlier.GetValueOrDefault(id) is { Phase: MemberPhase.Starting, Since: var since }
            && (_members[id].Failures > 0 || _members[id].Since <= since);
        var rested = Began(MemberPhase.Warm).Where(id => !isBack(id)).ToList();
        var fromPool = rested.Where(wereIn).ToList();
        var fromDrain = rested.Where(id => earlier.GetValueOrDefault(id)?.Phase is MemberPhase.Draining).ToList();
        var fromService = rested.Except(fromPool).Except(fromDrain).ToList();

        foreach (var id in Began(MemberPhase.Warm).Where(isBack))
        {
            _backAt[id] = now;
        }

        // Written down, and never told.
        var takenBack = earlier.Values.Where(member => member.Phase is MemberPhase.Warm
                && _members.GetValueOrDefault(member.Instance)?.Phase is null or MemberPhase.Draining or MemberPhase.InService
                && !_told.Contains(member.Instance) && !_ended.Contains(member.Instance)
                && state.RecentTerminations.All(end => end.Instance != member.Instance))
            .ToList();
        foreach (var launch in launches.Where(launch => launch.IsForPool))
        {
            _launches[launch.Id] = launch;
        }

        var lost = earlier.FirstOrDefault(pair => pair.Value.Phase is MemberPhase.Warm && !_members.ContainsKey(pair.Key)
            && state.RecentTerminations.All(end => end.Instance != pair.Key) && takenBack.All(member => member.Instance != pair.Key)
            && find(pair.Key)?.StateAt(now) is not (null or InstanceState.Terminating)).Key;

        // One whose end is not believed any more lives, and is what its launch and its member say.
        _ended.UnionWith(ended);
        _ended.ExceptWith(_ended.Where(id => find(id)?.StateAt(now) is InstanceState.Running or InstanceState.Provisioning
            && state.RecentTerminations.All(end => end.Instance != id || !end.IsBelieved)).ToList());

        // One that a hook of its launch has let go is remembered as in service, too: only what is told says that it was taken.
        var taken = told.Where(one => one.Description.StartsWith("took ", StringComparison.Ordinal)).Select(one => one.Instance)
            .OfType<InstanceId>().ToList();
        foreach (var id in _members.Values
            .Where(member => member.Phase is MemberPhase.Starting or MemberPhase.Taken or MemberPhase.Draining)
            .Select(member => member.Instance).Concat(taken))
        {
            _served.Add(id);
            _ended.Remove(id);
        }

        foreach (var id in Began(MemberPhase.Starting).Concat(taken))
        {
            _leftAt[id] = (now, _unknown.Count > 0);
        }

        foreach (var launch in launches.Where(launch => !launch.IsForPool))
        {
            _ = launch.Phase is LaunchPhase.Intended ? _unknown.Add(launch.Id) : _unknown.Remove(launch.Id);
        }

        // Each is written down before it is told.
        foreach (var id in _members.Keys.Where(id => earlier.GetValueOrDefault(id)?.Phase != _members[id].Phase))
        {
            _told.Remove(id);
        }

        return new([.. fromService], [.. fromDrain], [.. takenBack], lost.Value is null ? null : $"forgets that {lost} rests, and it lives")
        {
            Taken = [.. taken],
            Words = Changes(earlier),
        };

        IEnumerable<InstanceId> Began(MemberPhase phase) => _members.Values
            .Where(member => member.Phase == phase && earlier.GetValueOrDefault(member.Instance)?.Phase != phase)
            .Select(member => member.Instance);
    }

    /// <summary>Whether it was to start and did not since then: what was launched in its place may still come.</summary>
    public bool IsBack(InstanceId instance, DateTimeOffset since) => _backAt.TryGetValue(instance, out var at) && at >= since;

    /// <summary>When it last left the pool for service; null while it never did.</summary>
    public DateTimeOffset? StartedAt(InstanceId instance) => _leftAt.TryGetValue(instance, out var left) ? left.At : null;

    /// <summary>
    /// Whether it left the pool since then while nobody knew what had become of a launch: what was launched may still come up beside it.
    /// </summary>
    public bool IsForUnknown(InstanceId instance, DateTimeOffset since) =>
        _leftAt.TryGetValue(instance, out var left) && left.IsForUnknown && left.At >= since;

    /// <summary>Those of the pool that are there, as the engine must count them: what failed by itself is replaced.</summary>
    public List<SimulatedInstance> Held(IEnumerable<SimulatedInstance> instances, DateTimeOffset now) =>
    [
        .. instances.Where(one => !_ended.Contains(one.Id) && IsIn(one, _members) && one.StateAt(now) is { } state
            && (state is InstanceState.Running or InstanceState.Provisioning or InstanceState.Unknown
                || (state is InstanceState.Stopped && IsToRest(one.Id)))),
    ];

    /// <summary>Who is told what from now on, for people.</summary>
    private string Changes(Dictionary<InstanceId, Member> earlier) => string.Join(", ", earlier.Keys.Union(_members.Keys)
        .Select(id => (Id: id, Was: earlier.GetValueOrDefault(id)?.Phase, Is: _members.GetValueOrDefault(id)?.Phase))
        .Where(one => one.Was != one.Is && (one.Was is MemberPhase.Warm or MemberPhase.Starting
            || one.Is is MemberPhase.Warm or MemberPhase.Starting))
        .Select(one => $"{one.Id} was {one.Was?.ToString() ?? "in the level"} and is {one.Is?.ToString() ?? "in the level"}")
        .Order(StringComparer.Ordinal));

    private bool IsIn(SimulatedInstance instance, Dictionary<InstanceId, Member> members) =>
        members.GetValueOrDefault(instance.Id)?.Phase switch
        {
            MemberPhase.Warm => true,
            MemberPhase.Starting or MemberPhase.Taken or MemberPhase.Draining => false,

            // The tag of its open launch says so, until it is told anything.
            _ => instance.Launch is { } id && _launches.TryGetValue(id, out var launch) && launch.IsOpen
                && !_served.Contains(instance.Id),
        };
}

/// <summary>What a commit changes in a warm pool.</summary>
/// <param name="FromService">Those who are to rest and served until then.</param>
/// <param name="FromDrain">Those who are to rest and drained until then.</param>
/// <param name="TakenBack">Those of whom it was written that they rest, and who were never told.</param>
/// <param name="Wrong">What is wrong with it; null when nothing is.</param>
public sealed record PoolTurn(
    ImmutableArray<InstanceId> FromService, ImmutableArray<InstanceId> FromDrain, ImmutableArray<Member> TakenBack, string? Wrong)
{
    /// <summary>Those who were launched for it and serve from now on, without a call.</summary>
    public ImmutableArray<InstanceId> Taken { get; init; } = [];

    /// <summary>The same for people; empty for nothing.</summary>
    public string Words { get; init; } = "";
}

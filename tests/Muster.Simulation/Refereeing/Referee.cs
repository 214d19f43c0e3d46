using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Time;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// Knows the truth of a world, sees every call, commit and effect at the moment it happens, and says when a rule is broken.
/// </summary>
/// <remarks>
/// The rules, checked at every effect, since nothing they speak of changes between two effects:
/// <list type="bullet">
/// <item>level: an instance is only made while fewer than the <see cref="Window"/>'s highest wanted level hold a place; of a group in
/// several placements a surge more, and what is on a cloud that was away for too long, or will be taken back by it, does not count;</item>
/// <item>bounds: no placement holds more than the most that it was allowed in the window;</item>
/// <item>moves: no more members move home in an hour than the group has, or ten, and once nothing fails, who has moved home stays;</item>
/// <item>ownership: an end is only asked for an instance of this installation and a known group, by a check of that group;</item>
/// <item>floor: our own terminations never take a group below the <see cref="Window"/>'s lowest wanted level; for an unhealthy one by no
/// more than the group allows;</item>
/// <item>ledger: a launch is written down before its call, called once where the cloud has no tokens, and makes one instance;</item>
/// <item>pace: a process keeps to its budgets, to the cloud's retry-after, and to the group's launches in flight and an hour;</item>
/// <item>sweeps: only who surely holds a sweep's lease begins it and records for it, and each fence is one process's;</item>
/// <item>brakes: an hour's counts are what was made and what is in doubt, to the one, and what was given back did not happen;</item>
/// <item>health: a group that is said to be healthy has no instance that was told to end long ago and lives;</item>
/// <item>claims: the level follows what others than a person claim and schedules allow, by a sum of the referee's own;</item>
/// <item>steering: see <see cref="SteeringBook"/>;</item>
/// <item>protection: no check writes down the end of a protected instance;</item>
/// <item>gates: nobody that runs is told to end before its gates have let it go, or it is late; whoever drains and lives is not forgotten;
/// a drain takes no group below its level; who was given up at launch, a hook has given up;</item>
/// <item>pool: see <see cref="PoolBook"/>; who rests is none of the level; who goes to rest from service leaves the group its level;</item>
/// <item>power: an order to rest or to start is written down first, and given by who surely holds the group's lease; nothing is
/// launched for the level while one of the pool may be started; no more are launched for the pool than it is to have;</item>
/// <item>age: who ends for its age is old enough, but for a tenth, and no check ends two for it;</item>
/// <item>sickness: nobody ends as unhealthy of whom nobody was sure of it, or while most are said to be sick and the group holds then, and
/// no group is said to be healthy with one who is;</item>
/// <item>trail: what an activity claims is true, and in the end every effect has one.</item>
/// </list>
/// </remarks>
public sealed class Referee
{
    private const string ByHook = "failed (hook ";

    // The brake counts in buckets of five minutes from when a check plans a launch; the call may come some minutes after that.
    private static readonly TimeSpan BrakeWindow = TimeSpan.FromMinutes(50);

    // A check that does nothing says nothing of what it could not see, so this long between two that do is no sign of a look between them.
    private static readonly TimeSpan UnseenGap = TimeSpan.FromMinutes(15);

    // The minute that an end may take, the longest lag of a listing, and a lease.
    private static readonly TimeSpan HealthyPatience = TimeSpan.FromMinutes(3);

    /// <summary>How much too early a process may take a claim's end for come: by what it missed of the store's clock.</summary>
    public static readonly TimeSpan ClaimSlack = TimeSpan.FromSeconds(30);

    private readonly SimulationLoop _loop;
    private readonly Trace _trace;
    private readonly InstallationId _installation;
    private readonly Dictionary<string, CloudTraits> _clouds = [];
    private readonly Dictionary<GroupId, GroupCase> _groups = [];
    private readonly Dictionary<LaunchId, LaunchCase> _launches = [];
    private readonly Dictionary<LaunchId, GroupId> _written = [];
    private readonly Dictionary<InstanceId, SimulatedInstance> _instances = [];
    private readonly Dictionary<InstanceId, string> _cloudOf = [];
    private readonly Dictionary<AccountId, (decimal Max, Func<string, decimal> LowestOn)> _spendLimits = [];
    private readonly Dictionary<string, TimeSpan> _lookFailedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProcessCase> _processes = [];
    private readonly Dictionary<(string Process, GroupId Group), TimeSpan> _leases = [];
    private readonly TimeSpan _leaseDuration;
    private readonly Dictionary<TemplateId, string> _homes = [];
    private readonly HashSet<LaunchId> _toldLaunches = [];
    private readonly HashSet<InstanceId> _toldEnds = [];

    // When the notice that a cloud gave was withdrawn; the longest time while it was not.
    private readonly Dictionary<InstanceId, TimeSpan> _notices = [];

    // The cloud said that it ended them, and did not.
    private readonly HashSet<InstanceId> _liedEnds = [];
    private readonly List<SimulatedInstance> _ended = [];

    /// <summary>A referee who has seen nothing yet.</summary>
    /// <param name="loop">The world's loop.</param>
    /// <param name="trace">Told of violations and effects.</param>
    /// <param name="installation">Whose instances are not foreign.</param>
    /// <param name="window">See <see cref="Window"/>.</param>
    /// <param name="leaseDuration">How long a sweep's lease lasts.</param>
    public Referee(SimulationLoop loop, Trace trace, InstallationId installation, TimeSpan window, TimeSpan leaseDuration)
    {
        _loop = loop;
        _trace = trace;
        _installation = installation;
        Window = window;
        _leaseDuration = leaseDuration;
        ReadingWindow = leaseDuration + TimeSpan.FromSeconds(30);
        Sweeps = new(loop, leaseDuration);
        Steering = new(loop, Violate);
    }

    /// <summary>Whether groups may live in several placements: else nobody moves.</summary>
    public bool IsSpread { get; init; }

    /// <summary>How old at most is what a check that writes has read: a lease, and what a slow store may add to it.</summary>
    public TimeSpan ReadingWindow { get; }

    /// <summary>How long a wanted level excuses what is done for it.</summary>
    /// <remarks>
    /// Lease duration plus launch expiry. An instance made now was asked for by a call at most one launch time-out ago, for an
    /// intent written under a lease for a level read at most one lease before the call (a holder who reads no more must not act
    /// longer than that), and an expiry is never shorter than time-out and twice the listing's lag. So a level that was given up
    /// before the window can have no part in an instance that is made now; one that was wanted inside it can.
    /// </remarks>
    public TimeSpan Window { get; }

    /// <summary>Who may make which sweep.</summary>
    public SweepBook Sweeps { get; }

    /// <summary>What policies may do.</summary>
    internal SteeringBook Steering { get; }

    /// <summary>
    /// Violations that are none, by their words: where a test breaks one rule on purpose and waits for another; null for none.
    /// </summary>
    public Func<string, bool>? Ignores { get; init; }

    /// <summary>The first rule that was broken, in words; null while none was.</summary>
    public string? Violation { get; private set; }

    /// <summary>Instances launched by the engine.</summary>
    public int Made { get; private set; }

    /// <summary>Orders to rest and to start that the engine gave.</summary>
    public int Turned { get; private set; }

    /// <summary>Instances ended by the engine.</summary>
    public int Ended => _ended.Count;

    /// <summary>Whether nothing fails any more.</summary>
    public bool IsCalm { get; set; }

    private DateTimeOffset Now => _loop.Epoch + _loop.Now;

    /// <summary>A rule was broken.</summary>
    public void Violate(string what)
    {
        if (Ignores?.Invoke(what) == true)
        {
            return;
        }

        _trace.Add("referee", "VIOLATION " + what);
        Violation ??= what;
    }

    /// <summary>There is such a cloud.</summary>
    public ICloudWitness Watch(string cloud, CloudTraits traits)
    {
        _clouds.Add(cloud, traits);
        return new Witness(this, cloud);
    }

    /// <summary>There is such a template, on that cloud.</summary>
    public void TemplateMade(TemplateId template, string cloud) => _homes.Add(template, cloud);

    /// <summary>A user wants this from now on.</summary>
    public void GroupWanted(Group group)
    {
        if (_groups.TryGetValue(group.Id, out var known))
        {
            known.Group = group;
        }
        else
        {
            _groups.Add(group.Id, known = new(group));
        }

        known.LifetimeMin = known.LifetimeMin < group.LifetimeMax ? known.LifetimeMin : group.LifetimeMax ?? known.LifetimeMin;
        known.HoldsFrom = group.Repair.WhenMost is MassVerdict.Hold ? known.HoldsFrom ?? _loop.Now : null;
        Reconsider(known);
        foreach (var spec in group.Layout?.Placements ?? [])
        {
            (known.Most.TryGetValue(spec.Name, out var most) ? most : known.Most[spec.Name] = new())
                .Add(_loop.Now, spec.Max ?? int.MaxValue);
        }

        known.LaunchesInFlightMax.Add(_loop.Now, group.Brakes.LaunchesInFlightMax);
        known.LaunchesPerHourMax.Add(_loop.Now, group.Brakes.LaunchesPerHourMax);
    }

    /// <summary>From now on, the groups of an account together must never cost more than this because of a launch.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="max">So much an hour.</param>
    /// <param name="lowestOn">The lowest price that an instance on a cloud ever has.</param>
    public void SpendLimited(AccountId account, decimal max, Func<string, decimal> lowestOn) => _spendLimits[account] = (max, lowestOn);

    /// <summary>Nobody limits it any more.</summary>
    public void SpendUnlimited(AccountId account) => _spendLimits.Remove(account);

    /// <summary>A cloud has said when it will take an instance back.</summary>
    public void NoticeGiven(SimulatedInstance instance) => _notices[instance.Id] = TimeSpan.MaxValue;

    /// <summary>A cloud lets an instance be that it gave notice of.</summary>
    public void NoticeWithdrawn(SimulatedInstance instance) =>
        _notices[instance.Id] = _loop.Now;

    /// <summary>A look at a cloud failed, or was cut short.</summary>
    public void LookFailed(string cloud) => _lookFailedAt[cloud] = _loop.Now;

    /// <summary>Others than a person claim this of a group from now on.</summary>
    public void Claimed(GroupId group, ImmutableArray<Claim> claims)
    {
        _groups[group].Claims = claims;
        Reconsider(group);
    }

    /// <summary>A group has these policies from now on.</summary>
    public void PoliciesChanged(GroupId group, ImmutableArray<Policy> policies)
    {
        _groups[group].Policies = policies;
        Reconsider(group);
    }

    /// <summary>A group's policies claim this from now on.</summary>
    public void Steered(GroupId group, Claim? claim)
    {
        if (_groups.TryGetValue(group, out var known) && known.Steering != claim)
        {
            known.Steering = claim;
            Reconsider(known);
        }
    }

    /// <summary>The truth of a group's instances that run now.</summary>
    public IEnumerable<SimulatedInstance> RunningOf(GroupId group) => _groups.TryGetValue(group, out var known)
        ? known.Instances.Where(instance => instance.StateAt(Now) is InstanceState.Running)
        : [];

    /// <summary>What is known of each living group: itself, what it is to have, its bounds and its policies.</summary>
    internal IEnumerable<(Group Group, int Level, int Low, int High, ImmutableArray<Policy> Policies)> Wanted() => _groups.Values
        .Where(group => group.Group.Phase is GroupPhase.Active)
        .Select(group => (group, Levels.Within(group.Group, group.AllClaims, group.Policies, Now)))
        .Select(each => (each.group.Group, each.Item2.Level, each.Item2.Low, each.Item2.High, each.group.Policies));

    /// <summary>What others than policies want at least of a group: less than that is no policy's to reach.</summary>
    internal int LeastOfOthers(GroupId group)
    {
        var known = _groups[group];
        var saidAt = known.Group.ScaledAt ?? known.Group.UpdatedAt;
        return known.Claims.Where(claim => claim.HoldsAt(Now) && claim.Since >= saidAt).Max(claim => claim.Desired) ?? 0;
    }

    /// <summary>A claim is about to end, or has ended.</summary>
    public void Reconsider(GroupId group) => Reconsider(_groups[group]);

    /// <summary>No check may end an instance from now on.</summary>
    public void Protected(GroupId group, InstanceId instance)
    {
        _groups[group].Protected.Add(instance);
        _groups[group].ProtectedAt[instance] = _loop.Now;
    }

    /// <summary>A store has taken what was said to a gate, as it keeps it.</summary>
    public void SaidTo(GroupId group, InstanceId instance, GateWord word) => _groups[group].Gates.Said(instance, word);

    /// <summary>A source of health says this of an instance from now on.</summary>
    public void Said(GroupId group, InstanceId instance, Finding finding)
    {
        var said = _groups[group].Said;
        (said.TryGetValue(instance, out var history) ? history : said[instance] = []).Add(finding);
    }

    /// <summary>Checks may end an instance again.</summary>
    public void Unprotected(GroupId group, InstanceId instance) => _groups[group].Protected.Remove(instance);

    /// <summary>The level is what it is, and just before a claim ends it is also what it is going to be.</summary>
    private void Reconsider(GroupCase group)
    {
        group.Levels.Add(_loop.Now, Levels.Of(group.Group, group.AllClaims, group.Policies, Now + ClaimSlack));
        group.Levels.Add(_loop.Now, LevelOf(group));
        group.Surge.Add(_loop.Now, SurgeOf(group));
        group.Pool.Sizes.Add(
            _loop.Now, PoolBook.SizeOf(group.Group, Levels.Of(group.Group, group.AllClaims, group.Policies, Now + ClaimSlack)));
        group.Pool.Sizes.Add(_loop.Now, PoolBook.SizeOf(group.Group, LevelOf(group)));
        group.Unavailable.Add(_loop.Now, group.Group.Repair.UnavailableMax.Of(group.Levels.HighestSince(_loop.Now - Window)));
    }

    private int LevelOf(GroupCase group) => Levels.Of(group.Group, group.AllClaims, group.Policies, Now);

    /// <summary>A rule was broken, if there are words for it.</summary>
    public void Check(string? wrong)
    {
        if (wrong is not null)
        {
            Violate(wrong);
        }
    }

    /// <summary>A process began.</summary>
    public void ProcessBegan(string process) => _processes.Add(process, new());

    /// <summary>A process that stood still goes on.</summary>
    public void ProcessWentOn(string process) => _processes[process].WentOnAt = _loop.Now;

    /// <summary>A check's step was committed.</summary>
    /// <param name="lease">The lease that it was written under.</param>
    /// <param name="before">The group's state before it.</param>
    /// <param name="record">What was written.</param>
    /// <param name="releases">Whether the check ends with it.</param>
    public void Recorded(GroupLease lease, GroupState before, CheckRecord record, bool releases)
    {
        var (group, begun, taken) = (lease.Group, new List<Launch>(), false);
        foreach (var launch in record.Launches)
        {
            if (_written.TryAdd(launch.Id, group))
            {
                begun.Add(launch);
            }
        }

        if (_groups.TryGetValue(group, out var known))
        {
            var rests = JudgePool(known, before, record, begun);
            taken = rests.Taken.Length > 0;
            JudgeGates(known, before, record);
            JudgeProtected(known, before, record.State);
            JudgeSick(known, before, record.State);
            JudgeAged(known, before, record.State);
            known.EndWritten.UnionWith(record.State.RecentTerminations.Select(termination => termination.Instance));
            Check(known.Brakes.OnRecorded(lease.Fence, before, record, HasMade, Now, releases, rests) is { } wrong
                ? $"{known.Group.Name}: {wrong}"
                : null);
            Judged(known, record.State);
            Unseen(known, record.State);
            foreach (var launch in record.Launches.Where(launch =>
                launch.Phase is LaunchPhase.Intended
                && launch.Attempts == 1
                && launch.Reason.Contains("move back", StringComparison.Ordinal)))
            {
                known.Moves.Written(launch.Id);
            }
        }

        foreach (var activity in record.Activities)
        {
            Told(activity);
        }

        // Only now it is known who was given up, and who is out of sight.
        if (taken)
        {
            CheckLevel(known!);
        }
    }

    /// <summary>A check that had no lease was committed.</summary>
    /// <param name="id">Of which group.</param>
    /// <param name="before">The group's state before it.</param>
    /// <param name="record">What was written.</param>
    public void RecordedIdle(GroupId id, GroupState before, CheckRecord record)
    {
        if (_groups.TryGetValue(id, out var group))
        {
            var turn = group.Pool.Turn(
                before, record.State, record.Launches, record.Activities, one => _instances.GetValueOrDefault(one), Now);
            ReadTurn(group, turn);

            // One that ends, or is gone, may be remembered once more by who has not read that.
            foreach (var one in turn.FromService.Concat(turn.FromDrain)
                .Where(one => !group.EndWritten.Contains(one) && _instances[one].StateAt(Now) is not null))
            {
                Violate($"{group.Group.Name} puts {one} to rest without a lease");
            }
        }
    }

    /// <summary>
    /// How many more than its level a group may be while members move; of a placement that a person calls dead, all
    /// may be made anew at once.
    /// </summary>
    private int SurgeOf(GroupCase known)
    {
        var (group, level) = (known.Group, known.Levels.HighestSince(_loop.Now - Window));
        var repair = group.Health is null && known.LifetimeMin is null ? 0 : group.Repair.Surge.Of(level);
        return !IsSpread ? repair
            : repair + (group.Layout?.Surge ?? Core.Placements.Layout.SurgeDefault).Of(level)
                + (group.Evacuations.All.Any(one => one.IgnoresDead) ? level : 0);
    }

    private IEnumerable<string> CloudsOf(Group group) => group.Layout is { } layout
        ? layout.Placements.Select(placement => _homes[placement.Template])
        : [_homes[group.Template]];

    /// <summary>Placements are called after their zone and template, which is called after its cloud.</summary>
    private static string CloudIn(string placement) => placement[(placement.LastIndexOf('-') + 1)..];

    /// <summary>A check that does something says which clouds it could not look at, and since when: that must be so.</summary>
    private void Unseen(GroupCase group, GroupState state)
    {
        foreach (var placement in state.Placements.Where(placement => placement.IsUnseen))
        {
            var failed = _lookFailedAt.Where(pair => pair.Value >= _loop.Now - Window - TimeSpan.FromMinutes(10))
                .Select(pair => pair.Key).ToHashSet();
            string[] clouds = placement.Name == Core.Placements.Placement.Only ? [.. failed]
                : placement.Name.Contains('@', StringComparison.Ordinal)
                    ? [placement.Name[(placement.Name.IndexOf('@', StringComparison.Ordinal) + 1)..]]
                    : [CloudIn(placement.Name)];
            if (clouds.Length == 0 || !clouds.All(failed.Contains))
            {
                Violate(
                    $"{group.Group.Name}: {placement.Name} is said to be out of sight, and no look at it failed: "
                    + $"{placement.UnavailableFor}, since {placement.FailingSince:HH:mm:ss}, "
                    + $"at {placement.UnavailableAt:HH:mm:ss}: {state.Reason}");
            }

            foreach (var cloud in placement.FailingSince is null ? [] : clouds)
            {
                var since = placement.FailingSince!.Value;

                // A group that is placed anew counts from then; what died where nobody could look all the while was alive when somebody
                // last did.
                group.UnseenSince[cloud] = (
                    group.UnseenSince.TryGetValue(cloud, out var before) && before.SaidAt >= _loop.Now - UnseenGap && before.Since < since
                        ? before.Since
                        : since,
                    _loop.Now);
                var layout = group.Group.Layout;
                if (since + (layout is null ? Core.Placements.Layout.SpillAfterDefault : layout.SpillAfter ?? TimeSpan.FromDays(1)) <= Now
                    || group.Group.Evacuations.All.Any(one => one.IgnoresDead))
                {
                    group.LostAt[cloud] = _loop.Now;
                }
            }
        }
    }

    /// <summary>Whether nobody need count on what is there, since its cloud was away for too long when a check did something.</summary>
    private bool IsLost(GroupCase group, SimulatedInstance instance) =>
        group.LostAt.Count > 0 && _cloudOf.TryGetValue(instance.Id, out var cloud)
        && group.LostAt.TryGetValue(cloud, out var at) && at >= _loop.Now - Window;

    /// <summary>
    /// Whoever ends as unhealthy was said to be, by a word that held when a check may have read it. A group that is said to be healthy has
    /// nobody of whom that is said for longer than it may take to be heard.
    /// </summary>
    private void JudgeSick(GroupCase group, GroupState before, GroupState after)
    {
        foreach (var end in after.RecentTerminations.Where(end =>
            end.Reason.Contains("an unhealthy instance is replaced", StringComparison.Ordinal)
            && before.RecentTerminations.All(one => one.Instance != end.Instance)))
        {
            if (!WasSick(group, end.Instance, Now - Window))
            {
                Violate($"{group.Group.Name} is to end {end.Instance} as unhealthy, and nobody is sure of it: {end.Reason}");
            }

            if (HoldsSinceMostAreSick(group))
            {
                Violate($"{group.Group.Name} is to end {end.Instance} as unhealthy, while most of them are said to be: {end.Reason}");
            }
        }

        if (after.Condition is GroupCondition.Healthy)
        {
            Check(SickIn(group));
        }
    }

    /// <summary>Who of a group that is said to be healthy is said to be sick, and has been for longer than it takes to hear it.</summary>
    public string? SickIn(GroupId id) => _groups.TryGetValue(id, out var group) ? SickIn(group) : null;

    private string? SickIn(GroupCase group)
    {
        if (group.Group.Repair.Mode is RepairMode.Off)
        {
            return null;
        }

        foreach (var (id, history) in group.Said)
        {
            var last = history[^1];
            if (last.At(Now) is Verdict.Unhealthy && IsOldWord(history) && _instances[id].StateAt(Now) is InstanceState.Running
                && !group.EndAskedAt.ContainsKey(id) && !group.Gates.IsDraining(id) && !group.Pool.IsInPool(_instances[id]))
            {
                return $"{group.Group.Name} is said to be healthy, and {id} is said to be unhealthy since {last.Since:HH:mm:ss}";
            }
        }

        return null;

        bool IsOldWord(List<Finding> history)
        {
            // Without a break for so long: each word came before the one before it had expired.
            var since = Now - Window - HealthyPatience;
            for (var at = history.Count - 1; at >= 0 && history[at].Verdict is Verdict.Unhealthy; at--)
            {
                if (history[at].Since <= since)
                {
                    return true;
                }

                if (at > 0 && history[at - 1].ExpiresAt <= history[at].Since)
                {
                    return false;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Whether nobody may be replaced, however late a check read what was said: for all the time in which it may have, most of those that
    /// run were said to be sick, of all that may have been counted.
    /// </summary>
    private bool HoldsSinceMostAreSick(GroupCase group)
    {
        var since = Now - ReadingWindow;
        var (wanted, shown) = (group.Group, since - _clouds.Values.Max(traits => traits.ListingLagMax));
        if (IsSpread || group.HoldsFrom is not { } from || from >= _loop.Now - ReadingWindow || wanted.Health is not { } health)
        {
            return false;
        }

        // Whose end was written is not counted by who reads that; only those whose end did not come may be again.
        var all = _instances.Values.Where(one => one.Group == wanted.Id && (one.StateAt(shown) ?? one.StateAt(Now)) is not null
            && !(group.EndWritten.Contains(one.Id) && !Holds(one))).ToList();
        var sick = all.Count(one =>
            one.LeavingAt is null && one.MadeAt + health.Grace < shown
            && one.StateAt(shown) is InstanceState.Running && one.StateAt(Now) is InstanceState.Running
            && !group.EndWritten.Contains(one.Id) && !IsOnItsWayOut(group, one) && !MayBeHeld(group, one)
            && group.Said.TryGetValue(one.Id, out var history)
            && history.Any(word => word.Verdict is Verdict.Healthy && word.Since < since) && WasSickThroughout(history, since));
        return sick >= 2 && sick * 2 > all.Count;
    }

    /// <summary>Whether a hook of its launch may hold it still: then it counts as on its way up.</summary>
    private static bool MayBeHeld(GroupCase group, SimulatedInstance instance) =>
        group.Group.Hooks.AnyAt(HookMoment.Launch) && !(instance.Launch is { } launch && group.Gates.IsSettled(launch));

    /// <summary>Whether a source was sure that an instance does not work, without a break since then.</summary>
    private bool WasSickThroughout(List<Finding> history, DateTimeOffset since)
    {
        var from = history.FindLastIndex(word => word.Since <= since);
        return from >= 0 && history.Skip(from).Zip(history.Skip(from + 1).Select(word => word.Since).Append(Now)).All(pair =>
            pair.First.Verdict is Verdict.Unhealthy && !(pair.First.ExpiresAt <= pair.Second));
    }

    /// <summary>
    /// Whoever ends for its age is as old as its group lets instances become, but for a tenth; and no check ends two at once.
    /// </summary>
    private void JudgeAged(GroupCase group, GroupState before, GroupState after)
    {
        var ends = after.RecentTerminations.Where(end => end.Reason.Contains("its lifetime of", StringComparison.Ordinal)
            && before.RecentTerminations.All(one => one.Instance != end.Instance)).ToList();
        foreach (var end in ends)
        {
            if (!IsOld(group, _instances[end.Instance]))
            {
                Violate($"{group.Group.Name} is to end {end.Instance} for its age, and it is not so old: {end.Reason}");
            }
        }

        if (ends.Count > 1)
        {
            Violate($"{group.Group.Name} is to end {ends.Count} at once for their age");
        }
    }

    /// <summary>Whether it may be replaced for its age.</summary>
    private bool IsOld(GroupCase group, SimulatedInstance instance) =>
        group.LifetimeMin is { } lifetime && Now - instance.MadeAt >= lifetime * 0.9;

    /// <summary>Whether somebody was sure that an instance does not work, at any time since then.</summary>
    private bool WasSick(GroupCase group, InstanceId instance, DateTimeOffset since)
    {
        if (!group.Said.TryGetValue(instance, out var history))
        {
            return false;
        }

        for (var at = 0; at < history.Count; at++)
        {
            var until = at + 1 < history.Count ? history[at + 1].Since : Now;
            until = history[at].ExpiresAt is { } expires && expires < until ? expires : until;
            if (history[at].Verdict is Verdict.Unhealthy && until >= since)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it may count as one that failed to boot: it was never healthy, and somebody was sure that it is not.</summary>
    private bool HasFailedToBoot(GroupCase group, SimulatedInstance instance) =>
        group.Group.Health is not null && WasSick(group, instance.Id, Now - Window)
        && group.Said[instance.Id].All(one => one.Verdict is not Verdict.Healthy || one.Since >= Now - Window
            || one.Since < group.Pool.StartedAt(instance.Id));

    /// <summary>
    /// Whoever is told to end has drained first, if it ran and was seen to; a drain begins for nobody who is protected, and leaves the
    /// group what it is to have.
    /// </summary>
    private void JudgeGates(GroupCase group, GroupState before, CheckRecord record)
    {
        group.Gates.Settled(record.Launches.Where(launch => launch.Phase is LaunchPhase.Settled).Select(launch => launch.Id));
        foreach (var end in record.State.RecentTerminations.Where(end =>
            end.Reason.Contains(ByHook, StringComparison.Ordinal)
            && before.RecentTerminations.All(one => one.Instance != end.Instance || one.Reason != end.Reason)))
        {
            // Of one that was to end before, no launch is told to have failed.
            GivenUp(group, end.Instance);
        }

        foreach (var end in record.State.RecentTerminations.Where(end => end is { IsTold: false, RetryAt: null }
            && before.RecentTerminations.All(one => one.Instance != end.Instance)))
        {
            if (!_instances.TryGetValue(end.Instance, out var instance) || !instance.IsShownRunning(Now - Window, Now)
                || group.Pool.IsInPool(instance))
            {
                continue;
            }

            JudgeGatesOf(group, instance, "end", end.Reason);
        }

        var (begun, _, wrong) = group.Gates.Turn(record, Now, id => _instances.TryGetValue(id, out var one) && Holds(one));
        Check(wrong is null ? null : $"{group.Group.Name} {wrong}");
        foreach (var id in begun)
        {
            if (group.Protected.Contains(id) && group.ProtectedAt[id] < _loop.Now - Window)
            {
                Violate($"{group.Group.Name} begins to drain {id}, which is protected");
            }

            var reason = record.Activities.FirstOrDefault(activity => activity.Instance == id)?.Description ?? "";
            if (reason.Contains("an unhealthy instance is replaced", StringComparison.Ordinal) && !WasSick(group, id, Now - Window))
            {
                Violate($"{group.Group.Name} begins to drain {id} as unhealthy, and nobody is sure of it: {reason}");
            }

            if (_instances[id].StateAt(Now) is InstanceState.Running)
            {
                CheckFloor(group, _instances[id], "draining");
            }
        }
    }

    /// <summary>One that runs, and is to leave service, has drained first, and its gates have let it go.</summary>
    private void JudgeGatesOf(GroupCase group, SimulatedInstance instance, string what, string reason)
    {
        if (group.Gates.WhyHeld(group.Group, instance.Id, Now) is { } why)
        {
            Violate($"{group.Group.Name} is to {what} {instance.Id}, and {why}: {reason}");
        }
        else if (GateBook.HoldsAtEnd(group.Group) && !group.Gates.IsDraining(instance.Id)
            && instance.Launch is { } launch && group.Gates.IsSettled(launch) && !group.Gates.IsGivenUp(instance.Id)
            && !reason.Contains("not running goes first", StringComparison.Ordinal))
        {
            Violate($"{group.Group.Name} is to {what} {instance.Id}, which runs and has not drained: {reason}");
        }
    }

    /// <summary>
    /// Who goes to rest from service leaves the group its level, is not protected, and has passed its gates; nobody who rests is forgotten;
    /// and nothing is launched for the level while one of the pool may be started.
    /// </summary>
    private PoolTurn JudgePool(GroupCase group, GroupState before, CheckRecord record, List<Launch> begun)
    {
        var turn = group.Pool.Turn(before, record.State, record.Launches, record.Activities, id => _instances.GetValueOrDefault(id), Now);
        ReadTurn(group, turn);
        foreach (var id in turn.FromService.Concat(turn.FromDrain))
        {
            var instance = _instances[id];
            if (group.Protected.Contains(id) && group.ProtectedAt[id] < _loop.Now - Window)
            {
                Violate($"{group.Group.Name} puts {id} to rest, which is protected");
            }

            if (instance.IsShownRunning(Now - Window, Now))
            {
                JudgeGatesOf(group, instance, "put to rest", "it serves");
            }
        }

        foreach (var id in turn.FromService.Where(id => _instances[id].StateAt(Now) is InstanceState.Running))
        {
            CheckFloor(group, _instances[id], "putting to rest");
        }

        if (turn.FromService.Length + turn.FromDrain.Length > 0)
        {
            CheckPoolSize(group, "takes surplus into");
        }

        foreach (var launch in begun.Where(launch => launch is { IsForPool: false, Phase: LaunchPhase.Intended }))
        {
            if (Overlooked(group, launch) is { } overlooked)
            {
                Violate($"{group.Group.Name} launches {launch.InstanceName}, and {overlooked} rests and may be started: {launch.Reason}");
            }
        }

        return turn;
    }

    private void ReadTurn(GroupCase group, PoolTurn turn)
    {
        if (turn.Words.Length > 0)
        {
            _trace.Add("pool", $"{group.Group.Name}: {turn.Words}");
        }

        Check(turn.Wrong is null ? null : $"{group.Group.Name} {turn.Wrong}");
    }

    /// <summary>One of the pool that may be started, and could for as long as a check may have read what it goes by.</summary>
    private InstanceId? Overlooked(GroupCase group, Launch launch)
    {
        var since = Now - Window - _clouds.Values.Max(traits => traits.ListingLagMax);
        foreach (var member in group.Pool.ToRest.Where(
            member => member.Since <= since && member is { Failures: 0 } && !(member.RetryAt > since)
                && !group.EndWritten.Contains(member.Instance)))
        {
            if (_instances.TryGetValue(member.Instance, out var one) && one.IsStoppedOnOrderAt(since) && one.TurnedAt(Now) <= since
                && one.Show(InstanceState.Stopped).Tags is var tags
                && tags.GetValueOrDefault(MusterTags.Template) == launch.Template.ToString()
                && tags.GetValueOrDefault(MusterTags.Placement) == launch.Placement
                && !(group.Group.Pool?.AgeMax is { } most && Now - one.MadeAt >= most) && group.LifetimeMin is null
                && !IsLost(group, one) && !IsLeaving(one))
            {
                return one.Id;
            }
        }

        return null;
    }

    /// <summary>
    /// No more are in the pool than were wanted there in the window, but for who did not start, or is where nothing is to be.
    /// </summary>
    private void CheckPoolSize(GroupCase group, string how)
    {
        var placements = group.Group.Layout?.Placements.Select(spec => spec.Name)
            .Except(group.Group.Evacuations.All.Select(one => one.Placement)).ToHashSet();
        var held = group.Pool.Held(group.Instances, Now)
            .Where(one => !IsBeingReplaced(group, one) && !IsLost(group, one) && !group.Pool.IsBack(one.Id, Now - Window)
                && CanRest(group.Group, _cloudOf[one.Id])
                && (one.Show(InstanceState.Stopped).Tags.GetValueOrDefault(MusterTags.Placement) is { } placement
                    ? placements?.Contains(placement) is true
                    : placements is null && _cloudOf.GetValueOrDefault(one.Id) == _homes[group.Group.Template]))
            .ToList();
        var most = group.Pool.Sizes.HighestSince(_loop.Now - Window);
        if (held.Count > most)
        {
            Violate(
                $"{group.Group.Name} {how} its pool, which has {string.Join(", ", held.Select(one => one.Id))}, and at most {most} "
                + $"were wanted there in the last {Window.TotalMinutes:0.#} minutes");
        }
    }

    /// <summary>It is told, or its end is written, as of one that a hook of its launch has given up.</summary>
    private void GivenUp(GroupCase group, InstanceId id)
    {
        if (_instances.TryGetValue(id, out var instance))
        {
            Check(group.Gates.GiveUp(group.Group, id, instance.MadeAt, Now) is { } why ? $"{group.Group.Name}: {why}" : null);
        }
    }

    /// <summary>A protected instance is not written down to end.</summary>
    private void JudgeProtected(GroupCase group, GroupState before, GroupState after)
    {
        // One that is gone may be forgotten, and a lagging listing may show it once more: its end is nobody's loss.
        foreach (var id in group.Protected.Where(id => _instances[id].StateAt(Now) is not null))
        {
            var (earlier, end) = (EndOf(before, id), EndOf(after, id));
            if (end is { IsTold: false, RetryAt: null }
                && (earlier is null || earlier.IsTold || earlier.RetryAt is not null || end.Failures > earlier.Failures))
            {
                Violate($"{group.Group.Name} is to end {id}, which is protected: {end.Reason}");
            }
        }

        static RecentTermination? EndOf(GroupState state, InstanceId id) =>
            state.RecentTerminations.FirstOrDefault(one => one.Instance == id);
    }

    /// <summary>A group that is said to be healthy has no instance that was told to end long ago and lives.</summary>
    private void Judged(GroupCase group, GroupState state)
    {
        if (state.Condition is not GroupCondition.Healthy)
        {
            return;
        }

        foreach (var termination in state.RecentTerminations)
        {
            if (termination.IsUnderWay && Now - termination.Since > HealthyPatience
                && _instances.TryGetValue(termination.Instance, out var truth) && Holds(truth))
            {
                Violate(
                    $"{group.Group.Name} is said to be healthy, "
                    + $"and {truth.Id} was told to end at {termination.Since:HH:mm:ss} and is {truth.StateAt(Now)}");
            }
        }
    }

    private bool HasMade(LaunchId launch) => _launches.TryGetValue(launch, out var known) && known.Instances.Count > 0;

    /// <summary>The audit trail learned something.</summary>
    public void Told(Activity activity)
    {
        if (activity is { Type: ActivityType.Launch, Launch: { } launch })
        {
            _toldLaunches.Add(launch);
            if (activity is { Status: ActivityStatus.Succeeded, Instance: { } made }
                && (!_instances.TryGetValue(made, out var truth) || truth.Launch != launch))
            {
                Violate($"the audit trail says that launch {launch} made {made}, which is not so");
            }
        }

        if (activity is { Type: ActivityType.Launch, Status: ActivityStatus.Failed, Instance: { } lost }
            && activity.Description.Contains(ByHook, StringComparison.Ordinal)
            && _groups.TryGetValue(activity.Group, out var hooked))
        {
            GivenUp(hooked, lost);
        }

        if (activity is { Type: ActivityType.Terminate, Instance: { } end })
        {
            _toldEnds.Add(end);
            if (activity.Status is ActivityStatus.Succeeded
                && _instances.TryGetValue(end, out var truth)
                && Holds(truth)
                && !_liedEnds.Contains(end))
            {
                Violate($"the audit trail says that {end} was terminated, and it is {truth.StateAt(Now)}");
            }
        }
    }

    /// <summary>A process looks.</summary>
    public void ReadCalled(string process, string cloud) => OnCall(process, cloud, isWrite: false, "a read");

    /// <summary>A process asks for an instance.</summary>
    public void LaunchCalled(string process, string cloud, LaunchRequest request)
    {
        OnCall(process, cloud, isWrite: true, $"launch {request.Launch}");
        if (GroupOf(request) is not { } group)
        {
            Violate($"{process} launches {request.Name} for no group of this installation");
            return;
        }

        var known = _launches.TryGetValue(request.Launch, out var before) ? before : _launches[request.Launch] = new(request.Launch, group);
        if (!_written.TryGetValue(request.Launch, out var writtenFor) || writtenFor != group.Id)
        {
            Violate($"{process} calls launch {request.Launch} of {group.Group.Name}, which the ledger does not have");
        }

        if (++known.Calls > 1 && !_clouds[cloud].LaunchTokens)
        {
            Violate($"{process} repeats launch {request.Launch} of {group.Group.Name} on a cloud without tokens");
        }

        group.Brakes.LaunchCalled(request.Launch);
        CheckBrakes(process, group, known);
    }

    /// <summary>The answer to a launch arrived at the process.</summary>
    /// <param name="process">Whose call.</param>
    /// <param name="cloud">Where.</param>
    /// <param name="request">Which.</param>
    /// <param name="error">Null when it worked; cancelled calls have <see cref="CloudErrorKind.Ambiguous"/>.</param>
    public void LaunchAnswered(string process, string cloud, LaunchRequest request, CloudException? error)
    {
        Answered(process, cloud, error);
        if (_launches.TryGetValue(request.Launch, out var launch))
        {
            _processes[process].LaunchesInFlight[launch.Group.Id]--;
            if (launch.Calls == 1 && error is not null and not { Kind: CloudErrorKind.Ambiguous })
            {
                launch.Group.LaunchCalls.RemoveAll(call => call.Launch == launch.Id);
            }
        }
    }

    /// <summary>A process asks for an instance's end.</summary>
    public void TerminateCalled(string process, string cloud, InstanceId id)
    {
        OnCall(process, cloud, isWrite: true, $"terminate {id}");
        if (!_instances.TryGetValue(id, out var instance))
        {
            Violate($"{process} terminates {id}, which never was");
        }
        else if (instance.Installation != _installation || instance.Group is not { } group || !_groups.TryGetValue(group, out var known))
        {
            Violate($"{process} terminates {id}, which is foreign");
        }
        else if (!known.EndWritten.Contains(id))
        {
            Violate($"{process} terminates {id} of {known.Group.Name}, and no check of that group has written so");
        }
        else
        {
            known.EndAskedAt[id] = _loop.Now;
            known.Brakes.TerminateCalled(id);
        }
    }

    /// <summary>A process tells an instance to rest.</summary>
    public void StopCalled(string process, string cloud, InstanceId id) => PowerCalled(process, cloud, id, isUp: false);

    /// <summary>A process starts an instance that rests.</summary>
    public void StartCalled(string process, string cloud, InstanceId id) => PowerCalled(process, cloud, id, isUp: true);

    /// <summary>A process learned that it holds a group, by a call that it began at that time; null that it holds it no more.</summary>
    public void LeaseHeld(string process, GroupId group, TimeSpan? began)
    {
        if (began is { } at)
        {
            _leases[(process, group)] = at;
        }
        else
        {
            _leases.Remove((process, group));
        }
    }

    private void PowerCalled(string process, string cloud, InstanceId id, bool isUp)
    {
        var what = isUp ? "starts" : "stops";
        OnCall(process, cloud, isWrite: true, $"{what} {id}");
        Turned++;
        if (!_instances.TryGetValue(id, out var instance))
        {
            Violate($"{process} {what} {id}, which never was");
        }
        else if (instance.Installation != _installation || instance.Group is not { } group || !_groups.TryGetValue(group, out var known))
        {
            Violate($"{process} {what} {id}, which is foreign");
        }
        else
        {
            known.Pool.Told(id);

            // One that stood still between its last look and the call cannot know better.
            if (_processes[process].WentOnAt == _loop.Now)
            {
                return;
            }

            if (!(isUp ? known.Pool.IsStarting(id) : known.Pool.IsToRest(id)))
            {
                Violate($"{process} {what} {id} of {known.Group.Name}, and no check of that group has written so");
            }
            else if (!(_leases.TryGetValue((process, group), out var began) && _loop.Now - began < _leaseDuration))
            {
                Violate($"{process} {what} {id} of {known.Group.Name}, which it does not surely hold");
            }
        }
    }

    /// <summary>The answer to a termination arrived at the process.</summary>
    /// <param name="process">Whose call.</param>
    /// <param name="cloud">Where.</param>
    /// <param name="id">Which.</param>
    /// <param name="error">Null when it worked.</param>
    public void TerminateAnswered(string process, string cloud, InstanceId id, CloudException? error)
    {
        Answered(process, cloud, error);
        if (!_instances.TryGetValue(id, out var instance) || instance.Group is not { } group || !_groups.TryGetValue(group, out var known))
        {
            return;
        }

        if (error is null && Holds(instance))
        {
            _liedEnds.Add(id);
        }
        else if (error is not null and not { Kind: CloudErrorKind.Ambiguous })
        {
            known.Brakes.TerminateRefused(id);
        }
    }

    /// <summary>The answer to anything but a launch arrived at the process.</summary>
    public void Answered(string process, string cloud, CloudException? error)
    {
        if (error is { Kind: CloudErrorKind.Throttled, RetryAfter: { } retryAfter })
        {
            MeterOf(process, cloud).OnThrottled(_loop.Now, retryAfter);
        }
    }

    /// <summary>Whether every group is as its users want it, in truth; null when it is, else what is missing.</summary>
    public string? NotAtLevel()
    {
        foreach (var group in _groups.Values)
        {
            var there = group.Instances.Where(instance => instance.StateAt(Now) is not null).ToList();
            var running = there.Count(instance => instance.StateAt(Now) is InstanceState.Running && !group.Pool.IsInPool(instance));
            var resting = there.Count(instance => instance.RestsAt(Now) && group.Pool.IsToRest(instance.Id));
            if (running != LevelOf(group) || there.Count != running + resting || group.Group.Phase is GroupPhase.Draining)
            {
                return $"{group.Group.Name} ({group.Group.Phase}) has {running} running and {resting} resting of {there.Count} that exist, "
                    + $"and {LevelOf(group)} are wanted";
            }

            if (PoolIsNot(group, resting) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>Why a pool is not as its users want it, once all is quiet; null when it is.</summary>
    private string? PoolIsNot(GroupCase group, int resting)
    {
        var size = PoolBook.SizeOf(group.Group, LevelOf(group));
        // Where nothing can be put to rest as it is wanted, what rests already may go on, and nothing comes.
        var least = CloudsOf(group.Group).Any(cloud => CanRest(group.Group, cloud)) ? size : 0;
        return resting < least || resting > size ? $"{group.Group.Name} has {resting} in its pool, and {size} are wanted there"
            : group.Instances.Find(
                one => one.StateAt(Now) is not null && group.Pool.IsToRest(one.Id) && IsOutdated(group.Group, one)) is { } old
                ? $"{group.Group.Name} has {old.Id} in its pool, which is of another template"
            : null;
    }

    private bool CanRest(Group group, string cloud) =>
        _clouds[cloud] is { Stops: true } traits && (traits.Suspends || group.Pool is not { IsSuspended: true });

    private static bool IsOutdated(Group group, SimulatedInstance instance)
    {
        var tag = instance.Show(InstanceState.Stopped).Tags.GetValueOrDefault(MusterTags.Template);
        return group.Layout is { } layout
            ? layout.Placements.All(spec => spec.Template.ToString() != tag)
            : group.Template.ToString() != tag;
    }

    /// <summary>
    /// What the audit trail does not tell although it happened; null when it tells all. Asked in the end, when all is quiet.
    /// </summary>
    public string? Untold()
    {
        foreach (var launch in _launches.Values)
        {
            if (launch.Instances.Count > 0 && !_toldLaunches.Contains(launch.Id))
            {
                return $"no activity tells of launch {launch.Id}, which made {launch.Instances[0].Id}";
            }
        }

        return _ended.Find(instance => !_toldEnds.Contains(instance.Id)) is { } silent
            ? $"no activity tells of the end of {silent.Id}"
            : null;
    }

    private void OnCall(string process, string cloud, bool isWrite, string what)
    {
        var isCatchingUp = _processes[process].WentOnAt == _loop.Now;
        if (MeterOf(process, cloud).OnCall(_loop.Now, isWrite, isCatchingUp) is { } wrong)
        {
            Violate($"{process} {wrong} at {cloud}: {what}");
        }
    }

    private CallMeter MeterOf(string process, string cloud)
    {
        var meters = _processes[process].Meters;

        // As many writes may wait for their intent to be written as launches and terminations may be in flight.
        return meters.TryGetValue(cloud, out var meter)
            ? meter
            : meters[cloud] = new(
                _clouds[cloud],
                readSlack: _groups.Count + 2,
                writeSlack: _groups.Values.Sum(group => group.Group.Brakes.LaunchesInFlightMax)
                    + (_groups.Count * Core.Reconciling.ReconcilerOptions.TerminationsInFlightMax));
    }

    private GroupCase? GroupOf(LaunchRequest request) =>
        request.Tags.TryGetValue(MusterTags.Installation, out var owner) && owner == _installation.ToString()
        && request.Tags.TryGetValue(MusterTags.Launch, out var launch) && launch == request.Launch.ToString()
        && request.Tags.TryGetValue(MusterTags.Group, out var text) && Guid.TryParse(text, out var id)
            ? _groups.GetValueOrDefault(new GroupId(id))
            : null;

    private void CheckBrakes(string process, GroupCase group, LaunchCase launch)
    {
        var inFlight = _processes[process].LaunchesInFlight;
        inFlight[group.Id] = inFlight.GetValueOrDefault(group.Id) + 1;
        if (inFlight[group.Id] > group.LaunchesInFlightMax.HighestSince(_loop.Now - Window))
        {
            Violate($"{process} has {inFlight[group.Id]} launches of {group.Group.Name} in flight");
        }

        if (launch.Calls > 1)
        {
            return;
        }

        group.LaunchCalls.Add((_loop.Now, launch.Id));
        group.LaunchCalls.RemoveAll(call => call.At < _loop.Now - BrakeWindow);

        // A check that has begun goes on by the brake that it read.
        if (group.LaunchCalls.Count > group.LaunchesPerHourMax.HighestSince(_loop.Now - Window))
        {
            Violate($"{group.LaunchCalls.Count} launches of {group.Group.Name} within {BrakeWindow.TotalMinutes} minutes");
        }
    }

    private void OnMade(SimulatedInstance instance)
    {
        _instances.Add(instance.Id, instance);
        if (instance.Launch is not { } id || !_launches.TryGetValue(id, out var launch))
        {
            Violate($"{instance.Id} was made by no launch");
            return;
        }

        Made++;
        _trace.Add(
            "cloud",
            $"made {instance.Id} for {launch.Group.Group.Name}, launch {id}"
            + (launch.Group.Pool.ReasonOf(id) is { } reason ? $", for the pool: {reason}" : ""));
        launch.Instances.Add(instance);
        if (launch.Instances.Count > 1)
        {
            Violate($"launch {id} of {launch.Group.Group.Name} has made {launch.Instances.Count} instances");
        }

        var group = launch.Group;
        group.Instances.Add(instance);
        if (instance.Show(InstanceState.Running).Tags.ContainsKey(MusterTags.Pool) != group.Pool.IsForPool(id))
        {
            Violate($"launch {id} of {group.Group.Name} is for the pool by its tag or by the ledger, and not by both");
        }

        Check(
            group.Moves.OnMade(id, _loop.Now, Math.Max(10, group.Levels.HighestSince(_loop.Now - MoveBook.Window))) is { } tooMany
                ? $"{group.Group.Name}: {tooMany}"
                : null);
        if (instance.Show(InstanceState.Running).Tags.TryGetValue(MusterTags.Placement, out var placement))
        {
            CheckBound(group, placement);
        }

        CheckSpend(group.Group.Account);
        if (group.Pool.IsInPool(instance))
        {
            CheckPoolSize(group, "launches for");
        }
        else
        {
            CheckLevel(group);
        }
    }

    /// <summary>No more hold a place of the level than were wanted in the window.</summary>
    private void CheckLevel(GroupCase group)
    {
        var holding = group.Instances.Where(one => Holds(one) && !IsBeingReplaced(group, one) && !IsLost(group, one)
            && !HasFailedToBoot(group, one) && !IsOnItsWayOut(group, one) && !group.Pool.IsForUnknown(one.Id, Now - Window)).ToList();
        var level = group.Levels.HighestSince(_loop.Now - Window);

        // Never more than the level are believed to leave: a cloud cannot make a group grow without end by saying so.
        var held = holding.Count - Math.Min(level, holding.Count(IsLeaving));
        var highest = level + group.Surge.HighestSince(_loop.Now - Window);
        if (held > highest)
        {
            Violate(
                $"{group.Group.Name} overshoots: {held} instances, "
                + $"and at most {highest} were wanted in the last {Window.TotalMinutes:0.#} minutes");
        }
    }

    /// <summary>One that rested comes up on the engine's order: as if it were made.</summary>
    private void OnStarted(SimulatedInstance instance)
    {
        _trace.Add("cloud", $"starts {instance.Id}");
        if (instance.Group is { } id && _groups.TryGetValue(id, out var group) && !group.Pool.IsInPool(instance))
        {
            CheckLevel(group);
        }
    }

    /// <summary>
    /// What is there at its lowest price ever is no more than what a check must have counted: whoever launched one more must have had
    /// room for it.
    /// </summary>
    private void CheckSpend(AccountId account)
    {
        if (!_spendLimits.TryGetValue(account, out var limit))
        {
            return;
        }

        var cost = _groups.Values.Where(group => group.Group.Account == account && group.Group.Phase is not GroupPhase.Archived)
            .SelectMany(group => group.Instances.Where(one =>
                Holds(one) && !IsBeingReplaced(group, one) && !IsLost(group, one) && !IsLeaving(one)))
            .Sum(one => limit.LowestOn(_cloudOf[one.Id]));
        if (cost > limit.Max)
        {
            Violate($"what an account has costs {cost} at the lowest prices, and it may spend {limit.Max}");
        }
    }

    private void CheckBound(GroupCase group, string placement)
    {
        var most = group.Most.TryGetValue(placement, out var history) ? history.HighestSince(_loop.Now - Window) : 0;
        var held = group.Instances.Count(one => Holds(one) && !IsBeingReplaced(group, one) && !IsLeaving(one)
            && !IsOnItsWayOut(group, one) && one.Show(InstanceState.Running).Tags.GetValueOrDefault(MusterTags.Placement) == placement);
        if (held > most)
        {
            Violate($"{group.Group.Name}: {placement} holds {held}, and may hold {most}");
        }
    }

    private void OnTerminated(SimulatedInstance instance, InstanceState before)
    {
        _trace.Add("cloud", $"terminated {instance.Id}, which was {before}");
        if (instance.Group is not { } id || !_groups.TryGetValue(id, out var group) || instance.Launch is null)
        {
            return;
        }

        _ended.Add(instance);
        if (before is not (InstanceState.Provisioning or InstanceState.Running or InstanceState.Unknown))
        {
            return;
        }

        // Where less is wanted than when it came, somebody has to go, and who came last may be the one.
        if (IsCalm && before is InstanceState.Running
            && group.Levels.Current >= group.Levels.HighestSince(_loop.Now - (Now - instance.MadeAt))
            && group.Moves.OnEnded(instance.Launch.Value, Now - instance.MadeAt) is { } forNothing)
        {
            Violate($"{group.Group.Name}: {forNothing}");
        }

        // That one that drained ends was decided when it began to, and who is in the pool is none of the level.
        if (!group.Gates.HasBegun(instance.Id) && !group.Gates.IsGivenUp(instance.Id) && !group.Pool.IsInPool(instance))
        {
            CheckFloor(group, instance, "terminating");
        }
    }

    /// <summary>Whether its place is another's: it drains or rests, a hook has given it up, or it came back a moment ago.</summary>
    private bool IsOnItsWayOut(GroupCase group, SimulatedInstance instance) => group.Gates.IsDraining(instance.Id)
        || group.Gates.IsGivenUp(instance.Id) || group.Gates.HasReturned(instance.Id, Now - Window) || group.Pool.IsInPool(instance);

    /// <summary>What is left without an instance is no less than was wanted.</summary>
    private void CheckFloor(GroupCase group, SimulatedInstance instance, string how)
    {
        // Those that died by themselves in the window were alive when the check looked: their loss is not the engine's doing.
        var since = Now - Window;
        var left = group.Instances.Count(one => one != instance && !group.Gates.IsDraining(one.Id) && !group.Pool.IsInPool(one)
            && (Holds(one) || (group.Pool.IsStarting(one.Id) && one.StateAt(Now) is InstanceState.Stopped) || IsShownAlive(one)
                || (one.TerminatedAt is null && one.LostPlaceAt(Now) >= SeenSince(group, one, since))));
        if (HasFailedToBoot(group, instance))
        {
            return;
        }

        var isReplaced = WasSick(group, instance.Id, Now - Window) || IsOld(group, instance);
        var lowest = group.Levels.LowestSince(_loop.Now - Window)
            - (isReplaced ? group.Unavailable.HighestSince(_loop.Now - Window) : 0);
        if (left < lowest)
        {
            Violate(
                $"{group.Group.Name} is cut down to {left} by {how} {instance.Id}, "
                + $"and at least {lowest} were wanted in the last {Window.TotalMinutes:0.#} minutes");
        }
    }

    /// <summary>Since when nobody can know what became of it: what died where nobody could look was alive when somebody last did.</summary>
    private DateTimeOffset SeenSince(GroupCase group, SimulatedInstance instance, DateTimeOffset since) =>
        group.UnseenSince.Count > 0 && _cloudOf.TryGetValue(instance.Id, out var cloud)
        && group.UnseenSince.TryGetValue(cloud, out var unseen) && unseen.SaidAt >= _loop.Now - Window && unseen.Since - Window < since
            ? unseen.Since - Window
            : since;

    /// <summary>Whether its place may have been given to another, since its cloud gave notice when a check looked.</summary>
    private bool IsLeaving(SimulatedInstance instance) =>
        _notices.TryGetValue(instance.Id, out var withdrawnAt) && withdrawnAt >= _loop.Now - Window;

    private bool Holds(SimulatedInstance instance) => instance.HoldsPlaceAt(Now);

    /// <summary>Whether the cloud itself says that it lives, although it does not: nobody can know better.</summary>
    private bool IsShownAlive(SimulatedInstance instance) => instance.ShowAt(Now)?.IsLive is true;

    /// <summary>
    /// Whether it lives although the engine asked for its end a while ago: the order was lost, and its place may be given away
    /// until the engine finds out.
    /// </summary>
    private static bool IsBeingReplaced(GroupCase group, SimulatedInstance instance) => group.EndAskedAt.ContainsKey(instance.Id);

    private sealed class Witness(Referee referee, string cloud) : ICloudWitness
    {
        public void Made(SimulatedInstance instance)
        {
            referee._cloudOf.Add(instance.Id, cloud);
            referee.OnMade(instance);
        }

        public void Placed(SimulatedInstance instance) => referee._instances.Add(instance.Id, instance);

        public void Started(SimulatedInstance instance) => referee.OnStarted(instance);

        public void Stopped(SimulatedInstance instance) => referee._trace.Add("cloud", $"brings {instance.Id} to rest");

        public void Terminated(SimulatedInstance instance, InstanceState before) => referee.OnTerminated(instance, before);
    }
}

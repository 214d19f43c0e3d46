using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Simulation.Time;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// What a group's policies may do to its level, judged by what people wrote and sources gave, never by the engine's own words.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>frame: nothing is claimed beyond the person's bounds, and beyond what the schedules in force allow;</item>
/// <item>mode: only policies that are followed move anything, and only one that is on has a group shrink;</item>
/// <item>blind: nothing shrinks while a policy that is followed has had no data for as long as it believes any;</item>
/// <item>hold: nobody moves a level that a person holds;</item>
/// <item>trail: every move leaves an activity with the policy's name;</item>
/// <item>once: what is claimed is not claimed again, and a round never takes back what another concluded since it read;</item>
/// <item>cool-down: a policy of steps does not move a level again before its time, whoever crashed meanwhile;</item>
/// <item>calm: under constant load a level turns around at most once in a window, and rests once it is where it should be.</item>
/// </list>
/// </remarks>
/// <param name="loop">For the time.</param>
/// <param name="violate">Is told of every rule that is broken.</param>
internal sealed class SteeringBook(SimulationLoop loop, Action<string> violate)
{
    /// <summary>
    /// How far a server's idea of the store's time may be from the truth where waits are short, and how much later a move is written than
    /// it was concluded, where the store is slow.
    /// </summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For how long a move may be answered with another: whoever has read a metric, or counted members, before the first one saw the
    /// group as it is no more.
    /// </summary>
    private static readonly TimeSpan MoveMemory = TimeSpan.FromMinutes(2);

    private readonly Dictionary<(string Process, GroupId Group), SteeredGroup> _read = [];
    private readonly Dictionary<(GroupId Group, string Metric), DateTimeOffset> _given = [];
    private readonly Dictionary<(GroupId Group, string Policy, DateTimeOffset Made), DateTimeOffset> _movedAt = [];
    private readonly Dictionary<GroupId, List<(DateTimeOffset At, bool IsUp)>> _calmMoves = [];

    private DateTimeOffset? _lastMoveAt;

    /// <summary>Moves of levels so far.</summary>
    public int Moves { get; private set; }

    /// <summary>Since when load is constant and sources are honest; null while they are not.</summary>
    public DateTimeOffset? CalmSince { get; set; }

    private DateTimeOffset Now => loop.Epoch + loop.Now;

    /// <summary>A process learned how groups stand: what it concludes from now on is about this.</summary>
    public void Read(string process, ImmutableArray<SteeredGroup> groups)
    {
        foreach (var group in groups)
        {
            _read[(process, group.Record.Group.Id)] = group;
        }
    }

    /// <summary>Somebody was given a value of a metric of a group that can be believed, as of then.</summary>
    public void Given(GroupId group, string metric, DateTimeOffset at)
    {
        if (!_given.TryGetValue((group, metric), out var before) || at > before)
        {
            _given[(group, metric)] = at;
        }
    }

    /// <summary>A round failed. Only the store may do that.</summary>
    public void Failed(string process, Exception error)
    {
        if (error is not StoreException)
        {
            violate($"{process}: a steering round throws {error}");
        }
    }

    /// <summary>A process is about to write what a round concluded.</summary>
    public void Concluding(string process, SteeringRecord record)
    {
        if (record.Claim is not { Desired: { } wanted } claim)
        {
            return;
        }

        if (!_read.TryGetValue((process, record.Group), out var read))
        {
            violate($"{process} steers {record.Group}, which it has not read");
            return;
        }

        var (group, policies) = (read.Record.Group, read.Record.Policies);
        var author = policies.FirstOrDefault(policy => policy.Name == claim.Author);
        if (author is not { Mode: PolicyMode.On or PolicyMode.GrowOnly, Rule: not PolicyRule.Calendar })
        {
            violate($"{group.Name} is moved to {wanted} by policy {claim.Author}, which is {author?.Mode.ToString() ?? "none of its own"}");
        }

        if (group.HeldUntil - Referee.ClaimSlack > Now)
        {
            violate($"{group.Name} is moved to {wanted} by policy {claim.Author}, and is held until {group.HeldUntil:HH:mm:ss}");
        }

        if (record.Activity is not { } activity || activity.Author != $"policy {claim.Author}"
            || !activity.Description.Contains($"policy {claim.Author}", StringComparison.Ordinal))
        {
            violate($"{group.Name} is moved to {wanted}, and no activity says that policy {claim.Author} did so");
        }

        var frames = Around().Select(at => Levels.Within(group, read.Record.Claims, policies, at)).ToList();
        if (wanted < frames.Min(frame => frame.Low) || wanted > frames.Max(frame => frame.High))
        {
            violate(
                $"{group.Name} is moved to {wanted} by policy {claim.Author}, and {frames[1].Low} to {frames[1].High} are allowed");
        }

        if (wanted < frames.Min(frame => frame.Level))
        {
            Shrinks(group.Name, wanted, group.Id, policies, claim.Since);
        }

        if (SteeringOf(read.Record) is { } standing && standing.Desired == wanted && standing.Since >= (group.ScaledAt ?? group.UpdatedAt))
        {
            violate($"{group.Name} is moved to {wanted} by policy {claim.Author}, which is what steering claims already");
        }
    }

    /// <summary>A round's conclusion of a group was written.</summary>
    /// <param name="process">Whose round.</param>
    /// <param name="record">What it wrote.</param>
    /// <param name="before">The group right before it.</param>
    /// <param name="after">The group right after it.</param>
    /// <param name="told">What the trail learned.</param>
    public void Concluded(string process, SteeringRecord record, GroupRecord before, GroupRecord after, ImmutableArray<Activity> told)
    {
        if (record.Claim is not { Desired: { } wanted } claim || !_read.TryGetValue((process, record.Group), out var read)
            || SteeringOf(after) == SteeringOf(before))
        {
            return;
        }

        // Where a floor, or who claims more, keeps the level up, what steering claims comes into force later.
        if (LevelOf(before) != LevelOf(after))
        {
            Moves++;
            _lastMoveAt = Now;
        }

        var (name, group) = (before.Group.Name, before.Group.Id);
        if (record.Activity is not { } activity || told.All(one => one.Id != activity.Id))
        {
            violate($"{name} is moved to {wanted}, and the trail has not learned of it");
        }

        if (SteeringOf(before) is { } standing && standing.Since != SteeringOf(read.Record)?.Since)
        {
            if (standing.Desired != wanted)
            {
                violate(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} is moved to {wanted} by policy {claim.Author} in a round of {process} that has not read "
                    + $"the move to {standing.Desired} by policy {standing.Author} of {standing.Since:HH:mm:ss.fff}"));
            }

            return;
        }

        // One that only grows is the floor of what another asks for: the group shrinks at the other's pace.
        if (read.Record.Policies.FirstOrDefault(policy => policy.Name == claim.Author) is { Rule: PolicyRule.Step step } author
            && (author.Mode is not PolicyMode.GrowOnly || wanted > LevelOf(before)))
        {
            var key = (group, author.Name, author.CreatedAt);
            if (_movedAt.TryGetValue(key, out var moved) && Now - moved < step.Cooldown - ClockSlack)
            {
                violate(
                    $"{name} is moved to {wanted} by policy {author.Name}, which cools down for {step.Cooldown} since "
                    + $"{moved:HH:mm:ss.fff}");
            }

            _movedAt[key] = Now;
        }

        Turns(before, wanted);
    }

    /// <summary>
    /// What policies want that is not so, once load is constant and sources are honest; null where every group is as its policies want it.
    /// </summary>
    public string? NotSettled(Referee referee, Loads loads) => _lastMoveAt > Now - MoveMemory
        ? "policies have just moved a level"
        : referee.Wanted()
            .Select(each => Unsettled(
                each.Group, each.Level, Math.Max(each.Low, Math.Min(each.High, referee.LeastOfOthers(each.Group.Id))), each.High,
                    each.Policies, loads))
            .FirstOrDefault(wrong => wrong is not null);

    private string? Unsettled(
        Core.Groups.Group group, int level, int low, int high, ImmutableArray<Policy> policies, Loads loads)
    {
        if (group.HeldUntil > Now)
        {
            return $"{group.Name} is held until {group.HeldUntil:HH:mm:ss}";
        }

        var floor = policies.Where(policy => policy is { Mode: PolicyMode.On or PolicyMode.GrowOnly, Rule: PolicyRule.Calendar })
            .Max(policy => Timetables.FrameAt(((PolicyRule.Calendar)policy.Rule).Schedule, Now).Floor) ?? 0;
        low = Math.Max(low, Math.Min(floor, high));
        var (asking, most, isBlind) = ((Policy?)null, 0, false);
        foreach (var policy in policies.Where(policy =>
            policy is { Mode: PolicyMode.On or PolicyMode.GrowOnly, Rule: not (PolicyRule.Calendar or PolicyRule.Receiver) }))
        {
            if (IsBlind(policy, group.Id, Now, TimeSpan.Zero) is { } metric)
            {
                if (Loads.HasSource(metric, level))
                {
                    return $"{group.Name} has a policy {policy.Name}, which has not been given {metric} yet";
                }

                isBlind = true;
            }
            else if (loads.Wanted(policy, group.Id, level) is { } wanted)
            {
                if (wanted > level && level < high)
                {
                    return $"{group.Name} has a level of {level}, and policy {policy.Name} wants {wanted}";
                }

                most = Math.Max(most, wanted);
                asking = wanted < level && policy.Mode is PolicyMode.On ? policy : asking;
            }
        }

        return asking is not null && !isBlind && most < level && level > low
            ? $"{group.Name} has a level of {level}, and at most {most} are wanted, as by policy {asking.Name}"
            : null;
    }

    /// <param name="name">The group's name.</param>
    /// <param name="wanted">What it shrinks to.</param>
    /// <param name="group">The group.</param>
    /// <param name="policies">Its policies.</param>
    /// <param name="asOf">When the round read the group: a process that stands still may write what it concluded much later.</param>
    private void Shrinks(string name, int wanted, GroupId group, ImmutableArray<Policy> policies, DateTimeOffset asOf)
    {
        if (!policies.Any(policy => policy is { Mode: PolicyMode.On, Rule: not (PolicyRule.Calendar or PolicyRule.Predictive) }))
        {
            violate($"{name} shrinks to {wanted}, and none of its policies may have it shrink");
        }

        foreach (var policy in policies.Where(policy => policy.IsFollowed))
        {
            if (IsBlind(policy, group, asOf < Now ? asOf : Now, Referee.ClaimSlack) is { } metric)
            {
                violate($"{name} shrinks to {wanted}, and policy {policy.Name} has had no data of {metric}");
            }
        }
    }

    /// <summary>The metric of which nobody was given anything that the policy would still believe; null where it is not blind.</summary>
    private string? IsBlind(Policy policy, GroupId group, DateTimeOffset asOf, TimeSpan slack)
    {
        // Of a backlog, the age of its oldest item alone keeps it from shrinking while there is something in it.
        var metric = policy.Rule is PolicyRule.Receiver ? null : policy.Rule.Metrics.FirstOrDefault();
        var age = policy.Rule is PolicyRule.Predictive ? PolicyRule.MaxAgeDefault : policy.Rule.MaxAge;
        return metric is not null && (!_given.TryGetValue((group, metric), out var at) || asOf - at > age + slack) ? metric : null;
    }

    /// <summary>Under constant load a level does not go up and down and up again within the windows that keep it from doing so.</summary>
    private void Turns(GroupRecord before, int wanted)
    {
        if (CalmSince is not { } since || Now < since + TimeSpan.FromMinutes(10)
            || before.Policies.Where(policy => policy.IsFollowed).Select(Window).OfType<TimeSpan>().ToList() is not { Count: > 0 } windows)
        {
            return;
        }

        var moves = _calmMoves.TryGetValue(before.Group.Id, out var known) ? known : _calmMoves[before.Group.Id] = [];
        moves.Add((Now, wanted > Levels.Of(before.Group, before.Claims, before.Policies, Now)));
        var within = moves.Where(move => move.At > Now - windows.Min()).ToList();
        if (within.Zip(within.Skip(1)).Count(pair => pair.First.IsUp != pair.Second.IsUp) > 1)
        {
            violate($"{before.Group.Name} turns around twice within {windows.Min()}, under constant load: now to {wanted}");
        }
    }

    private static TimeSpan? Window(Policy policy) => policy.Rule switch
    {
        PolicyRule.Target target => target.Stabilize,
        PolicyRule.Backlog backlog => backlog.Stabilize,
        _ => null,
    };

    private int LevelOf(GroupRecord record) => Levels.Of(record.Group, record.Claims, record.Policies, Now);

    private static Claim? SteeringOf(GroupRecord record) => record.Claims.FirstOrDefault(claim => claim.Source == Claim.Steering);

    private IEnumerable<DateTimeOffset> Around() => [Now - Referee.ClaimSlack, Now, Now + Referee.ClaimSlack];
}

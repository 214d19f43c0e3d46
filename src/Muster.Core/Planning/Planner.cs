using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Planning;

/// <summary>Decides what a level check does. Pure: no I/O, no clock, no chance; the same input gives the same plan.</summary>
public static class Planner
{
    /// <summary>First wait before a launch of unknown outcome is asked again; doubles with each attempt.</summary>
    private static readonly TimeSpan ResumeDelayMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a launch of unknown outcome is asked again.</summary>
    private static readonly TimeSpan ResumeDelayMax = TimeSpan.FromMinutes(1);

    /// <summary>Makes the plan.</summary>
    public static Plan Plan(PlanInput input)
    {
        var inventory = Inventory.Of(input);
        var memory = TerminationMemory.Of(input);
        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        if (LooksLikeMassFailure(input, inventory) && !input.LookedAgain)
        {
            actions.Add(new PlannedAction.LookAgain
            {
                Reason = $"{input.State.EstablishedLevel - inventory.Occupied} of {input.State.EstablishedLevel} instances look dead at once: looking again before replacing any",
            });
        }
        else
        {
            var terminations = new TerminationBudget(input, memory);
            PlanDead(input, inventory, terminations, actions);
            PlanResumes(input, inventory, actions);
            PlanLaunches(input, inventory, actions);
            PlanSurplus(input, inventory, memory, terminations, actions);
            terminations.Explain(actions);
        }

        if (input.Obstacle is { } why)
        {
            LeaveUndone(why, actions);
        }

        var level = input.Group.Level;
        var plan = new Plan(
            level,
            inventory.Counts,
            actions.ToImmutable(),
            massFailure: level > 0 && (input.State.MassFailure || (input.LookedAgain && LooksLikeMassFailure(input, inventory)))
                && inventory.Live + inventory.Unknown.Count < level,
            explanation: $"{Words.Standing(level, inventory.Counts)}: {Explain(actions, inventory, level)}");
        PlanRules.Ensure(input, plan);
        return plan;
    }

    /// <summary>Nothing is done, and what would have been is said.</summary>
    private static void LeaveUndone(string why, ImmutableArray<PlannedAction>.Builder actions)
    {
        var undone = new List<string>();
        Add(actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count), "launch");
        Add(actions.OfType<PlannedAction.Resume>().Count(), "ask again about");
        Add(actions.OfType<PlannedAction.Terminate>().Count(), "terminate");
        if (undone.Count > 0 || actions.Any(action => action is PlannedAction.LookAgain))
        {
            var what = undone.Count > 0 ? string.Join(", ", undone) : "look again";
            actions.Clear();
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"not done: {what}: {why}" });
        }

        void Add(int count, string what)
        {
            if (count > 0)
            {
                undone.Add($"{what} {count}");
            }
        }
    }

    /// <summary>More than half of the places that were filled when all was well, and at least two, are empty at once.</summary>
    private static bool LooksLikeMassFailure(PlanInput input, Inventory inventory)
    {
        if (input.State.MassFailure || input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            return false;
        }

        var expected = Math.Min(input.State.EstablishedLevel, input.Group.Level);
        var lost = expected - inventory.Occupied;
        return lost >= 2 && lost * 2 > expected;
    }

    private static void PlanDead(
        PlanInput input, Inventory inventory, TerminationBudget terminations, ImmutableArray<PlannedAction>.Builder actions)
    {
        var evidence = EvidenceOf(input, inventory);
        var mortal = inventory.Dead.Where(instance => !instance.IsProtected && !evidence.Contains(instance.Id))
            .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id).ToList();
        if (!input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            terminations.Take(mortal, inventory.Dead.Count - evidence.Count, instance => $"{Words.Of(instance)}: a dead instance is removed", actions);
            return;
        }

        // Dead instances hold their places while replacing is suspended; only those beyond the level go.
        var dead = inventory.Dead.Count;
        var surplus = Math.Clamp(inventory.Live + inventory.Unknown.Count + dead - input.Group.Level, 0, dead);
        terminations.Take(mortal.Take(surplus), surplus, instance => $"{Words.Of(instance)}: not running goes first", actions);
        var kept = dead - surplus;
        if (kept > 0)
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"replacing is suspended: {kept} dead stay as they are" });
        }
    }

    /// <summary>The dead that must stay to be seen by the next check, which remembers nothing else. At its level, the group needs no breaker.</summary>
    private static ImmutableHashSet<InstanceId> EvidenceOf(PlanInput input, Inventory inventory) =>
        input.Evidence.IsEmpty || inventory.Occupied >= input.Group.Level
            ? []
            : input.Evidence.Intersect(inventory.Dead.Select(instance => instance.Id));

    private static void PlanResumes(PlanInput input, Inventory inventory, ImmutableArray<PlannedAction>.Builder actions)
    {
        // Those that the cloud has answered are there, whatever the listing shows; each that is asked again may come to be.
        var room = input.Group.Level - inventory.Live - inventory.Unknown.Count
            - inventory.Pending.Count(launch => launch.Phase is not LaunchPhase.Intended);
        foreach (var launch in inventory.Pending.Where(launch => launch.Phase is LaunchPhase.Intended))
        {
            if (!input.LaunchTokens || input.Now - launch.CreatedAt > input.ResumeAgeMax)
            {
                continue;
            }

            // Written down for places that are filled by now, such as by an instance whose end did not happen.
            if (room <= 0)
            {
                continue;
            }

            room--;
            var due = launch.UpdatedAt + Backoff.Delay(launch.Attempts, ResumeDelayMin, ResumeDelayMax);
            if (input.Group.Suspended.HasFlag(Suspension.Launch) || input.Group.Level == 0)
            {
                // Not asked again while launching is unwanted: if it happened the listing shows it, else it expires.
                continue;
            }

            actions.Add(due <= input.Now
                ? new PlannedAction.Resume(launch.Id) { Reason = "its outcome is not known; asked again by the same launch id" }
                : new PlannedAction.Hold(due) { Reason = $"launch {launch.InstanceName} has no known outcome: asked again at {Words.Of(due)}" });
        }
    }

    private static void PlanLaunches(PlanInput input, Inventory inventory, ImmutableArray<PlannedAction>.Builder actions)
    {
        var (group, state, now) = (input.Group, input.State, input.Now);
        var empty = group.Suspended.HasFlag(Suspension.Replace)
            ? Math.Max(0, Math.Min(state.EstablishedLevel, group.Level) - inventory.Occupied)
            : 0;
        if (empty > 0)
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"replacing is suspended: {empty} places stay empty" });
        }

        var missing = group.Level - inventory.Occupied - empty;
        if (missing <= 0)
        {
            return;
        }

        if (group.Suspended.HasFlag(Suspension.Launch))
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"launching is suspended: {missing} missing" });
            return;
        }

        var allowed = new Allowance(missing, actions);
        var unproven = input.OpenLaunches.Count(launch => launch.IsOpen && !launch.IsBornDead);
        var breaker = state.Breaker;
        if (breaker.IsOpen)
        {
            allowed.Limit(
                breaker.Allowance(now, unproven),
                breaker.ProbeAt > now ? breaker.ProbeAt : null,
                $"{breaker.FailuresInRow} launches in a row failed, the last: {breaker.LastFailure}; "
                + (breaker.ProbeAt > now ? $"trying one at {Words.Of(breaker.ProbeAt.Value)}" : "trying one at a time until one lasts"));
        }

        var replacing = inventory.Pending.Length + inventory.Provisioning.Count;
        if (state.MassFailure || LooksLikeMassFailure(input, inventory))
        {
            var batch = MassFailureBatch(group.Level);
            allowed.Limit(
                Math.Max(0, batch - replacing), recheckAt: null, $"most of the group died at once: replacing {batch} at a time");
        }

        allowed.Limit(group.Brakes.LaunchesPerCheckMax, now, $"{group.Brakes.LaunchesPerCheckMax} launches a check at most");
        allowed.Limit(
            Math.Max(0, group.Brakes.LaunchesPerHourMax - state.Launched.At(now)),
            state.Launched.NextReleaseAt(now),
            $"{group.Brakes.LaunchesPerHourMax} launches an hour at most, {state.Launched.At(now)} made");

        if (allowed.Count > 0)
        {
            actions.Add(new PlannedAction.Launch(allowed.Count) { Reason = $"{Words.Standing(group.Level, inventory.Counts)}: {missing} missing" });
        }
    }

    /// <summary>A quarter of the group, at least one: what a mistaken alarm may cost at most before somebody sees it.</summary>
    private static int MassFailureBatch(int level) => Math.Max(1, (level + 3) / 4);

    private static void PlanSurplus(
        PlanInput input,
        Inventory inventory,
        TerminationMemory memory,
        TerminationBudget terminations,
        ImmutableArray<PlannedAction>.Builder actions)
    {
        // Pending launches are not counted here: one that never comes must not have cost a running instance.
        var surplus = inventory.Live + inventory.Unknown.Count - input.Group.Level;
        if (surplus > 0)
        {
            var why = input.Group.Phase is GroupPhase.Draining
                ? "the group is being deleted"
                : $"{Words.Standing(input.Group.Level, inventory.Counts)}: {surplus} too many";
            var scaleIn = new ScaleIn(inventory, input.Group, input.MayHaveTwins);
            terminations.Take(
                scaleIn.Choose(surplus, instance => memory.WasAsked(instance.Id)),
                surplus,
                instance => $"{why}, {scaleIn.Describe(instance)}",
                actions);
        }
    }

    private static string Explain(ImmutableArray<PlannedAction>.Builder actions, Inventory inventory, int level)
    {
        var parts = new List<string>();
        var launches = actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);
        var resumes = actions.OfType<PlannedAction.Resume>().Count();
        var terminations = actions.OfType<PlannedAction.Terminate>().Count();
        if (launches > 0)
        {
            parts.Add($"launch {launches}");
        }

        if (resumes > 0)
        {
            parts.Add($"ask again about {resumes}");
        }

        if (terminations > 0)
        {
            parts.Add($"terminate {terminations}");
        }

        parts.AddRange(actions.Where(action => action is PlannedAction.Hold or PlannedAction.LookAgain).Select(action => action.Reason));
        if (parts.Count == 0 && inventory.Pending.Length == 0 && inventory.Provisioning.Count > 0 && inventory.Live == level)
        {
            parts.Add("waiting for it to come up");
        }

        return parts.Count == 0 ? "nothing to do" : string.Join("; ", parts);
    }

    /// <summary>Cuts a wish down, keeping the reason of each cut.</summary>
    private sealed class Allowance(int wanted, ImmutableArray<PlannedAction>.Builder actions)
    {
        public int Count { get; private set; } = wanted;

        public void Limit(int max, DateTimeOffset? recheckAt, string reason)
        {
            if (Count > max)
            {
                actions.Add(new PlannedAction.Hold(recheckAt) { Reason = $"{Count - max} held back: {reason}" });
                Count = max;
            }
        }
    }
}

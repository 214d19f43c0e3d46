using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Server.Problems;

namespace Muster.Server.Members;

/// <summary>What is answered to whoever answers a hook: what follows, or why it is refused.</summary>
internal static class HookTalk
{
    /// <summary>Refuses a name that the group has no hook of.</summary>
    /// <exception cref="ProblemException">It has none.</exception>
    public static void RefuseUnknown(Group group, string hook)
    {
        if (hook == Gates.Drain ? group.Drain is null : group.Hooks.Find(hook) is null)
        {
            throw NotFound(group, hook);
        }
    }

    /// <summary>Whether the same was said before: saying it again is no news.</summary>
    public static bool WasSaid(InstanceStanding standing, Gate? gate, GateWord word) =>
        word.Answer is not GateAnswer.Extend
        && standing.Note?.Gates.FirstOrDefault(one => one.Gate == word.Gate) is { } before && before.Answer == word.Answer
        && !Gates.IsOfSources(before)

        // What was said when it was to end another time was said of that.
        && (gate is null ? standing.Phase is not InstancePhase.InService || !standing.Gates.All.IsDefaultOrEmpty : before.At >= gate.Since);

    /// <summary>
    /// Whether the hook may hold it soon: at launch, whoever prepares an instance may be faster than the check that sees that it is up.
    /// Of the warm pool's, the store refuses those that were told to rest.
    /// </summary>
    public static bool MayComeYet(Group group, InstanceStanding standing, string hook) =>
        group.Hooks.Find(hook) is { At: HookMoment.Launch }
        && standing.Phase is InstancePhase.Launching or InstancePhase.Booting or InstancePhase.Warming;

    /// <summary>What follows from an answer, in a sentence.</summary>
    /// <param name="group">The group.</param>
    /// <param name="standing">The instance after it.</param>
    /// <param name="word">The answer.</param>
    public static string Follows(Group group, InstanceStanding standing, GateWord word)
    {
        var gates = standing.Gates;
        if (word.Answer is GateAnswer.Extend)
        {
            return gates.All.FirstOrDefault(one => one.Name == word.Gate) is { } gate
                ? string.Create(CultureInfo.InvariantCulture, $"it waits until {gate.DueAt.UtcDateTime:u}")
                : "it waits";
        }

        var isAtLaunch = group.Hooks.Find(word.Gate) is { At: HookMoment.Launch };
        return word.Answer is GateAnswer.Abandon
            ? isAtLaunch ? "it is terminated, and counts as a launch that failed" : "it ends at once"
            : gates.State is GateState.Waiting ? $"it still waits for {LifeWords.Waiting(gates)}"
            : isAtLaunch ? standing.IsPooled ? "it goes to rest" : "it goes into service"
            : "it ends";
    }

    /// <summary>The group has no hook of that name.</summary>
    public static ProblemException NotFound(Group group, string hook)
    {
        var names = group.Hooks.All.Select(one => one.Name).Concat(group.Drain is null ? [] : [Gates.Drain]).ToList();
        var known = names.Count == 0 ? "it has neither hooks nor a drain" : $"it has {string.Join(", ", names)}";
        return new(ProblemKinds.HookNotFound, $"group '{group.Name}' has no hook '{hook}': {known}");
    }

    /// <summary>The hook does not hold the instance now.</summary>
    public static ProblemException NotWaiting(InstanceStanding standing, string hook) => new(
        ProblemKinds.HookNotWaiting, $"instance '{standing.Instance.Name}' does not wait for {Of(hook)}: nothing was changed");

    /// <summary>Why the store refused what was said.</summary>
    /// <param name="group">The group.</param>
    /// <param name="standing">The instance before it.</param>
    /// <param name="gate">The gate before it; null where it held the instance not yet.</param>
    /// <param name="error">What the store says.</param>
    public static ProblemException Refused(Group group, InstanceStanding standing, Gate? gate, GateException error)
    {
        var hook = error.Errors[0].Value ?? "";
        return error.Refusal switch
        {
            GateRefusal.Unknown => NotFound(group, hook),
            GateRefusal.NotWaiting => NotWaiting(standing, hook),
            GateRefusal.TooLate => new(
                ProblemKinds.HookNotWaiting,
                gate is null
                    ? $"the answer to {Of(hook)} of instance '{standing.Instance.Name}' comes too late"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"the answer to {Of(hook)} of instance '{standing.Instance.Name}' comes too late: it waited until "
                        + $"{gate.DueAt.UtcDateTime:u}")),
            GateRefusal.Answered when standing.Note?.Gates.Any(word => word.Gate == hook && Gates.IsOfSources(word)) is true => new(
                ProblemKinds.HookNotWaiting,
                $"no source of traffic has anything left of instance '{standing.Instance.Name}': there is nothing to extend"),
            GateRefusal.Answered => new(
                ProblemKinds.HookNotWaiting,
                $"{Of(hook)} of instance '{standing.Instance.Name}' was answered otherwise before, and that stands"),
            _ => throw new System.Diagnostics.UnreachableException($"refusal {error.Refusal}"),
        };
    }

    private static string Of(string hook) => hook == Gates.Drain ? "its drain" : $"hook '{hook}'";
}

using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>How many terminations this check may still plan, and what it had to leave.</summary>
internal sealed class TerminationBudget(PlanInput input, TerminationMemory memory)
{
    private readonly int _perHour = Math.Max(0, input.Group.Brakes.TerminationsPerHourMax - input.State.Terminated.At(input.Now));
    private readonly List<Reluctance> _waiting = [];
    private int _left = Math.Min(
        input.Group.Brakes.TerminationsPerCheckMax,
        Math.Max(0, input.Group.Brakes.TerminationsPerHourMax - input.State.Terminated.At(input.Now)));

    private int _leftOut;
    private int _missed;
    private int _seenOnce;

    /// <summary>Plans the end of these; fewer than wanted when the rest is protected from deletion.</summary>
    public void Take(
        IEnumerable<Instance> instances, int wanted, Func<Instance, string> reason, ImmutableArray<PlannedAction>.Builder actions)
    {
        _missed += wanted;
        foreach (var instance in instances)
        {
            _missed--;
            if (input.Group.Suspended.HasFlag(Suspension.Terminate))
            {
                _leftOut++;
            }
            else if (memory.WaitOf(instance) is { } reluctance)
            {
                _waiting.Add(reluctance);
            }
            else if (_left == 0)
            {
                _leftOut++;
            }
            else if (input.MayEnd?.Contains(instance.Id) == false)
            {
                _seenOnce++;
            }
            else
            {
                _left--;
                actions.Add(new PlannedAction.Terminate(instance) { Reason = reason(instance) });
            }
        }
    }

    /// <summary>Says what was left, and which instances do not end although they were told to.</summary>
    public void Explain(ImmutableArray<PlannedAction>.Builder actions)
    {
        _waiting.AddRange(memory.Overdue());
        if (_waiting.Count > 0)
        {
            // Without times, so that the same trouble is the same sentence, and melts into one entry of the trail.
            var first = _waiting.MinBy(reluctance => reluctance.Instance.Id)!;
            var more = _waiting.Count == 1 ? "" : $", and {_waiting.Count - 1} more";
            actions.Add(new PlannedAction.Hold(_waiting.Min(reluctance => reluctance.RetryAt))
            {
                Reason = $"{first.Instance.Name} does not end: {first.Why}{more}",
            });
        }

        if (_seenOnce > 0)
        {
            actions.Add(new PlannedAction.Hold(input.Now)
            {
                Reason = $"{_seenOnce} to terminate, but only the second look says so: looking again",
            });
        }

        if (_missed > 0)
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null)
            {
                Reason = $"{_missed} to terminate, but protected from deletion: only the cloud can lift that",
            });
        }

        if (_leftOut == 0)
        {
            return;
        }

        var brakes = input.Group.Brakes;
        actions.Add(
            input.Group.Suspended.HasFlag(Suspension.Terminate)
                ? new PlannedAction.Hold(RecheckAt: null) { Reason = $"terminating is suspended: {_leftOut} to terminate" }
            : _perHour <= brakes.TerminationsPerCheckMax
                ? new PlannedAction.Hold(input.State.Terminated.NextReleaseAt(input.Now)) { Reason = $"{_leftOut} held back: {brakes.TerminationsPerHourMax} terminations an hour at most" }
                : new PlannedAction.Hold(input.Now) { Reason = $"{_leftOut} held back: {brakes.TerminationsPerCheckMax} terminations a check at most" });
    }
}

using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// Who of one group drains, and what was said to the gates of its instances: from what was committed and what stores took, and by a sum of
/// its own of when a gate lets go.
/// </summary>
internal sealed class GateBook
{
    // What a process may have missed of the store's clock, and of what was said while it wrote.
    private static readonly TimeSpan Slack = Referee.ClaimSlack;

    private readonly Dictionary<InstanceId, DateTimeOffset> _draining = [];
    private readonly Dictionary<InstanceId, DateTimeOffset> _returnedAt = [];
    private readonly Dictionary<InstanceId, List<GateWord>> _said = [];
    private readonly HashSet<InstanceId> _begun = [];
    private readonly HashSet<InstanceId> _givenUp = [];
    private readonly HashSet<LaunchId> _settled = [];

    /// <summary>Whether something stands between the decision to end an instance of the group and its end.</summary>
    public static bool HoldsAtEnd(Group group) => group.Drain is not null || group.Hooks.All.Any(hook => hook.At is HookMoment.Terminate);

    /// <summary>A store has taken a word, as it keeps it.</summary>
    public void Said(InstanceId instance, GateWord word)
    {
        var said = _said.TryGetValue(instance, out var history) ? history : _said[instance] = [];
        if (!said.Contains(word))
        {
            said.Add(word);
        }
    }

    /// <summary>Whether it is on its way out, so that its place is another's.</summary>
    public bool IsDraining(InstanceId instance) => _draining.ContainsKey(instance);

    /// <summary>Whether it ever was to end: then what ends it was decided when it began to drain.</summary>
    public bool HasBegun(InstanceId instance) => _begun.Contains(instance) && !_returnedAt.ContainsKey(instance);

    /// <summary>Whether it came back since then: what was launched in its place before may still come up.</summary>
    public bool HasReturned(InstanceId instance, DateTimeOffset since) => _returnedAt.TryGetValue(instance, out var at) && at >= since;

    /// <summary>Whether a hook of its launch has given it up.</summary>
    public bool IsGivenUp(InstanceId instance) => _givenUp.Contains(instance);

    /// <summary>Whether its launch is told to have succeeded: then no hook of its launch holds it.</summary>
    public bool IsSettled(LaunchId launch) => _settled.Contains(launch);

    /// <summary>The launches that a check has closed as good.</summary>
    public void Settled(IEnumerable<LaunchId> launches) => _settled.UnionWith(launches);

    /// <summary>Drains that a commit begins, and those that it cancels.</summary>
    public (ImmutableArray<InstanceId> Begun, ImmutableArray<InstanceId> Returned, string? Wrong) Turn(
        CheckRecord record, DateTimeOffset now, Func<InstanceId, bool> lives)
    {
        var after = record.State.Members.Where(member => member.Phase is MemberPhase.Draining)
            .ToDictionary(member => member.Instance, member => member.Since);
        var rested = record.State.Members.Where(member => member.Phase is MemberPhase.Warm).Select(member => member.Instance).ToHashSet();
        var told = record.Activities.Where(activity => activity.Description.StartsWith("returned ", StringComparison.Ordinal))
            .Select(activity => activity.Instance).ToHashSet();
        ImmutableArray<InstanceId> begun = [.. after.Where(one => !_draining.TryGetValue(one.Key, out var since) || since != one.Value)
            .Select(one => one.Key)];
        var over = _draining.Keys.Where(id => !after.ContainsKey(id)).ToList();
        ImmutableArray<InstanceId> returned = [.. over.Where(id => told.Contains(id))];
        var wrong = over.FirstOrDefault(id => !told.Contains(id) && !rested.Contains(id) && lives(id)) is { Value: not null } lost
            ? $"forgets that {lost} drains, and it lives"
            : begun.FirstOrDefault(id => _draining.ContainsKey(id)) is { Value: not null } twice
                ? $"begins to drain {twice}, which drains already"
                : null;
        foreach (var id in over)
        {
            _draining.Remove(id);
        }

        // Who serves again one day has to drain again.
        _begun.ExceptWith(rested);

        foreach (var id in returned)
        {
            _returnedAt[id] = now;
        }

        foreach (var id in begun)
        {
            _draining[id] = after[id];
            _begun.Add(id);
            _returnedAt.Remove(id);
        }

        return (begun, returned, wrong);
    }

    /// <summary>Why one that drains and lives may not be told to end yet; null when it may.</summary>
    public string? WhyHeld(Group group, InstanceId instance, DateTimeOffset now)
    {
        if (!_draining.TryGetValue(instance, out var since))
        {
            return null;
        }

        var gates = group.Hooks.All.Where(hook => hook.At is HookMoment.Terminate)
            .Select(hook => (hook.Name, Timeout: hook.Timeout, hook.OnTimeout, Least: TimeSpan.Zero));
        if (group.Drain is { } drain)
        {
            gates = gates.Append(
                (Gates.Drain, drain.Through.IsEmpty ? drain.Wait : drain.Deadline, GateAnswer.Continue, drain.Wait));
        }

        string? held = null;
        foreach (var (name, timeout, onTimeout, least) in gates)
        {
            var words = (_said.GetValueOrDefault(instance) ?? []).Where(word => word.Gate == name && word.At >= since).ToList();
            if (words.Any(word => word.Answer is GateAnswer.Abandon))
            {
                return null;
            }

            // Whoever speaks for the instance ends what its group waits at least; what a source finds does not.
            if (words.Any(word => word.Answer is GateAnswer.Continue && (word.Until is not null || since + least <= now + Slack)))
            {
                continue;
            }

            // Who asked for more time a moment ago may not have been heard.
            var deadline = words.Where(word => word.Until is not null && word.At < now - Slack).Select(word => word.Until!.Value)
                .Append(since + timeout).Max();
            if (deadline > now + Slack)
            {
                held ??= $"{name} holds it until {deadline:HH:mm:ss}";
            }
            else if (onTimeout is GateAnswer.Abandon)
            {
                return null;
            }
        }

        return held;
    }

    /// <summary>A hook has given an instance up, as is told: why that is not so; null when it is.</summary>
    public string? GiveUp(Group group, InstanceId instance, DateTimeOffset madeAt, DateTimeOffset now)
    {
        _givenUp.Add(instance);
        var words = _said.GetValueOrDefault(instance) ?? [];
        return group.Hooks.All.Where(hook => hook.At is HookMoment.Launch).Any(hook =>
        {
            var mine = words.Where(word => word.Gate == hook.Name).ToList();
            return mine.Any(word => word.Answer is GateAnswer.Abandon)
                || (hook.OnTimeout is GateAnswer.Abandon && madeAt + hook.Timeout <= now + Slack
                    && !mine.Any(word => word.Answer is GateAnswer.Continue && word.At < now - Slack)
                    && !mine.Any(word => word.Until > now + Slack && word.At < now - Slack));
        })
            ? null
            : $"{instance} is given up by a hook, and none has";
    }
}

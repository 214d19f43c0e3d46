using System.Globalization;

using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>What the audit trail says of drains and hooks and their changes.</summary>
public static class LifeWords
{
    /// <summary>A drain in a few words: <c>through lb, within 5m</c>.</summary>
    public static string Of(Drain? drain)
    {
        if (drain is null)
        {
            return "off";
        }

        var wait = drain.Wait > TimeSpan.Zero ? $"waits {DurationText.Format(drain.Wait)}" : null;
        return drain.Through.IsEmpty
            ? wait ?? "off"
            : $"through {string.Join(", ", drain.Through)}, {(wait is null ? "" : $"{wait}, ")}"
                + $"within {DurationText.Format(drain.Deadline)}";
    }

    /// <summary>A hook in a few words: <c>bake at launch, 1h, then abandon</c>. Whom it tells is left out: it may be a secret.</summary>
    public static string Of(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{hook.Name} at {HookRules.Word(hook.At)}, {DurationText.Format(hook.Timeout)}, then {HookRules.Word(hook.OnTimeout)}");
    }

    /// <summary>Which gates hold an instance: <c>drain and hook backup</c>.</summary>
    public static string Waiting(Passage passage) => Join(passage.Waiting.Select(gate => Of(gate.Name)));

    /// <summary>The same with the end of each wait: <c>its drain until 2026-11-30 08:05:00Z and hook backup until ...</c>.</summary>
    public static string WaitingUntil(Passage passage) => Join(passage.Waiting.Select(gate => string.Create(
        CultureInfo.InvariantCulture, $"{Of(gate.Name)} until {gate.DueAt.UtcDateTime:u}")));

    /// <summary>Why an instance goes on that waited at these, in words.</summary>
    public static string WhyOver(Passage passage)
    {
        if (passage.All.FirstOrDefault(gate => gate.State is GateState.Abandoned) is { } given)
        {
            return given.IsSilent ? $"{Of(given.Name)} did not answer in time" : $"{Of(given.Name)} was abandoned";
        }

        var silent = passage.All.Where(gate => gate.IsSilent).Select(gate => Of(gate.Name)).ToList();
        return silent.Count > 0 ? $"{Join(silent)} took too long"
            : passage.All.IsDefaultOrEmpty ? "nothing holds it"
            : $"done: {Join(passage.All.Select(gate => Of(gate.Name)))}";
    }

    /// <summary>What is another after a change.</summary>
    internal static IEnumerable<string> Differences(Drain? before, Drain? after)
    {
        if (before != after)
        {
            yield return $"drain {Of(before)} → {Of(after)}";
        }
    }

    /// <summary>What is another after a change.</summary>
    internal static IEnumerable<string> Differences(Hooks before, Hooks after)
    {
        foreach (var hook in before.All.Where(hook => after.Find(hook.Name) is null))
        {
            yield return $"hook {hook.Name} removed";
        }

        foreach (var hook in after.All)
        {
            var known = before.Find(hook.Name);
            if (known is null)
            {
                yield return $"hook {Of(hook)}";
            }
            else if (known != hook)
            {
                yield return Of(known) == Of(hook) ? $"hook {Of(hook)}, otherwise" : $"hook {Of(known)} → {Of(hook)}";
            }
        }
    }

    private static string Of(string gate) => gate == Gates.Drain ? "its drain" : $"hook {gate}";

    private static string Join(IEnumerable<string> names) => string.Join(" and ", names);
}

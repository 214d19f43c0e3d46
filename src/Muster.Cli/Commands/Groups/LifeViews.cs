using Muster.Api.Groups;
using Muster.Cli.Rendering;

namespace Muster.Cli.Commands.Groups;

/// <summary>How drains, hooks and warm pools are shown.</summary>
internal static class LifeViews
{
    /// <summary>Adds a line for the drain, one for each hook and one for the warm pool; none for what a group has not.</summary>
    public static void AddTo(Details details, GroupView group)
    {
        if (group.Drain is { } drain)
        {
            details.Add("Drain", Words(drain));
        }

        foreach (var hook in group.Hooks ?? [])
        {
            details.Add($"Hook {hook.Name}", Words(hook));
        }

        if (group.Pool is { } pool)
        {
            details.Add("Warm pool", Words(pool));
        }
    }

    private static string Words(DrainView drain)
    {
        var waits = drain.WaitS > 0 ? $"waits {Moments.Seconds(drain.WaitS)}" : null;
        return drain.Through.Count == 0
            ? waits ?? "waits for nothing"
            : $"through {string.Join(", ", drain.Through)}, {(waits is null ? "" : $"{waits} at least, ")}"
                + $"within {Moments.Seconds(drain.DeadlineS)}";
    }

    private static string Words(PoolView pool) =>
        $"{pool.Size} {pool.Mode}{(pool.TakesSurplus ? ", takes surplus" : "")}"
        + (pool.AgeMaxS is { } most ? $", renewed after {Moments.Seconds(most)}" : "");

    private static string Words(HookView hook) =>
        $"at {hook.At}, waits {Moments.Seconds(hook.TimeoutS)}, then {hook.OnTimeout}{(hook.Tell is { } whom ? $"; tells {whom}" : "")}";
}

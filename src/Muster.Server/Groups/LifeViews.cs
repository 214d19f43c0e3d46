using Muster.Api.Groups;
using Muster.Core.Life;

namespace Muster.Server.Groups;

/// <summary>Drains, hooks and warm pools as they go over the wire.</summary>
internal static class LifeViews
{
    /// <summary>Null for no drain.</summary>
    public static DrainView? View(Drain? drain) => drain is null ? null : new()
    {
        DeadlineS = drain.Deadline.TotalSeconds,
        WaitS = drain.Wait.TotalSeconds,
        Through = drain.Through,
    };

    /// <summary>Null for no pool.</summary>
    public static PoolView? View(Pool? pool) => pool is null ? null : new()
    {
        Size = pool.Size.ToString(),
        Mode = PoolRules.ModeOf(pool),
        TakesSurplus = pool.TakesSurplus,
        AgeMaxS = pool.AgeMax?.TotalSeconds,
    };

    /// <summary>Null for no hooks.</summary>
    public static IReadOnlyList<HookView>? View(Hooks hooks) => hooks.All.IsEmpty ? null :
    [
        .. hooks.All.Select(hook => new HookView
        {
            Name = hook.Name,
            At = HookRules.Word(hook.At),
            TimeoutS = hook.Timeout.TotalSeconds,
            OnTimeout = HookRules.Word(hook.OnTimeout),
            Tell = hook.Tell,
        }),
    ];
}

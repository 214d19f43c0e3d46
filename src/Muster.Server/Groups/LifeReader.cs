using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core.Life;

namespace Muster.Server.Groups;

/// <summary>Drains and hooks as somebody sends them.</summary>
internal static class LifeReader
{
    private static readonly DrainInput Off = new() { DeadlineS = DrainInput.Off };

    /// <summary>A drain as it was sent; null for nothing. A deadline of 0 removes it, alone: beside others it is refused.</summary>
    public static DrainEdit? Read(DrainInput? input) => input is null ? null : input == Off ? new() { IsNone = true } : new()
    {
        DeadlineSeconds = input.DeadlineS,
        WaitSeconds = input.WaitS,
        Through = input.Through is { } through ? [.. through] : null,
    };

    /// <summary>All the hooks that there are to be, as they were sent; null for nothing.</summary>
    public static ImmutableArray<HookEdit>? Read(IReadOnlyList<HookInput>? input) => input is null ? null :
    [
        .. input.Select(hook => new HookEdit
        {
            Name = hook.Name,
            At = hook.At,
            TimeoutSeconds = hook.TimeoutS,
            OnTimeout = hook.OnTimeout,
            Tell = hook.Tell,
        }),
    ];
}

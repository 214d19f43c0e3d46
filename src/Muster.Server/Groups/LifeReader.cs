using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Life;

namespace Muster.Server.Groups;

/// <summary>Drains, hooks and warm pools as somebody sends them.</summary>
internal static class LifeReader
{
    private static readonly DrainInput Off = new() { DeadlineS = DrainInput.Off };
    private static readonly PoolInput NoPool = new() { Size = PoolInput.Off };

    /// <summary>A drain as it was sent; null for nothing. A deadline of 0 removes it, alone: beside others it is refused.</summary>
    public static DrainEdit? Read(DrainInput? input) => input is null ? null : input == Off ? new() { IsNone = true } : new()
    {
        DeadlineSeconds = input.DeadlineS,
        WaitSeconds = input.WaitS,
        Through = input.Through is { } through ? [.. through] : null,
    };

    /// <summary>A warm pool as it was sent; null for nothing. A size of 0 removes it, alone: beside others it is refused.</summary>
    /// <param name="input">What was sent.</param>
    /// <param name="isMoved">Whether another template or placements are asked for: the pool there is has to do there, too.</param>
    /// <param name="traitsOf">What is known of a cloud, by name; null where the server knows no such cloud.</param>
    public static PoolEdit? Read(PoolInput? input, bool isMoved, Func<string, CloudTraits?> traitsOf) =>
        input is null && !isMoved ? null
        : input == NoPool ? new() { IsNone = true }
        : new()
        {
            IsSameElsewhere = input is null,
            Size = input?.Size,
            Mode = input?.Mode,
            TakesSurplus = input?.TakesSurplus,
            AgeMaxSeconds = input?.AgeMaxS,
            CanStop = (cloud, manner) =>
                traitsOf(cloud) is not { } traits || (manner is StopManner.KeepingMemory ? traits.Suspends : traits.Stops),
        };

    /// <summary>Refuses hooks that are to tell a command that there is none of; all else the rules of hooks say.</summary>
    /// <param name="input">All the hooks that there are to be; null for nothing asked.</param>
    /// <param name="commands">The commands that there are.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Check(
        IReadOnlyList<HookInput>? input, ImmutableArray<string> commands, ImmutableArray<InputError>.Builder errors)
    {
        foreach (var hook in input ?? [])
        {
            if (hook.Tell is { } whom && whom.StartsWith(HookRules.Exec, StringComparison.Ordinal)
                && whom[HookRules.Exec.Length..] is var name && EntityName.IsValid(name) && !commands.Contains(name))
            {
                errors.Add(new(
                    $"hooks.{hook.Name}.tell", whom,
                    commands.IsEmpty
                        ? "a URL: the server's configuration has no [[hook_command]]"
                        : $"a URL, or one of {string.Join(", ", commands.Select(command => $"{HookRules.Exec}{command}"))}"));
            }
        }
    }

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

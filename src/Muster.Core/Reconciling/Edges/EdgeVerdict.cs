using System.Collections.Immutable;

namespace Muster.Core.Reconciling.Edges;

/// <summary>What is wrong with a step of a check.</summary>
/// <param name="Impossible">What no check can say, whatever it knew.</param>
/// <param name="Stale">
/// What does not follow from what the store knows by now: a check that read before somebody else wrote may say so, and comes too late.
/// </param>
public sealed record EdgeVerdict(ImmutableArray<InputError> Impossible, ImmutableArray<InputError> Stale)
{
    /// <summary>Whether nothing is.</summary>
    public bool IsGood => Impossible.IsEmpty && Stale.IsEmpty;

    /// <summary>All of it.</summary>
    public ImmutableArray<InputError> All => [.. Impossible, .. Stale];
}

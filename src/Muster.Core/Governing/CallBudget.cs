using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Core.Governing;

/// <summary>How many calls a credential may make.</summary>
/// <param name="PerSecond">Refill; more than 0.</param>
/// <param name="Burst">Calls at once after a quiet time; at least 1.</param>
public sealed record CallBudget(double PerSecond, int Burst)
{
    /// <summary>Calls within longer times, which hold besides.</summary>
    public ImmutableArray<CallWindow> Windows { get; init; } = [];
}

/// <summary>What a call does.</summary>
public enum CallKind
{
    /// <summary>Looks: list, check.</summary>
    Read,

    /// <summary>Changes: launch, terminate.</summary>
    Write,
}

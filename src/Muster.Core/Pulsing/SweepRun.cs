using System.Collections.Immutable;

namespace Muster.Core.Pulsing;

/// <summary>Sweeps of one credential that run together, so that one listing serves them all; most often one alone.</summary>
/// <remarks>Not safe to share but for <see cref="Sweeps"/>: whoever counts holds the gate.</remarks>
internal sealed class SweepRun(ImmutableArray<HeldSweep> sweeps)
{
    private int _left = sweeps.Length;

    /// <summary>The sweeps; each is ended with <see cref="RunningSweeps.End"/>.</summary>
    public ImmutableArray<HeldSweep> Sweeps => sweeps;

    /// <summary>One of them has ended.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool EndOne() => --_left == 0;
}

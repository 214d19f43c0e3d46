using Muster.Core;

namespace Muster.Simulation.Randomness;

/// <summary>The engine's source of ids and jitter, from a seed; each from a stream of its own.</summary>
/// <param name="seed">The world's seed.</param>
/// <param name="owner">Whose: two processes must not make the same ids.</param>
public sealed class SeededRandom(ulong seed, string owner) : IRandomSource
{
    private readonly RandomStream _ids = RandomStream.For(seed, owner + "/ids");
    private readonly RandomStream _jitter = RandomStream.For(seed, owner + "/jitter");

    /// <inheritdoc/>
    public Guid NextId() => _ids.NextId();

    /// <inheritdoc/>
    public double NextUnit() => _jitter.NextUnit();
}

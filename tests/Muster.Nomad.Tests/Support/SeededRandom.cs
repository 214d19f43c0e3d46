using Muster.Core;

namespace Muster.Nomad.Tests.Support;

/// <summary>Chance from a seed.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random random = new(seed);
    private readonly Lock gate = new();

    public Guid NextId()
    {
        lock (gate)
        {
            Span<byte> bytes = stackalloc byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        }
    }

    public double NextUnit()
    {
        lock (gate)
        {
            return random.NextDouble();
        }
    }
}

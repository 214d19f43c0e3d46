using Muster.Core;

namespace Muster.Nomad.Tests.Support;

/// <summary>Chance from a seed.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();

    public Guid NextId()
    {
        lock (_gate)
        {
            Span<byte> bytes = stackalloc byte[16];
            _random.NextBytes(bytes);
            return new Guid(bytes);
        }
    }

    public double NextUnit()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}

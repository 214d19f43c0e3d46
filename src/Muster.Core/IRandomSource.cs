namespace Muster.Core;

/// <summary>Where ids and jitter come from: the system's generator in a server, a seed in the simulator.</summary>
public interface IRandomSource
{
    /// <summary>A fresh random id (UUID version 4: random keys have no hot range in a distributed store).</summary>
    Guid NextId();

    /// <summary>A number in [0, 1).</summary>
    double NextUnit();
}

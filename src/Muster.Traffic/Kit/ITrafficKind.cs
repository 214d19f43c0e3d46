using Muster.Core;
using Muster.Core.Traffic;

namespace Muster.Traffic.Kit;

/// <summary>A kind of source: says what it is, and opens sources of it. Holds nothing, and is safe to share.</summary>
public interface ITrafficKind
{
    /// <summary>What configurations call it: <c>haproxy</c>.</summary>
    string Name { get; }

    /// <summary>Its options: the page, help and refusals come from here.</summary>
    TrafficKindDescription Description { get; }

    /// <summary>Opens one: reads the options and the files that they name. Nobody is called yet.</summary>
    /// <exception cref="InputException">At least one is unknown or wrong; names every one.</exception>
    ITrafficSource Open(TrafficSetup setup);
}

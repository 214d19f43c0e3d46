using System.Collections.Concurrent;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>A login.</summary>
/// <param name="Key">What it is called.</param>
/// <param name="User">Whose.</param>
internal sealed record Session(string Key, string User)
{
    /// <summary>Its collectors, by key.</summary>
    public ConcurrentDictionary<string, Collector> Collectors { get; } = new(StringComparer.Ordinal);

    /// <summary>The rest of listings that it has begun, by token.</summary>
    public ConcurrentDictionary<string, Value[]> Rests { get; } = new(StringComparer.Ordinal);
}

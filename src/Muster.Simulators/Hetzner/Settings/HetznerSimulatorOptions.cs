using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Settings;

/// <summary>What a simulated Hetzner Cloud is like; every member may be changed while it runs.</summary>
/// <remarks>
/// It takes 3,600 requests at once and one a second. New servers and changes show at once; with <see cref="SimulatorOptions.Lag"/> changes
/// show later.
/// </remarks>
public sealed class HetznerSimulatorOptions : SimulatorOptions
{
    /// <summary>The locations that have room for no more; <see cref="SimulatorOptions.IsFull"/> is all of them.</summary>
    public ImmutableHashSet<string> FullLocations { get; set; } = [];

    /// <summary>Whether servers and primary IPs name their data centre, as they did until July 2026.</summary>
    public bool ShowsDatacenters { get; set; }

    /// <summary>How long a server is off between its making and its start.</summary>
    public Delay OffBeforeStart { get; set; } = new(TimeSpan.Zero);
}

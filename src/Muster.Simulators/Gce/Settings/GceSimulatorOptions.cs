using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Settings;

/// <summary>What a simulated Compute Engine is like; every member may be changed while it runs.</summary>
/// <remarks>
/// Rate limits are of the project, counted from each full minute on: 1,500 changes, 1,500 looks and 1,500 lists, 1,500 looks at operations,
/// 750 waits for operations, 750 lists over all zones.
/// </remarks>
public sealed class GceSimulatorOptions : SimulatorOptions
{
    /// <summary>The project.</summary>
    public string Project { get; set; } = "muster-demo";

    /// <summary>Its zones that are up, of whatever region.</summary>
    public ImmutableArray<string> Zones { get; set; } =
        ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f", "europe-west1-b", "europe-west1-c", "europe-west1-d"];

    /// <summary>Zones without room.</summary>
    public ImmutableHashSet<string> FullZones { get; set; } = [];

    /// <summary>Zones that lists over all zones cannot ask.</summary>
    public ImmutableHashSet<string> UnreachableZones { get; set; } = [];

    /// <summary>Permissions that nobody has.</summary>
    public ImmutableHashSet<string> MissingPermissions { get; set; } = [];

    /// <summary>Network endpoint groups that each zone has from the start.</summary>
    public ImmutableArray<string> EndpointGroups { get; set; } = [];

    /// <summary>How long it takes to attach endpoints, or to detach them.</summary>
    public Delay EndpointChange { get; set; } = new(TimeSpan.Zero);

    /// <summary>With which code and sentence operations on endpoints end; null where they succeed.</summary>
    public (string Code, string Message)? EndpointObstacle { get; set; }

    /// <summary>How long a detached endpoint is listed as draining.</summary>
    public TimeSpan EndpointDraining { get; set; }

    /// <summary>
    /// Whether it refuses to attach what is attached, and to detach what is not. Google's pages do not say what the real one does.
    /// </summary>
    public bool EndpointsAreStrict { get; set; } = true;

    /// <summary>How long access tokens live.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);
}

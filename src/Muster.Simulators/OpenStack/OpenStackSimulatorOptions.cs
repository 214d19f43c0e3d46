using System.Security.Cryptography.X509Certificates;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>What a simulated OpenStack is like; every member may be changed while it runs.</summary>
/// <remarks>
/// OpenStack itself has no limit of calls. A creation is answered at once; one that finds no host, as where it is full, becomes an ERROR
/// with a fault. One that hangs stays in BUILD. A list that lags shows states as they were, and new servers at once, as the real one does.
/// </remarks>
public sealed class OpenStackSimulatorOptions : SimulatorOptions
{
    /// <summary>What it proves itself with, over TLS; null for plain HTTP. Read at the start.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>How long a token is good.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Which servers are in a cell that does not answer.</summary>
    public Predicate<SimulatedServer> IsInDownCell { get; set; } = _ => false;

    /// <summary>
    /// Whether lists that would leave out servers of such a cell fail: <c>list_records_by_skipping_down_cells = false</c> of the cloud's
    /// operator.
    /// </summary>
    public bool RefusesPartialLists { get; set; }

    /// <summary>Availability zones that have no host left; a server there becomes an ERROR.</summary>
    public IReadOnlyCollection<string> FullZones { get; set; } = [];

    /// <summary>Ids of images that are not active yet: a list of active ones leaves them out.</summary>
    public IReadOnlyCollection<string> QueuedImages { get; set; } = [];

    /// <summary>The newest version of the compute service's calls.</summary>
    public string ComputeVersionMax { get; set; } = "2.93";

    /// <summary>Whether its catalogue has a second region.</summary>
    public bool HasTwoRegions { get; set; }

    /// <summary>Whether it has a load balancer service.</summary>
    public bool HasBalancers { get; set; } = true;

    /// <summary>How long a load balancer takes no other change after one.</summary>
    public Delay Balancing { get; set; } = new(TimeSpan.Zero);

    /// <summary>The most members of all pools.</summary>
    public int MembersMax { get; set; } = int.MaxValue;

    /// <summary>The most cores of the project.</summary>
    public int CoresMax { get; set; } = int.MaxValue;
}

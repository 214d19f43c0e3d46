using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>What a simulated DigitalOcean is like; every member may be changed while it runs.</summary>
/// <remarks>
/// It takes 250 requests of a token in any minute and 5,000 in any hour. A list that lags does not show a new droplet. One that fails to
/// come up is gone, and its action has errored; one that hangs stays new. One that is full has no size left anywhere.
/// </remarks>
public sealed class DigitalOceanSimulatorOptions : SimulatorOptions
{
    /// <summary>How long after a creation the tags are put on; a list that lags shows them later still.</summary>
    public TimeSpan TagLag { get; set; }

    /// <summary>Regions in which nothing can be made for the moment.</summary>
    public IReadOnlyCollection<string> ClosedRegions { get; set; } = [];

    /// <summary>Regions that have no size left, though they take creations.</summary>
    public IReadOnlyCollection<string> FullRegions { get; set; } = [];

    /// <summary>Whether lists begin with the oldest droplet. Which order the real one has is not published.</summary>
    public bool ListsOldestFirst { get; set; }

    /// <summary>Whether a droplet that is not up yet cannot be deleted.</summary>
    public bool LocksNew { get; set; }

    /// <summary>The account's state: <c>active</c>, <c>warning</c> or <c>locked</c>.</summary>
    public string AccountStatus { get; set; } = "active";

    /// <summary>Why it is in that state, for people.</summary>
    public string AccountStatusMessage { get; set; } = "";
}

using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Settings;

/// <summary>What a simulated Azure is like; every member may be changed while it runs.</summary>
/// <remarks>
/// Unless <see cref="SimulatorOptions.PerSecond"/> says otherwise, it has the limits that Azure publishes: of its Resource Manager 250
/// reads at once and 25 a second, 200 changes and 10 a second; of Microsoft.Compute, a minute, 500 creations, 500 deletions and 300 lists,
/// of which three minutes' worth may be had at once.
/// </remarks>
public sealed class AzureSimulatorOptions : SimulatorOptions
{
    /// <summary>Seconds after which the answer to a change asks to be looked at again.</summary>
    public int RetryAfterSeconds { get; set; } = 10;

    /// <summary>Zones that have no room: what is asked for there fails once Azure has taken it.</summary>
    public ISet<string> FullZones { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What of a machine that fails to come up is told.</summary>
    public string FailingCode { get; set; } = "AllocationFailed";

    /// <summary>The subscription's id, as it is at the start; null for a new one at each start.</summary>
    public Guid? Subscription { get; set; }

    /// <summary>The state of the subscription.</summary>
    public string SubscriptionState { get; set; } = "Enabled";

    /// <summary>What the credential may do; a star stands for anything.</summary>
    public IList<string> Actions { get; } = ["*"];

    /// <summary>How long a token is good.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromSeconds(3599);
}

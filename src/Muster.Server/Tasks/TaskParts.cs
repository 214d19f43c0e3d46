using Muster.Core.Reconciling;
using Muster.Server.Authentication;

namespace Muster.Server.Tasks;

/// <summary>What a server has beside the rest when level checks run elsewhere.</summary>
/// <param name="Access">Gives what opens clouds.</param>
/// <param name="Workloads">Knows the programs; null when they come with tokens.</param>
/// <param name="LeaseDuration">How long their leases of groups last.</param>
/// <param name="LaunchExpiry">How long a launch of unknown outcome counts.</param>
/// <param name="Gate">Asked before each lease; null for nobody.</param>
public sealed record TaskParts(
    ICloudAccess Access, IWorkloads? Workloads, TimeSpan LeaseDuration, TimeSpan LaunchExpiry, IActingGate? Gate = null)
{
    /// <summary>Judges what they say; null for the one that believes nothing which no check can do.</summary>
    internal ITaskReferee? Referee { get; init; }
}

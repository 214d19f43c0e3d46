using System.Collections.Immutable;

namespace Muster.Traffic.Consul;

/// <summary>How members are registered.</summary>
/// <param name="Node">The node of the catalog that has them; null where the agent has.</param>
/// <param name="HasChecks">Whether each has a check.</param>
/// <param name="Interval">From one check to the next.</param>
/// <param name="Settle">How long others may go on with what they have heard.</param>
/// <param name="Tags">Tags of the service.</param>
internal sealed record ConsulOptions(
    string? Node, bool HasChecks, TimeSpan Interval, TimeSpan Settle, ImmutableArray<string> Tags);

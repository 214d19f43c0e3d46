using System.Collections.Immutable;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;

namespace Muster.Clouds.Azure.Machines;

/// <summary>The zones of the region, as this subscription numbers them.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
internal sealed class AzureZones(AzureApi api, AzureCloudOptions options)
{
    /// <summary>Lists them; empty where the region has none.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var path = AzureApi.At($"{options.SubscriptionScope}/locations", AzureApi.Subscriptions);
        ImmutableArray<string> zones = [];
        await foreach (var location in api.AllAsync("list locations", path, ArmLocation.Of, cancellationToken))
        {
            if (location.Name == options.Location)
            {
                zones =
                [
                    .. (location.AvailabilityZoneMappings ?? []).Select(zone => zone.LogicalZone).OfType<string>()
                        .Where(AzureDescription.IsZone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                ];
            }
        }

        return zones;
    }
}

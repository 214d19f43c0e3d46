using System.Collections.Immutable;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>The zones: Hetzner's locations.</summary>
internal sealed class HetznerPlaces(HetznerApi api, TimeProvider timeProvider)
{
    /// <summary>Their names.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await api.ListAsync(
            "locations", HetznerJson.Default.LocationsAnswer, answer => answer.Locations, timeProvider, cancellationToken);
        return [.. rows.Select(row => row.Name).Where(EntityName.IsValid).Select(name => name!).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The refusal of a zone that there is not, where that is why a launch was refused; null where it is not.</summary>
    public async Task<CloudException?> RefusalAsync(LaunchRequest request, CloudException error, CancellationToken cancellationToken)
    {
        if (request.Zone is not { } zone || error.Kind is not CloudErrorKind.InvalidRequest)
        {
            return null;
        }

        try
        {
            var known = await ListAsync(cancellationToken);
            return known.Contains(zone) ? null : ZoneRefusal.Of(zone, known);
        }
        catch (CloudException failure)
        {
            // Hetzner's own words are told then: this look was only for better ones.
            CallPace.Survived(failure);
            return null;
        }
    }
}

using System.Collections.Immutable;

using Muster.Clouds.Hetzner.Wire;
using Muster.Core;

namespace Muster.Clouds.Hetzner;

/// <summary>The zones: Hetzner's locations.</summary>
internal sealed class HetznerPlaces(HetznerApi api, TimeProvider timeProvider)
{
    /// <summary>Their names.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await api.ListAsync(
            "locations", LocationsAnswer.Of, answer => answer.Locations, timeProvider, cancellationToken);
        return [.. rows.Select(row => row.Name).Where(EntityName.IsValid).Select(name => name!).Distinct().Order(StringComparer.Ordinal)];
    }
}

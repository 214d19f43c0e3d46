using System.Collections.Immutable;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The regions, which are Muster's zones: each runs out and fails apart from the others, and a creation names it.</summary>
internal sealed class DropletRegions(DigitalOceanApi api)
{
    /// <summary>Those in which DigitalOcean makes droplets now, in one order.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var regions = ImmutableArray.CreateBuilder<string>();
        var lists = api.ListAsync("list regions", "/v2/regions", "regions:read", RegionList.Of, cancellationToken);
        await foreach (var list in lists)
        {
            regions.AddRange((list.Regions ?? []).OfType<Region>().Where(region => region.Available is true)
                .Select(region => region.Slug).OfType<string>());
        }

        return [.. regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Refuses a zone beside another region in the template.</summary>
    /// <exception cref="CloudException">They are not the same.</exception>
    public static void ThrowIfAmiss(LaunchRequest request, DropletSpec spec)
    {
        if (request.Zone is { } zone && spec.Region is { } region && !zone.StartsWith(region, StringComparison.Ordinal))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{DigitalOceanDescription.Region.Name} is '{region}'; leave one of them out");
        }
    }
}

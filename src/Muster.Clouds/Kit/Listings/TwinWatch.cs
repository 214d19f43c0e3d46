using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Kit.Listings;

/// <summary>Sees in one listing that two live instances answer the same launch, on clouds that cannot rule it out, and tells.</summary>
/// <param name="what">What the cloud calls instances: <c>droplets</c>.</param>
/// <param name="listingLag">The option <c>listing_lag</c>, which bounds what looks before a launch can see.</param>
/// <param name="warnings">Gets what was seen.</param>
internal sealed class TwinWatch(string what, TimeSpan listingLag, BoundedWarnings warnings)
{
    private readonly Dictionary<string, Instance> _launches = new(StringComparer.Ordinal);

    /// <summary>Sees another instance of the listing.</summary>
    public void See(Instance instance)
    {
        if (instance.IsLive && instance.Tags.GetValueOrDefault(MusterTags.Launch) is { } launch && !_launches.TryAdd(launch, instance))
        {
            warnings.Tell(
                $"{what} {_launches[launch].Id} and {instance.Id} answer the same launch {launch}: a listing showed the first later than "
                + $"listing_lag allows ({DurationText.Format(listingLag)}), or two runs asked at once. The group ends one of them; "
                + "if it happens again, set listing_lag higher");
        }
    }
}

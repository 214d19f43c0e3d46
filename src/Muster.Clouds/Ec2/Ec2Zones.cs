using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2;

/// <summary>The availability zones of the region that the account may use.</summary>
internal sealed class Ec2Zones(Ec2Api api)
{
    /// <summary>Their names, sorted.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await api.LookAsync(
            Ec2Api.Form("DescribeAvailabilityZones").Filter(("zone-type", ["availability-zone"])), cancellationToken);
        return
        [
            .. answer.Items("availabilityZoneInfo").Select(zone => zone.TextOf("zoneName")).OfType<string>()
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The refusal of a zone that there is not, where that is why EC2 refused a launch; null where it is not.</summary>
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
            // EC2's own words are told then: this look was only for better ones.
            CallPace.Survived(failure);
            return null;
        }
    }
}

using System.Collections.Immutable;

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
}

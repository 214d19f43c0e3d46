using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>The availability zones of the compute service, which are Muster's zones.</summary>
internal sealed class ServerZones(OpenStackApi api)
{
    /// <summary>Those in which servers can be made now, in one order.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var page = await api.GetAsync(OpenStackService.Compute, "list availability zones", "os-availability-zone", cancellationToken);
        return
        [
            .. page.List("availabilityZoneInfo")
                .Where(zone => zone.Find("zoneState")?.IsTrue("available") is true)
                .Select(zone => zone.Text("zoneName")).OfType<string>()
                .Where(EntityName.IsValid)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Refuses a zone beside another one in the template.</summary>
    /// <exception cref="CloudException">They are not the same.</exception>
    public static void ThrowIfAmiss(LaunchRequest request, OpenStackSpec spec)
    {
        if (request.Zone is { } zone && spec.AvailabilityZone is { } other && zone != other)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{OpenStackDescription.AvailabilityZone.Name} is '{other}'; leave one of them "
                + "out");
        }
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
            var zones = await ListAsync(cancellationToken);
            return zones.Contains(zone) ? null : ZoneRefusal.Of(zone, zones);
        }
        catch (CloudException failure)
        {
            // The cloud's own words are told then: this look was only for better ones.
            CallPace.Survived(failure);
            return null;
        }
    }
}

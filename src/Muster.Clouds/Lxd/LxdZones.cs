using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>The zones of a cluster: its members. A daemon that is in no cluster has none.</summary>
internal static class LxdZones
{
    /// <summary>Refuses a zone that is no member by its form, or another place than the template names.</summary>
    /// <exception cref="CloudException">It is.</exception>
    public static void ThrowIfAmiss(LaunchRequest request)
    {
        if (request.Zone is not { } zone)
        {
            return;
        }

        if (zone.StartsWith('@'))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': a member of the cluster; a group of members is for the template's option {LxdDescription.Target.Name}");
        }

        if (request.Template.Options.GetValueOrDefault(LxdDescription.Target.Name) is { } target && target != zone)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{LxdDescription.Target.Name} is '{target}'; leave one of them out");
        }
    }

    /// <summary>The refusal of a zone that there is not, where that is why LXD refused a launch; null where it is not.</summary>
    public static async Task<CloudException?> RefusalAsync(
        LxdApi api, LaunchRequest request, CloudException error, CancellationToken cancellationToken)
    {
        if (request.Zone is not { } zone || error.Kind is not CloudErrorKind.InvalidRequest)
        {
            return null;
        }

        try
        {
            var members = await api.MembersAsync(cancellationToken);
            return members.Contains(zone) ? null : ZoneRefusal.Of(zone, members);
        }
        catch (CloudException failure)
        {
            // LXD's own words are told then: this look was only for better ones.
            CallPace.Survived(failure);
            return null;
        }
    }
}

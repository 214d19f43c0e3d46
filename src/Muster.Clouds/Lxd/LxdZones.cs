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
}

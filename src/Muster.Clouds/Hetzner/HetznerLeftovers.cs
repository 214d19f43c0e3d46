using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Clouds.Hetzner.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>
/// Primary IPs and volumes that carry the installation's label and belong to no server. A launch of Muster's is one call, and the addresses
/// that it makes go with the server; these are what a server's own programs or a person have labelled so.
/// </summary>
internal sealed class HetznerLeftovers(HetznerApi api, TimeProvider timeProvider)
{
    private const string Address = "primary IP", Volume = "volume";

    /// <summary>All of them.</summary>
    public async Task<ImmutableArray<Leftover>> ListAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var query = $"label_selector={Uri.EscapeDataString($"{MusterTags.Installation}={installation}")}";
        var addresses = await api.ListAsync(
            $"primary_ips?{query}", PrimaryIpsAnswer.Of, answer => answer.PrimaryIps, timeProvider, cancellationToken);
        var volumes = await api.ListAsync(
            $"volumes?{query}", VolumesAnswer.Of, answer => answer.Volumes, timeProvider, cancellationToken);
        return
        [
            .. addresses.Select(part => (Address, part)).Concat(volumes.Select(part => (Volume, part)))
                .Where(one => !one.part.IsInUse && one.part.Labels?.GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                .Select(one => new Leftover(
                    one.Item1, one.part.Id.ToString(CultureInfo.InvariantCulture), one.part.Name, one.part.Created)),
        ];
    }

    /// <summary>Removes one.</summary>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        var list = leftover.Kind switch
        {
            Address => "primary_ips",
            Volume => "volumes",
            _ => throw new CloudException(CloudErrorKind.InvalidRequest, $"kind is '{leftover.Kind}': {Address} or {Volume}"),
        };
        if (!ServerParts.IsId(leftover.Id) || await FindAsync(list, leftover.Id, cancellationToken) is not { } part)
        {
            return;
        }

        if (part.IsInUse)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"{leftover.Kind} {leftover.Id} belongs to server {part.AssigneeId ?? part.Server} by now");
        }

        var answer = await api.SendAsync(HttpMethod.Delete, $"{list}/{leftover.Id}", body: null, cancellationToken);
        if (!answer.IsGood && answer.Status is not HttpStatusCode.NotFound)
        {
            throw api.Errors.Translate(answer);
        }
    }

    private async Task<Part?> FindAsync(string list, string id, CancellationToken cancellationToken) => list == "volumes"
        ? (await api.FindAsync($"volumes/{id}", VolumeAnswer.Of, cancellationToken))?.Volume
        : (await api.FindAsync($"primary_ips/{id}", PrimaryIpAnswer.Of, cancellationToken))?.PrimaryIp;
}

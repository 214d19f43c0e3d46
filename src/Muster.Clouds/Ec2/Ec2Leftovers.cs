using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Ec2.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Disks and network interfaces with our mark that belong to no instance.</summary>
internal sealed class Ec2Leftovers(Ec2Api api, TimeProvider timeProvider)
{
    private static readonly Part Volume = new("volume", "DescribeVolumes", "volumeSet", "volumeId", "DeleteVolume", "VolumeId");

    private static readonly Part Interface = new(
        "network interface", "DescribeNetworkInterfaces", "networkInterfaceSet", "networkInterfaceId", "DeleteNetworkInterface",
        "NetworkInterfaceId");

    /// <summary>Every one.</summary>
    public async Task<ImmutableArray<Leftover>> ListAsync(InstallationId installation, CancellationToken cancellationToken) =>
    [
        .. await ListAsync(Volume, installation, cancellationToken),
        .. await ListAsync(Interface, installation, cancellationToken),
    ];

    /// <summary>Removes one.</summary>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        var part = leftover.Kind == Volume.Kind ? Volume : Interface;
        var answer = await api.ChangeAsync(Ec2Api.Form(part.Delete).Add(part.DeleteId, leftover.Id), cancellationToken);
        if (!answer.IsGood && Ec2Errors.CodeOf(answer) is not ("InvalidVolume.NotFound" or "InvalidNetworkInterfaceID.NotFound"))
        {
            throw Ec2Errors.Translate(answer);
        }
    }

    private async Task<IEnumerable<Leftover>> ListAsync(Part part, InstallationId installation, CancellationToken cancellationToken)
    {
        var found = await api.LookAllAsync(
            part.Describe, part.List,
            form => form
                .Filter(($"tag:{MusterTags.Installation}", [installation.ToString()]), ("status", ["available"]))
                .Add("MaxResults", 500),
            timeProvider, cancellationToken);
        return found.Where(node => node.TextOf(part.Id) is not null).Select(node => new Leftover(
            part.Kind, node.TextOf(part.Id)!, Ec2Instance.TagsOf(node).GetValueOrDefault(Ec2Tags.NameKey),
            Time(node.TextOf("createTime"))));
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private sealed record Part(string Kind, string Describe, string List, string Id, string Delete, string DeleteId);
}

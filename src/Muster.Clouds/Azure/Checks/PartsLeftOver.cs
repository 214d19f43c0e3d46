using System.Collections.Immutable;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Checks;

/// <summary>Finds disks, interfaces and addresses that carry our mark and belong to no machine.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
internal sealed class PartsLeftOver(AzureApi api, AzureCloudOptions options)
{
    // In the order in which they can go: an interface holds its address.
    private static readonly ImmutableArray<(string Kind, string Type, string Version)> Kinds =
    [
        ("network interface", "Microsoft.Network/networkInterfaces", AzureApi.Network),
        ("public address", "Microsoft.Network/publicIPAddresses", AzureApi.Network),
        ("disk", "Microsoft.Compute/disks", AzureApi.Disks),
    ];

    /// <inheritdoc cref="ICloudWithLeftovers.ListLeftoversAsync"/>
    public async Task<ImmutableArray<Leftover>> ListAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var left = ImmutableArray.CreateBuilder<Leftover>();
        foreach (var (kind, type, version) in Kinds)
        {
            var path = AzureApi.At($"{options.GroupScope}/providers/{type}", version);
            await foreach (var part in api.AllAsync($"list parts of the kind {kind}", path, ArmPart.Of, cancellationToken))
            {
                if (part.Id is { } id && ResourceIds.IsOf(id, type) && IsFree(part)
                    && AzureTags.Read(part.Tags).GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                {
                    left.Add(new(kind, id, part.Name, part.Properties?.TimeCreated));
                }
            }
        }

        return left.ToImmutable();
    }

    /// <inheritdoc cref="ICloudWithLeftovers.RemoveLeftoverAsync"/>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        var kind = Kinds.FirstOrDefault(one => one.Kind == leftover.Kind);
        if (kind.Type is null || !ResourceIds.IsOf(leftover.Id, kind.Type)
            || !leftover.Id.StartsWith($"{options.GroupScope}/", StringComparison.OrdinalIgnoreCase))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"'{leftover.Id}' is no {leftover.Kind} of the resource group {options.ResourceGroup}");
        }

        var path = AzureApi.At(leftover.Id, kind.Version);
        if (await api.FindAsync($"look at {leftover.Kind} {leftover.Name}", path, cancellationToken) is not { } answer)
        {
            return;
        }

        if (!IsFree(answer.Read(ArmPart.Of)))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"{leftover.Kind} {leftover.Name} belongs to an instance by now: nothing was done to it");
        }

        var (removed, _) = await api.SendAsync(HttpMethod.Delete, $"remove {leftover.Kind} {leftover.Name}", path, cancellationToken);
        if (!removed.IsGood && !AzureApi.IsMissing(removed))
        {
            throw AzureErrors.Translate(removed);
        }
    }

    private static bool IsFree(ArmPart part) =>
        string.IsNullOrEmpty(part.ManagedBy)
            && part.Properties is not ({ VirtualMachine.Id.Length: > 0 } or { IpConfiguration.Id.Length: > 0 });
}

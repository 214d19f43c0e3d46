using System.Collections.Immutable;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Azure.Checks;

/// <summary>Looks whether what a template names is there.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
internal sealed class TemplateChecks(AzureApi api, AzureCloudOptions options)
{
    private const int SizesTold = 10;

    /// <inheritdoc cref="ICloud.CheckAsync"/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = AzureTemplates.Read(template, options);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is not { } spec)
        {
            return new(findings.ToImmutable());
        }

        findings.Add(await CheckImageAsync(template.Image, spec.Body.Properties!.StorageProfile!.ImageReference!, cancellationToken));
        findings.AddRange(await CheckSizeAsync(template.Size!, spec.Zones, cancellationToken));
        foreach (var (subnet, network) in spec.Subnets.Zip(template.Networks))
        {
            findings.Add(await CheckThereAsync("network", "subnet", network, subnet, AzureApi.Network, cancellationToken));
        }

        if (spec.SecurityGroup is { } group)
        {
            findings.Add(await CheckThereAsync(
                $"options.{AzureDescription.SecurityGroup.Name}", "network security group", ResourceIds.LastName(group), group,
                AzureApi.Network, cancellationToken));
        }

        foreach (var pool in spec.BackendPools)
        {
            findings.Add(await CheckThereAsync(
                $"options.{AzureDescription.BackendPools.Name}", "backend pool", ResourceIds.LastName(pool), pool, AzureApi.Network,
                cancellationToken));
        }

        return new(findings.ToImmutable());
    }

    private async Task<TemplateFinding> CheckImageAsync(string image, ImageReference reference, CancellationToken cancellationToken)
    {
        if (reference.Id is { } id)
        {
            return await CheckThereAsync(
                "image", "image", image, id,
                id.Contains("/galleries/", StringComparison.OrdinalIgnoreCase) ? AzureApi.Galleries : AzureApi.Compute,
                cancellationToken);
        }

        if (reference.Publisher is null)
        {
            return new("image", IsGood: true, $"image '{image}' is of a shared gallery, which is looked at only by a launch");
        }

        var path = $"{options.SubscriptionScope}/providers/Microsoft.Compute/locations/{options.Location}/publishers/{reference.Publisher}"
            + $"/artifacttypes/vmimage/offers/{reference.Offer}/skus/{reference.Sku}/versions";
        var isLatest = reference.Version is "latest";
        var answer = await api.FindAsync(
            "look for the image", AzureApi.At(isLatest ? path : $"{path}/{reference.Version}", AzureApi.Compute, isLatest ? "&$top=1" : ""),
            cancellationToken);
        return answer is not null && (!isLatest || answer.ReadElements(path: null, ResourceGroup.Of, _ => null).Any())
            ? new("image", IsGood: true, $"image '{image}' is there")
            : new("image", IsGood: false, $"image is '{image}': {options.Location} has none of that name "
                + "(az vm image list --all --publisher PUBLISHER)");
    }

    private async Task<IEnumerable<TemplateFinding>> CheckSizeAsync(
        string size, ImmutableArray<string> zones, CancellationToken cancellationToken)
    {
        var path = AzureApi.At(
            $"{options.SubscriptionScope}/providers/Microsoft.Compute/skus", AzureApi.Skus,
            $"&$filter={Uri.EscapeDataString($"location eq '{options.Location}'")}");
        ComputeSku? found = null;
        var family = size.Split('_').Last();
        var others = new List<string>();
        await foreach (var sku in api.AllAsync("list sizes", path, ComputeSku.Of, cancellationToken))
        {
            if (sku.ResourceType is not "virtualMachines" || sku.Name is not { } name)
            {
                continue;
            }

            found = name.Equals(size, StringComparison.OrdinalIgnoreCase) ? sku : found;
            if ((sku.Restrictions ?? []).IsEmpty)
            {
                others.Add(name);
            }
        }

        if (found is null)
        {
            return [new("size", IsGood: false, $"size is '{size}': {options.Location} has no such size; it has {Told(others, family)}")];
        }

        var restrictions = found.Restrictions ?? [];
        if (restrictions.FirstOrDefault(one => one.Type is "Location") is { } restriction)
        {
            return
            [
                new(
                    "size", IsGood: false,
                    $"size is '{size}': this subscription cannot have it in {options.Location} ({restriction.ReasonCode}); it can have "
                    + Told(others, family)),
            ];
        }

        var barred = restrictions.SelectMany(one => one.RestrictionInfo?.Zones ?? []).ToHashSet(StringComparer.Ordinal);
        var has = (found.LocationInfo ?? []).SelectMany(one => one.Zones ?? []).Where(zone => !barred.Contains(zone))
            .Order(StringComparer.Ordinal).ToArray();
        string[] missing = [.. zones.Except(has, StringComparer.Ordinal)];
        return missing.Length == 0
            ? [new("size", IsGood: true, $"size '{size}' is there{(has.Length == 0 ? "" : $", in the zones {string.Join(", ", has)}")}")]
            :
            [
                new(
                    $"options.{AzureDescription.Zones.Name}", IsGood: false,
                    $"options.zones is '{string.Join(' ', zones)}': {size} is not to be had in {string.Join(", ", missing)}; "
                    + (has.Length == 0 ? "it is in no zone" : $"it is in {string.Join(", ", has)}")),
            ];
    }

    /// <summary>Those that are most like it first.</summary>
    private static string Told(List<string> sizes, string family)
    {
        var letters = new string([.. family.TakeWhile(c => !char.IsAsciiDigit(c))]);
        var told = sizes
            .OrderByDescending(size => size.Contains($"_{letters}", StringComparison.OrdinalIgnoreCase))
            .ThenBy(size => size, StringComparer.Ordinal)
            .Take(SizesTold);
        return $"{string.Join(", ", told)}{(sizes.Count > SizesTold ? $" and {sizes.Count - SizesTold} more" : "")}";
    }

    private async Task<TemplateFinding> CheckThereAsync(
        string field, string what, string value, string id, string version, CancellationToken cancellationToken)
    {
        var (answer, _) = await api.SendAsync(HttpMethod.Get, $"look for the {what}", AzureApi.At(id, version), cancellationToken);
        return answer.IsGood ? new(field, IsGood: true, $"{what} '{value}' is there")
            : (int)answer.Status is 404 or 403
                ? new(
                    field, IsGood: false,
                    $"{field} is '{value}': "
                    + ((int)answer.Status is 404 ? "there is none of that name" : "the credential may not see it"))
            : throw AzureErrors.Translate(answer);
    }
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Asks DigitalOcean whether what a template names is there, fits together, and whether the account may launch.</summary>
internal sealed class TemplateChecks(DigitalOceanApi api, SnapshotFinder snapshots, DropletRegions regions, AccountSteps account)
{
    /// <inheritdoc cref="ICloud.CheckAsync"/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = DropletTemplates.Read(template);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is not { } spec)
        {
            return new(findings.ToImmutable());
        }

        var size = await FindSizeAsync(spec.Size, cancellationToken);
        var image = await FindImageAsync(spec, cancellationToken);
        findings.Add(SizeFinding(spec, size));
        findings.Add(ImageFinding(template, spec, image, size));
        if (spec.Region is { } region)
        {
            findings.Add(await RegionAsync(region, cancellationToken));
        }

        if (spec.Vpc is { } vpc)
        {
            findings.Add(await VpcAsync(vpc, spec.Region, cancellationToken));
        }

        foreach (var key in spec.SshKeys)
        {
            findings.Add(await KeyAsync(key, cancellationToken));
        }

        findings.AddRange((await account.QuotaAsync(cancellationToken)).Select(
            step => new TemplateFinding(step.Name, step.IsGood, step.Message)));
        return new(findings.ToImmutable());
    }

    private async Task<Size?> FindSizeAsync(string slug, CancellationToken cancellationToken)
    {
        var lists = api.ListAsync("list sizes", "/v2/sizes", "sizes:read", SizeList.Of, cancellationToken);
        await foreach (var list in lists)
        {
            if ((list.Sizes ?? []).FirstOrDefault(size => size?.Slug == slug) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static TemplateFinding SizeFinding(DropletSpec spec, Size? size)
    {
        var here = (size?.Regions ?? []).OfType<string>().Order(StringComparer.Ordinal).ToArray();
        var isHere = spec.Region is null ? here.Length > 0 : here.Any(one => one.StartsWith(spec.Region, StringComparison.Ordinal));
        var where = spec.Region is { } region ? $"in {region} " : "";
        return size is null
                ? new("size", IsGood: false, $"size is '{spec.Size}': no such size, or not for this account: doctl compute size list")
            : size.Available is false || !isHere
                ? new("size", IsGood: false, $"size is '{spec.Size}': there is none {where}now; "
                    + (here.Length == 0 ? "nor anywhere else" : $"there are some in {string.Join(", ", here)}"))
            : new("size", IsGood: true, string.Create(
                CultureInfo.InvariantCulture, $"{size.Vcpus} vCPU, {size.Memory} MiB, {size.Disk} GB, {size.PriceHourly} USD an hour"));
    }

    private async Task<Image?> FindImageAsync(DropletSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Image.Snapshot is { } name)
        {
            return await snapshots.FindAsync(name, spec.Region, cancellationToken);
        }

        var id = spec.Image.Id?.ToString(CultureInfo.InvariantCulture) ?? Uri.EscapeDataString(spec.Image.Slug!);
        var answer = await api.FindAsync(
            "look up the image", $"/v2/images/{id}", "image:read", ImageAnswer.Of, cancellationToken);
        return answer?.Image;
    }

    private static TemplateFinding ImageFinding(Template template, DropletSpec spec, Image? image, Size? size)
    {
        TemplateFinding Bad(string why) => new("image", IsGood: false, $"image is '{template.Image}': {why}");
        if (image is null)
        {
            return Bad(spec.Image.Snapshot is null
                ? "no such image, or not this account's to use: doctl compute image list --public"
                : $"the account has no image of that name{(spec.Region is { } where ? $" in {where}" : "")}: "
                    + "doctl compute image list-user");
        }

        var regions = (image.Regions ?? []).OfType<string>().ToArray();
        return image.Status is not (null or "available") ? Bad($"it is {image.Status}, and only an available image can be launched")
            : spec.Region is { } region && regions.Length > 0 && !regions.Any(one => one.StartsWith(region, StringComparison.Ordinal))
                ? Bad($"it is not in {region}, but in {string.Join(", ", regions)}: add the region to it, or choose another")
            : image.MinDiskSize > size?.Disk
                ? Bad(string.Create(
                    CultureInfo.InvariantCulture, $"it needs a disk of {image.MinDiskSize} GB, and {size.Slug} has {size.Disk} GB"))
            : new("image", IsGood: true, string.Create(CultureInfo.InvariantCulture, $"{image.Distribution} {image.Name} ({image.Id})"));
    }

    private async Task<TemplateFinding> RegionAsync(string region, CancellationToken cancellationToken)
    {
        const string Field = "options.region";
        var all = await regions.ListAsync(cancellationToken);
        return all.Any(one => one.StartsWith(region, StringComparison.Ordinal))
            ? new(Field, IsGood: true, $"region {region}")
            : new(Field, IsGood: false, $"{Field} is '{region}': DigitalOcean makes droplets in {string.Join(", ", all)}");
    }

    private async Task<TemplateFinding> VpcAsync(string id, string? region, CancellationToken cancellationToken)
    {
        var answer = await api.FindAsync(
            "look up the VPC", $"/v2/vpcs/{id}", "vpc:read", VpcAnswer.Of, cancellationToken);
        return answer?.Vpc is not { } vpc
                ? new("network", IsGood: false, $"network is '{id}': no such VPC: doctl vpcs list")
            : region is not null && vpc.Region?.StartsWith(region, StringComparison.Ordinal) is false
                ? new("network", IsGood: false, $"network is '{id}': that VPC is in {vpc.Region}, and the region is {region}")
            : new("network", IsGood: true, $"VPC {vpc.Name} in {vpc.Region}");
    }

    private async Task<TemplateFinding> KeyAsync(string key, CancellationToken cancellationToken)
    {
        const string Field = "options.ssh_keys";
        var answer = await api.FindAsync(
            "look up the SSH key", $"/v2/account/keys/{Uri.EscapeDataString(key)}", "ssh_key:read", SshKeyAnswer.Of,
            cancellationToken);
        return answer?.SshKey is { } found
            ? new(Field, IsGood: true, $"SSH key {found.Name}")
            : new(Field, IsGood: false, $"{Field} is '{key}': the account has no such key: doctl compute ssh-key list");
    }
}

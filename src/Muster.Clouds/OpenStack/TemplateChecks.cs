using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.OpenStack;

/// <summary>Asks OpenStack whether what a template names is there, fits together, and whether the project has room for it.</summary>
internal sealed class TemplateChecks(OpenStackApi api, PartNames names, ServerZones zones, ProjectSteps project)
{
    private const long MibOfGib = 1024;

    /// <inheritdoc cref="ICloud.CheckAsync"/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = OpenStackTemplates.Read(template);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is not { } spec)
        {
            return new(findings.ToImmutable());
        }

        var flavors = await names.FlavorsAsync(cancellationToken);
        var flavor = PartNames.FlavorOf(flavors, spec.Flavor);
        findings.Add(FlavorFinding(spec, flavors, flavor));
        findings.Add(ImageFinding(spec, await names.ImageAsync(spec.Image, cancellationToken), flavor));
        foreach (var network in spec.IsOffline ? [] : spec.Networks)
        {
            findings.Add(await LookAsync("network", network, () => names.NetworkAsync(network, cancellationToken), "network"));
        }

        foreach (var group in spec.SecurityGroups)
        {
            findings.Add(await LookAsync(
                $"options.{OpenStackDescription.SecurityGroups.Name}", group, () => names.SecurityGroupAsync(group, cancellationToken),
                "security group"));
        }

        if (spec.KeyName is { } key)
        {
            findings.Add(await LookAsync(
                $"options.{OpenStackDescription.KeyName.Name}", key, () => KeyAsync(key, cancellationToken), "keypair"));
        }

        if (spec.ServerGroup is { } serverGroup)
        {
            findings.Add(await LookAsync(
                $"options.{OpenStackDescription.ServerGroup.Name}", serverGroup,
                () => names.ServerGroupAsync(serverGroup, cancellationToken), "server group"));
        }

        if (spec.AvailabilityZone is { } zone)
        {
            findings.Add(await ZoneAsync(zone, cancellationToken));
        }

        findings.AddRange((await project.QuotaAsync(cancellationToken, flavor)).Select(
            step => new TemplateFinding(step.Name, step.IsGood, step.Message)));
        return new(findings.ToImmutable());
    }

    private static TemplateFinding FlavorFinding(OpenStackSpec spec, ImmutableArray<JsonElement> flavors, JsonElement? flavor) =>
        flavor is not { } found ? new("size", IsGood: false, PartNames.NoFlavor(flavors, spec.Flavor))
        : found.IsTrue("OS-FLV-DISABLED:disabled")
            ? new("size", IsGood: false, $"size is '{spec.Flavor}': that flavor is disabled: openstack flavor list")
        : new(
            "size", IsGood: true,
            $"{ServerReader.Told(found.Number("vcpus"))} vCPU, {ServerReader.Told(found.Number("ram"))} MiB, "
            + $"{ServerReader.Told(found.Number("disk"))} GiB");

    private static TemplateFinding ImageFinding(OpenStackSpec spec, JsonElement? image, JsonElement? flavor)
    {
        TemplateFinding Bad(string why) => new("image", IsGood: false, $"image is '{spec.Image}': {why}");
        if (image is not { } found)
        {
            return new("image", IsGood: false, PartNames.NoImage(spec.Image));
        }

        var disk = spec.BootVolumeSize > 0 ? spec.BootVolumeSize : flavor?.Number("disk");
        return found.Text("status") is { } status and not "active" ? Bad($"it is {status}, and only an active image can be launched")
            : found.Number("min_ram") > flavor?.Number("ram")
                ? Bad($"it needs {ServerReader.Told(found.Number("min_ram"))} MiB of memory, and {spec.Flavor} has "
                    + $"{ServerReader.Told(flavor?.Number("ram"))} MiB")
            : disk > 0 && found.Number("min_disk") > disk
                ? Bad($"it needs a disk of {ServerReader.Told(found.Number("min_disk"))} GiB, and there are {ServerReader.Told(disk)} GiB")
            : disk > 0 && found.Number("size") / MibOfGib / MibOfGib / MibOfGib >= disk
                ? Bad($"it is larger than the disk of {ServerReader.Told(disk)} GiB")
            : new("image", IsGood: true, $"{found.Text("name")} ({found.Text("id")})");
    }

    private static async Task<TemplateFinding> LookAsync(string field, string name, Func<Task<JsonElement?>> look, string what)
    {
        try
        {
            return await look() is { } found
                ? new(field, IsGood: true, $"{what} {found.Text("name") ?? name}")
                : new(field, IsGood: false, $"{field} is '{name}': the project has no such {what}: openstack {what} list");
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.InvalidRequest)
        {
            CallPace.Survived(error);
            return new(field, IsGood: false, error.Message);
        }
    }

    private async Task<JsonElement?> KeyAsync(string name, CancellationToken cancellationToken) =>
        (await api.FindAsync(
            OpenStackService.Compute, "look up the key pair", $"os-keypairs/{Uri.EscapeDataString(name)}", cancellationToken))
        ?.Find("keypair");

    private async Task<TemplateFinding> ZoneAsync(string zone, CancellationToken cancellationToken)
    {
        const string Field = "options.availability_zone";
        var all = await zones.ListAsync(cancellationToken);
        return all.Contains(zone)
            ? new(Field, IsGood: true, $"availability zone {zone}")
            : new(Field, IsGood: false, $"{Field} is '{zone}': the availability zones are {string.Join(", ", all)}");
    }
}

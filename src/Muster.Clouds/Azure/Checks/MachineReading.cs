using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Machines;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Azure.Checks;

/// <summary>Reads a machine, whoever made it, into the fields of a template.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="launcher">Knows where a machine is.</param>
internal sealed class MachineReading(AzureApi api, AzureCloudOptions options, VmLauncher launcher)
{
    /// <inheritdoc cref="ITemplateReadingCloud.ReadTemplateAsync"/>
    public async Task<TemplateDraft> ReadAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        // Not by the rule of the names that Muster gives: the machine may be anybody's.
        var name = instance.Value;
        var isName = name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && name is not ("." or "..");
        var answer = isName ? await api.FindAsync($"look at {name}", launcher.PathOf(name), cancellationToken) : null;
        if (answer is null)
        {
            throw new CloudException(
                CloudErrorKind.NotFound,
                $"instance is '{name}': the resource group {options.ResourceGroup} has no virtual machine of that name");
        }

        var machine = answer.Read(VirtualMachine.Of);
        var left = ImmutableArray.CreateBuilder<string>();
        var fields = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var properties = machine.Properties ?? new();
        if (machine.Location is { } location && !location.Equals(options.Location, StringComparison.OrdinalIgnoreCase))
        {
            left.Add($"it is in {location}, and this cloud launches in {options.Location}");
        }

        if (machine.Zones is [_, ..] zones)
        {
            fields[AzureDescription.Zones.Name] = string.Join(' ', zones);
        }

        if (machine.Plan is { } plan)
        {
            fields[AzureDescription.Plan.Name] = $"{plan.Publisher}:{plan.Product}:{plan.Name}";
        }

        if (properties.Priority is "Spot")
        {
            left.Add("it is a spot instance: say so in a group's placement (interruptible)");
            if (properties.BillingProfile?.MaxPrice is { } price and > 0)
            {
                fields[AzureDescription.MaxPrice.Name] = price.ToString(CultureInfo.InvariantCulture);
            }
        }

        ReadIdentity(machine.Identity, fields);
        ReadDisks(properties.StorageProfile, fields, left);
        ReadUser(properties.OsProfile, fields, left);
        var networks = await ReadNetworksAsync(properties.NetworkProfile, fields, left, cancellationToken);
        return new()
        {
            Image = TemplateWords.ImageOf(properties.StorageProfile?.ImageReference) ?? "",
            Size = properties.HardwareProfile?.VmSize,
            Networks = networks,
            FirewallEnabled = fields.ContainsKey(AzureDescription.SecurityGroup.Name),
            Tags = AzureTags.Read(machine.Tags).RemoveRange(AzureTags.Table.Select(row => row.Muster)),
            Options = fields.ToImmutable(),
            LeftOut = left.ToImmutable(),
        };
    }

    private static void ReadIdentity(VmIdentity? identity, ImmutableSortedDictionary<string, string>.Builder fields)
    {
        string[] words =
        [
            .. identity?.Type.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase) is true ? ["system"] : Array.Empty<string>(),
            .. identity?.UserAssignedIdentities?.Keys ?? [],
        ];
        if (words.Length > 0)
        {
            fields[AzureDescription.Identities.Name] = string.Join(' ', words);
        }
    }

    private static void ReadDisks(
        StorageProfile? storage, ImmutableSortedDictionary<string, string>.Builder fields, ImmutableArray<string>.Builder left)
    {
        if (TemplateWords.ImageOf(storage?.ImageReference) is null)
        {
            left.Add("it was made from a disk and not from an image: give an image");
        }

        if (storage?.OsDisk?.ManagedDisk?.StorageAccountType is { } type)
        {
            fields[AzureDescription.OsDiskType.Name] = type;
        }

        if (storage?.OsDisk?.DiskSizeGB is { } size)
        {
            fields[AzureDescription.OsDiskSize.Name] = size.ToString(CultureInfo.InvariantCulture);
        }

        var disks = storage?.DataDisks ?? [];
        if (!disks.IsEmpty)
        {
            left.Add("its further disks become empty ones");
            fields[AzureDescription.DataDisks.Name] = string.Join(' ', disks.Select(disk =>
                string.Create(CultureInfo.InvariantCulture, $"{disk.DiskSizeGB ?? 1}")
                + (disk.ManagedDisk?.StorageAccountType is { } of ? $":{of}" : "")));
        }
    }

    private static void ReadUser(
        OsProfile? os, ImmutableSortedDictionary<string, string>.Builder fields, ImmutableArray<string>.Builder left)
    {
        if (os is null)
        {
            fields[AzureDescription.Specialized.Name] = "true";
            return;
        }

        if (os.LinuxConfiguration is null)
        {
            left.Add("it is no Linux: Muster launches Linux machines only");
        }

        if (os.AdminUsername is { } user)
        {
            fields[AzureDescription.AdminUser.Name] = user;
        }

        if (os.LinuxConfiguration?.Ssh?.PublicKeys is [{ KeyData: { } key }, ..] keys && AzureDescription.TryKey(key, out var good))
        {
            fields[AzureDescription.SshPublicKey.Name] = good!;
            if (keys.Length > 1)
            {
                left.Add($"it has {keys.Length} public keys, and a template one");
            }
        }
    }

    private async Task<ImmutableArray<string>> ReadNetworksAsync(
        NetworkProfile? profile, ImmutableSortedDictionary<string, string>.Builder fields, ImmutableArray<string>.Builder left,
        CancellationToken cancellationToken)
    {
        var networks = ImmutableArray.CreateBuilder<string>();
        foreach (var id in (profile?.NetworkInterfaces ?? []).Select(nic => nic.Id).OfType<string>())
        {
            var answer = ResourceIds.IsOf(id, "Microsoft.Network/networkInterfaces")
                ? await api.FindAsync("look at a network interface", AzureApi.At(id, AzureApi.Network), cancellationToken)
                : null;
            var nic = answer?.Read(NetworkInterface.Of).Properties;
            if (nic?.IpConfigurations is not [{ Properties: { Subnet.Id: { } subnet } first }, ..])
            {
                left.Add($"the network interface {ResourceIds.LastName(id)} cannot be read");
                continue;
            }

            networks.Insert(nic.Primary is true ? 0 : networks.Count, subnet);
            if (nic.NetworkSecurityGroup?.Id is { } group)
            {
                fields[AzureDescription.SecurityGroup.Name] = group;
            }

            if (first.PublicIPAddress is not null)
            {
                fields[AzureDescription.PublicIp.Name] = "on";
            }
        }

        return networks.ToImmutable();
    }
}

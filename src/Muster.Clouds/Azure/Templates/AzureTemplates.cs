using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Azure.Templates;

/// <summary>Turns a template into a virtual machine, or says everything that is wrong with it. Azure is not asked.</summary>
internal static partial class AzureTemplates
{
    /// <summary>Longest name of a Linux machine; letters in one case only, since to Azure names are one whatever their case.</summary>
    /// <remarks>learn.microsoft.com, "Naming rules and restrictions for Azure resources", Microsoft.Compute.</remarks>
    public static readonly NameRule Names = new()
    {
        LengthMax = 64, Rest = c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-',
    };

    /// <summary>Of what is sent as <c>userData</c>; 64 KiB as base64.</summary>
    private const int MetadataBytesMax = 48_000;

    private static readonly UserDataForm UserData = new(65_535, IsBase64: true);

    /// <summary>The name of an instance at Azure.</summary>
    public static string NameFor(string name) => Names.For(name.ToLowerInvariant()).TrimEnd('-');

    /// <summary>Reads it.</summary>
    public static TemplateReading<VmSpec> Read(Template template, AzureCloudOptions options)
    {
        var reader = new TemplateReader(template, AzureDescription.Kind.TemplateOptions);
        var image = TemplateWords.ReadImage(template.Image, options.GroupScope);
        if (image is null)
        {
            reader.RefuseField("image", template.Image, TemplateWords.ImageAllowed);
        }

        if (template.Size is null || !Size().IsMatch(template.Size))
        {
            reader.RefuseField("size", template.Size, "a VM size: Standard_D2s_v5 (az vm list-skus)");
        }

        var subnets = Subnets(reader, options);
        var securityGroup = SecurityGroup(reader, options);
        var pools = BackendPools(reader, options);
        var identity = Identity(reader, options);
        var (os, osDisk) = (Os(reader, options), OsDisk(reader));
        var (disks, zones) = (reader.Read(AzureDescription.DataDisks), reader.Read(AzureDescription.Zones));
        var (price, plan, isPublic) =
            (reader.Read(AzureDescription.MaxPrice), reader.Read(AzureDescription.Plan), reader.Read(AzureDescription.PublicIp));
        var metadata = Metadata(reader);
        AzureTags.Check(reader);
        return reader.End(() => new VmSpec(
            new()
            {
                Location = options.Location,
                Identity = identity,
                Plan = plan?.Split(':') is [var publisher, var product, var name] ? new(name, publisher, product) : null,
                Properties = new()
                {
                    HardwareProfile = new(template.Size),
                    StorageProfile = new()
                    {
                        ImageReference = image,
                        OsDisk = osDisk,
                        DataDisks = disks.IsEmpty ? null :
                        [
                            .. disks.Select((disk, lun) => new DataDisk
                            {
                                Lun = lun, CreateOption = "Empty", DeleteOption = VmSpec.Delete, DiskSizeGB = disk.Gb,
                                ManagedDisk = disk.Type is { } type ? new() { StorageAccountType = type } : null,
                            }),
                        ],
                    },
                    OsProfile = os,
                    UserData = metadata,
                },
            },
            isPublic, subnets, securityGroup, pools, zones, price));
    }

    private static ImmutableArray<string> Subnets(TemplateReader reader, AzureCloudOptions options)
    {
        const string Allowed = "a subnet: VNET/SUBNET in the resource group, or its id";
        var subnets = ImmutableArray.CreateBuilder<string>();
        if (reader.Template.Networks.IsEmpty)
        {
            reader.RefuseField("network", null, Allowed);
        }

        foreach (var network in reader.Template.Networks)
        {
            if (ResourceIds.TryRead(network, ResourceIds.Subnet, options.GroupScope, out var id))
            {
                subnets.Add(id);
            }
            else
            {
                reader.RefuseField("network", network, Allowed);
            }
        }

        return subnets.ToImmutable();
    }

    private static string? SecurityGroup(TemplateReader reader, AzureCloudOptions options)
    {
        var text = reader.Read(AzureDescription.SecurityGroup);
        if (text is null)
        {
            if (reader.Template.FirewallEnabled)
            {
                reader.RefuseField("firewall", "on", "set options.network_security_group, which says what it lets through");
            }

            return null;
        }

        if (!ResourceIds.TryRead(text, ResourceIds.SecurityGroup, options.GroupScope, out var id))
        {
            reader.Refuse(
                AzureDescription.SecurityGroup.Name, text,
                "the name of a network security group in the resource group, or its id");
        }

        return id;
    }

    private static ImmutableArray<string> BackendPools(TemplateReader reader, AzureCloudOptions options)
    {
        var pools = ImmutableArray.CreateBuilder<string>();
        foreach (var word in reader.Read(AzureDescription.BackendPools)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (ResourceIds.TryRead(word, ResourceIds.BackendPool, options.GroupScope, out var id))
            {
                pools.Add(id);
            }
            else
            {
                reader.Refuse(AzureDescription.BackendPools.Name, word, "BALANCER/POOL in the resource group, or an id");
            }
        }

        return pools.ToImmutable();
    }

    private static VmIdentity? Identity(TemplateReader reader, AzureCloudOptions options)
    {
        const string System = "system";
        var words = reader.Read(AzureDescription.Identities)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var assigned = new SortedDictionary<string, EmptyObject>(StringComparer.Ordinal);
        foreach (var word in words.Where(word => word != System))
        {
            if (ResourceIds.TryRead(word, ResourceIds.Identity, options.GroupScope, out var id))
            {
                assigned[id] = new();
            }
            else
            {
                reader.Refuse(AzureDescription.Identities.Name, word, "system, a name in the resource group, or an id");
            }
        }

        var own = words.Contains(System);
        return words.Length == 0 ? null
            : assigned.Count == 0 ? new("SystemAssigned")
            : new(own ? "SystemAssigned, UserAssigned" : "UserAssigned") { UserAssignedIdentities = assigned };
    }

    private static OsDisk OsDisk(TemplateReader reader)
    {
        var (type, size) = (reader.Read(AzureDescription.OsDiskType), reader.Read(AzureDescription.OsDiskSize));
        return new()
        {
            CreateOption = "FromImage", DeleteOption = VmSpec.Delete, DiskSizeGB = size == 0 ? null : size,
            ManagedDisk = type is null ? null : new() { StorageAccountType = type },
        };
    }

    private static OsProfile? Os(TemplateReader reader, AzureCloudOptions options)
    {
        UserData.Check(reader);
        var (user, key) = (reader.Read(AzureDescription.AdminUser), reader.Read(AzureDescription.SshPublicKey));
        if (reader.Read(AzureDescription.Specialized))
        {
            foreach (var option in new[] { AzureDescription.AdminUser.Name, AzureDescription.SshPublicKey.Name })
            {
                if (reader.TextOf(option) is { } given)
                {
                    reader.Refuse(option, given, "left out with a specialized image, which has its users already");
                }
            }

            if (reader.Template.UserData is not null)
            {
                reader.RefuseField("user_data", "set", "left out with a specialized image, to which Azure gives none");
            }

            return null;
        }

        key ??= options.SshPublicKey;
        if (key is null && reader.TextOf(AzureDescription.SshPublicKey.Name) is null)
        {
            reader.Refuse(
                AzureDescription.SshPublicKey.Name, null,
                $"{AzureDescription.SshPublicKey.Allowed}; or set the cloud's {AzureDescription.SshPublicKeyFile.Name}");
        }

        return new()
        {
            AdminUsername = user,
            CustomData = reader.Template.UserData is { } data ? UserData.Encode(data) : null,
            LinuxConfiguration = new(
                DisablePasswordAuthentication: true, new([new($"/home/{user}/.ssh/authorized_keys", key)])),
        };
    }

    private static string? Metadata(TemplateReader reader)
    {
        if (reader.Template.Metadata.IsEmpty)
        {
            return null;
        }

        var json = Encoding.UTF8.GetBytes(JsonBody.OfTexts(reader.Template.Metadata).ToJsonString());
        if (json.Length > MetadataBytesMax)
        {
            reader.RefuseField("metadata", $"{json.Length} bytes", $"at most {MetadataBytesMax} bytes as JSON");
        }

        return Convert.ToBase64String(json);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,20}(_[A-Za-z0-9-]{1,40}){1,6}\z")]
    private static partial Regex Size();
}

using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Azure;
using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Azure;

/// <summary>What a template becomes, to the letter, and what is said of one that cannot be.</summary>
public sealed class AzureTemplateTests
{
    private const string Scope = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/muster";

    internal static AzureCloudOptions Options { get; } = new AzureKind(name => name switch
    {
        "AZURE_SUBSCRIPTION_ID" => "00000000-0000-4000-8000-000000000001",
        _ => null,
    }).Read(new CloudSetup
    {
        Name = "west",
        DataDirectory = "/nowhere",
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("resource_group", "muster").Add("location", "westeurope"),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    });

    public static Template Template { get; } = Requests.Template("canonical:ubuntu-24_04-lts:server:latest") with
    {
        Size = "Standard_B2s",
        Networks = ["net/default"],
        Options = Of(("ssh_public_key", AzureHarness.PublicKey)),
    };

    /// <summary>One with everything that a template can have.</summary>
    public static Template Full { get; } = Template with
    {
        Image = $"{Scope}/providers/Microsoft.Compute/galleries/g/images/web/versions/1.2.3",
        Networks = ["net/default", $"{Scope}/providers/Microsoft.Network/virtualNetworks/back/subnets/data"],
        FirewallEnabled = true,
        UserData = "#cloud-config\n",
        Metadata = Of(("role", "web")),
        Tags = Of(("team", "blue")),
        Options = Of(
            ("ssh_public_key", AzureHarness.PublicKey), ("admin_user", "jane"), ("network_security_group", "web-nsg"), ("public_ip", "on"),
            ("backend_pools", "web-lb/web"), ("identities", "system worker"), ("os_disk_type", "Premium_LRS"), ("os_disk_gb", "64"),
            ("data_disks", "32 128:StandardSSD_LRS"),
            ("zones", "2"), ("max_price", "0.05"), ("plan", "acme:product:basic")),
    };

    [Fact]
    public void A_small_template_becomes_one_machine_whose_parts_go_with_it() => Assert.Equal(
        """
        {"location":"westeurope","tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"},"properties":{
        "hardwareProfile":{"vmSize":"Standard_B2s"},
        "storageProfile":{"imageReference":{"publisher":"canonical","offer":"ubuntu-24_04-lts","sku":"server","version":"latest"},
        "osDisk":{"createOption":"FromImage","deleteOption":"Delete"}},
        "osProfile":{"computerName":"web-1","adminUsername":"azureuser","linuxConfiguration":{"disablePasswordAuthentication":true,
        "ssh":{"publicKeys":[{"path":"/home/azureuser/.ssh/authorized_keys","keyData":"KEY"}]}}},
        "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"web-1-nic0",
        "properties":{"primary":true,"deleteOption":"Delete","ipConfigurations":[{"name":"ipconfig","properties":{"primary":true,
        "subnet":{"id":"SCOPE/providers/Microsoft.Network/virtualNetworks/net/subnets/default"}}}]},
        "tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"}}]}}}
        """.ReplaceLineEndings("").Replace("SCOPE", Scope, StringComparison.Ordinal)
            .Replace("KEY", AzureHarness.PublicKey, StringComparison.Ordinal),
        Body(Template));

    [Fact]
    public void A_full_template_becomes_a_machine_with_all_of_it() => Assert.Equal(
        """
        {"location":"westeurope","zones":["3"],"tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"},
        "identity":{"type":"SystemAssigned, UserAssigned","userAssignedIdentities":{
        "SCOPE/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker":{}}},
        "plan":{"name":"basic","publisher":"acme","product":"product"},"properties":{
        "hardwareProfile":{"vmSize":"Standard_B2s"},
        "storageProfile":{"imageReference":{"id":"SCOPE/providers/Microsoft.Compute/galleries/g/images/web/versions/1.2.3"},
        "osDisk":{"createOption":"FromImage","deleteOption":"Delete","diskSizeGB":64,"managedDisk":{"storageAccountType":"Premium_LRS"}},
        "dataDisks":[{"lun":0,"createOption":"Empty","deleteOption":"Delete","diskSizeGB":32},
        {"lun":1,"createOption":"Empty","deleteOption":"Delete","diskSizeGB":128,"managedDisk":{"storageAccountType":"StandardSSD_LRS"}}]},
        "osProfile":{"computerName":"web-1","adminUsername":"jane","customData":"I2Nsb3VkLWNvbmZpZwo=",
        "linuxConfiguration":{"disablePasswordAuthentication":true,
        "ssh":{"publicKeys":[{"path":"/home/jane/.ssh/authorized_keys","keyData":"KEY"}]}}},
        "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"web-1-nic0",
        "properties":{"primary":true,"deleteOption":"Delete",
        "networkSecurityGroup":{"id":"SCOPE/providers/Microsoft.Network/networkSecurityGroups/web-nsg"},
        "ipConfigurations":[{"name":"ipconfig","properties":{"primary":true,
        "subnet":{"id":"SCOPE/providers/Microsoft.Network/virtualNetworks/net/subnets/default"},
        "publicIPAddressConfiguration":{"name":"web-1-ip","sku":{"name":"Standard"},
        "properties":{"deleteOption":"Delete","publicIPAllocationMethod":"Static"},
        "tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"}},
        "loadBalancerBackendAddressPools":[{"id":"SCOPE/providers/Microsoft.Network/loadBalancers/web-lb/backendAddressPools/web"}]}}]},
        "tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"}},{"name":"web-1-nic1",
        "properties":{"primary":false,"deleteOption":"Delete",
        "networkSecurityGroup":{"id":"SCOPE/providers/Microsoft.Network/networkSecurityGroups/web-nsg"},
        "ipConfigurations":[{"name":"ipconfig","properties":{"primary":true,
        "subnet":{"id":"SCOPE/providers/Microsoft.Network/virtualNetworks/back/subnets/data"}}}]},
        "tags":{"muster.launch":"55555555-5555-4555-8555-555555555555"}}]},
        "priority":"Spot","evictionPolicy":"Delete","billingProfile":{"maxPrice":0.05},"userData":"eyJyb2xlIjoid2ViIn0="}}
        """.ReplaceLineEndings("").Replace("SCOPE", Scope, StringComparison.Ordinal)
            .Replace("KEY", AzureHarness.PublicKey, StringComparison.Ordinal),
        Body(Full, zone: "3", isInterruptible: true));

    [Theory]
    [InlineData("canonical:ubuntu-24_04-lts:server:24.04.202411030", "version")]
    [InlineData("/SharedGalleries/acme/Images/web/Versions/latest", "sharedGalleryImageId")]
    [InlineData("/CommunityGalleries/acme-1/Images/web", "communityGalleryImageId")]
    [InlineData("web-image", "id")]
    [InlineData("gallery/web", "id")]
    public void An_image_is_named_in_the_words_of_Azure(string image, string field)
    {
        Assert.Contains($"\"{field}\":\"", Body(Template with { Image = image }), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var reading = AzureTemplates.Read(
            Template with
            {
                Image = "ubuntu latest",
                Size = "big one",
                Networks = ["default", "/subscriptions/x"],
                FirewallEnabled = true,
                Tags = Of(("a/b", "x"), ("Microsoft.x", "x"), ("One", "1"), ("one", "1"), ("long", new string('x', 257))),
                Metadata = Of(("k", new string('x', 50_000))),
                UserData = new string('x', 65_536),
                Options = Of(
                    ("admin_user", "root"), ("ssh_public_key", "ssh-dss AAAA"), ("public_ip", "yes"), ("backend_pools", "web"),
                    ("identities", "a b/c"),
                    ("os_disk_type", "fast"), ("os_disk_gb", "5000"), ("data_disks", "64:fast"), ("zones", "1 1"), ("max_price", "0"),
                    ("plan", "acme"), ("colour", "red")),
            },
            Options);

        Assert.Null(reading.Spec);
        Assert.Equal(
            [
                "image", "size", "network", "network", "firewall", "options.backend_pools", "options.identities", "user_data",
                "options.admin_user",
                "options.ssh_public_key", "options.os_disk_type", "options.os_disk_gb", "options.data_disks", "options.zones",
                "options.max_price", "options.plan", "options.public_ip", "metadata", "tags.Microsoft.x", "tags.a/b", "tags.long", "tags",
                "options.colour",
            ],
            reading.Findings.Select(finding => finding.Field));
        Assert.All(reading.Findings, finding => Assert.False(finding.IsGood));
    }

    [Fact]
    public void What_is_missing_is_said_with_what_it_can_be()
    {
        var reading = AzureTemplates.Read(Template with { Size = null, Networks = [], Options = Of() }, Options);

        Assert.Equal(
            "size is missing: a VM size: Standard_D2s_v5 (az vm list-skus); "
            + "network is missing: a subnet: VNET/SUBNET in the resource group, or its id; "
            + "options.ssh_public_key is missing: a public key: ssh-rsa or ssh-ed25519, a blank, and its base64; or set the cloud's "
            + "ssh_public_key_file",
            reading.Refusal);
    }

    [Fact]
    public void A_specialized_image_gets_no_user()
    {
        var good = Body(Template with { Options = Of(("specialized", "true")) });
        var wrong = AzureTemplates.Read(
            Template with { UserData = "x", Options = Of(("specialized", "true"), ("admin_user", "jane")) }, Options);

        Assert.DoesNotContain("osProfile", good, StringComparison.Ordinal);
        Assert.Equal(["options.admin_user", "user_data"], wrong.Findings.Select(finding => finding.Field));
    }

    [Theory]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n", true)]
    [InlineData("/SUBSCRIPTIONS/s/resourcegroups/G/providers/microsoft.network/virtualnetworks/v/subnets/n", true)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v", false)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n?x=1", false)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n/x/y", false)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/subnets/n", false)]
    public void A_subnet_is_known_by_its_id(string id, bool isOne) => Assert.Equal(isOne, ResourceIds.IsOf(id, ResourceIds.Subnet));

    [Fact]
    public void Tags_of_Muster_have_one_name_each_at_Azure_and_come_back()
    {
        Assert.Distinct(AzureTags.Table.Select(row => row.Azure), StringComparer.OrdinalIgnoreCase);
        Assert.Distinct(AzureTags.Table.Select(row => row.Muster));
        var own = typeof(Core.Instances.MusterTags).GetFields().Select(field => (string)field.GetRawConstantValue()!)
            .Where(name => name != Core.Instances.MusterTags.Prefix);
        Assert.Empty(own.Except(AzureTags.Table.Select(row => row.Muster)));
        var tags = AzureTags.Table.ToImmutableSortedDictionary(row => row.Muster, row => row.Muster, StringComparer.Ordinal).Add(
            "Other", "x");

        var shouted = AzureTags.Write(tags).Select(tag => KeyValuePair.Create(
            tag.Key.StartsWith("muster", StringComparison.Ordinal) ? tag.Key.ToUpperInvariant() : tag.Key, tag.Value));

        Assert.Equal(tags, AzureTags.Read(shouted));
    }

    /// <summary>The body that a launch sends.</summary>
    internal static string Body(Template template, string? zone = null, bool isInterruptible = false) =>
        Machine(template, zone, isInterruptible).ToJson().ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal);

    internal static VirtualMachine Machine(Template template, string? zone, bool isInterruptible)
    {
        var launch = new LaunchId(new Guid("55555555-5555-4555-8555-555555555555"));
        return AzureTemplates.Read(template, Options).Required.For(
            new LaunchRequest
            {
                Launch = launch, Name = "web-1", Template = template, Zone = zone, IsInterruptible = isInterruptible,
                Tags = Of(("muster.launch", launch.ToString())),
            },
            "web-1");
    }

    private static ImmutableSortedDictionary<string, string> Of(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}

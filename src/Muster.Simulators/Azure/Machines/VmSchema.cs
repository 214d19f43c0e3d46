using System.Collections.Frozen;
using System.Text.Json.Nodes;

using Muster.Simulators.Azure.Requests;

namespace Muster.Simulators.Azure.Machines;

/// <summary>
/// Which fields a virtual machine may be asked for with; a cut of Azure's description of version 2025-04-01, names alone.
/// </summary>
internal static class VmSchema
{
    private const string Interfaces = "properties.networkProfile.networkInterfaceConfigurations";
    private const string Addresses = $"{Interfaces}.properties.ipConfigurations.properties";

    // NIC and IP stand for these two.
    private static readonly FrozenSet<string> Paths = FrozenSet.ToFrozenSet(
        """
        location zones tags tags.* identity identity.type identity.userAssignedIdentities identity.userAssignedIdentities.* plan plan.name
        plan.publisher plan.product properties properties.hardwareProfile properties.hardwareProfile.vmSize properties.storageProfile
        properties.storageProfile.imageReference properties.storageProfile.imageReference.publisher
        properties.storageProfile.imageReference.offer properties.storageProfile.imageReference.sku
        properties.storageProfile.imageReference.version properties.storageProfile.imageReference.id
        properties.storageProfile.imageReference.sharedGalleryImageId properties.storageProfile.imageReference.communityGalleryImageId
        properties.storageProfile.osDisk properties.storageProfile.osDisk.name properties.storageProfile.osDisk.createOption
        properties.storageProfile.osDisk.deleteOption properties.storageProfile.osDisk.diskSizeGB properties.storageProfile.osDisk.caching
        properties.storageProfile.osDisk.managedDisk properties.storageProfile.osDisk.managedDisk.storageAccountType
        properties.storageProfile.dataDisks properties.storageProfile.dataDisks.lun properties.storageProfile.dataDisks.createOption
        properties.storageProfile.dataDisks.deleteOption properties.storageProfile.dataDisks.diskSizeGB
        properties.storageProfile.dataDisks.managedDisk properties.storageProfile.dataDisks.managedDisk.storageAccountType
        properties.osProfile properties.osProfile.computerName properties.osProfile.adminUsername properties.osProfile.adminPassword
        properties.osProfile.customData properties.osProfile.linuxConfiguration
        properties.osProfile.linuxConfiguration.disablePasswordAuthentication properties.osProfile.linuxConfiguration.ssh
        properties.osProfile.linuxConfiguration.ssh.publicKeys properties.osProfile.linuxConfiguration.ssh.publicKeys.path
        properties.osProfile.linuxConfiguration.ssh.publicKeys.keyData properties.networkProfile properties.networkProfile.networkApiVersion
        properties.networkProfile.networkInterfaces properties.networkProfile.networkInterfaces.id
        NIC NIC.name
        NIC.tags NIC.tags.*
        NIC.properties
        NIC.properties.primary
        NIC.properties.deleteOption
        NIC.properties.enableAcceleratedNetworking
        NIC.properties.networkSecurityGroup
        NIC.properties.networkSecurityGroup.id
        NIC.properties.ipConfigurations
        NIC.properties.ipConfigurations.name
        IP
        IP.primary
        IP.subnet
        IP.subnet.id
        IP.loadBalancerBackendAddressPools
        IP.loadBalancerBackendAddressPools.id
        IP.publicIPAddressConfiguration
        IP.publicIPAddressConfiguration.name
        IP.publicIPAddressConfiguration.tags
        IP.publicIPAddressConfiguration.tags.*
        IP.publicIPAddressConfiguration.sku
        IP.publicIPAddressConfiguration.sku.name
        IP.publicIPAddressConfiguration.properties
        IP.publicIPAddressConfiguration.properties.deleteOption
        IP.publicIPAddressConfiguration.properties.publicIPAllocationMethod
        properties.priority properties.evictionPolicy properties.billingProfile properties.billingProfile.maxPrice properties.userData
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => path.StartsWith("IP", StringComparison.Ordinal) ? Addresses + path[2..]
                : path.StartsWith("NIC", StringComparison.Ordinal) ? Interfaces + path[3..]
                : path),
        StringComparer.Ordinal);

    /// <summary>Refuses a field that there is none of.</summary>
    public static void Check(JsonNode? node, string path = "")
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var element in array)
                {
                    Check(element, path);
                }

                break;
            case JsonObject body:
                foreach (var (name, value) in body)
                {
                    var below = path.Length == 0 ? name : $"{path}.{name}";
                    if (Paths.Contains(below))
                    {
                        Check(value, below);
                    }
                    else if (!Paths.Contains($"{path}.*"))
                    {
                        throw new ArmRefusal(
                            400, "BadRequest", $"Could not find member '{name}' on object of type 'VirtualMachine'. Path '{below}'.");
                    }
                }

                break;
        }
    }
}

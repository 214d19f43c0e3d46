using System.Buffers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Azure.Requests;
using Muster.Simulators.Azure.Settings;

namespace Muster.Simulators.Azure.Machines;

/// <summary>Looks at what is asked for, as Azure does before it takes it, and makes a machine of it.</summary>
internal sealed partial class VmOrders(AzureSimulatorOptions options, VmPark park, TimeProvider timeProvider)
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("<>%&\\?/");

    /// <summary>Makes the machine; it is not added yet.</summary>
    /// <returns>The machine, and why it fails once it was taken; null where it need not.</returns>
    /// <exception cref="ArmRefusal">It is refused.</exception>
    public (SimulatedVm Machine, string? Failure) Make(string resourceId, string group, string name, JsonObject body)
    {
        VmSchema.Check(body);
        if (!VmName().IsMatch(name))
        {
            throw Invalid("vmName", $"Virtual machine name cannot be '{name}'.");
        }

        if ((string?)body["location"] != Catalogue.Location)
        {
            throw new ArmRefusal(400, "LocationNotAvailableForResourceType",
                $"The provided location '{body["location"]}' is not available.");
        }

        CheckTags(body["tags"] as JsonObject);
        var properties = body["properties"] as JsonObject
            ?? throw Invalid("properties", "Required parameter 'properties' is missing (null).");
        var size = (string?)properties["hardwareProfile"]?["vmSize"]
            ?? throw Invalid("vmSize", "Required parameter 'vmSize' is missing (null).");
        if (!Catalogue.Sizes.TryGetValue(size, out var zones))
        {
            throw Invalid("vmSize", $"The value {size} provided for the VM size is not valid.");
        }

        var zone = (string?)(body["zones"] as JsonArray)?.FirstOrDefault();
        if (zone is not null && zone is not ("1" or "2" or "3"))
        {
            throw new ArmRefusal(400, "InvalidAvailabilityZone", $"The zone(s) '{zone}' for resource '{name}' is not supported.", "zones");
        }

        CheckImage(properties["storageProfile"]?["imageReference"] as JsonObject);
        CheckOs(properties["osProfile"] as JsonObject, properties);
        CheckSpot(properties);
        var parts = Parts(group, name, body, properties).ToArray();
        CheckRoom(size, zones, zone);
        var machine = new SimulatedVm
        {
            Id = VmPark.KeyOf(resourceId),
            ResourceId = resourceId,
            Name = name,
            VmId = park.NewGuid(),
            Body = (JsonObject)body.DeepClone(),
            Tags = body["tags"] is JsonObject tags ? (JsonObject)tags.DeepClone() : [],
            State = "Creating",
            Created = timeProvider.GetUtcNow(),
            Updated = timeProvider.GetUtcNow(),
            Parts = parts,
        };
        return (machine, zone is not null && options.FullZones.Contains(zone) ? "ZonalAllocationFailed" : null);
    }

    /// <summary>Refuses what no resource may have for tags.</summary>
    public static void CheckTags(JsonObject? tags)
    {
        if (tags is null)
        {
            return;
        }

        if (tags.Count > 50)
        {
            throw new ArmRefusal(400, "TooManyTags", $"The number of tags '{tags.Count}' exceeds the maximum number of '50' tags.");
        }

        foreach (var (name, value) in tags)
        {
            if (name.Length > 512 || name.AsSpan().ContainsAny(NotInNames))
            {
                throw new ArmRefusal(400, "InvalidTagNameCharacters", $"The tag names '{name}' have reserved characters.");
            }

            if (((string?)value)?.Length > 256)
            {
                throw new ArmRefusal(400, "InvalidTagValueLength",
                    $"Tag value too large. Following tag value '{value}' exceeds the maximum length.");
            }
        }

        if (tags.Select(tag => tag.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count() < tags.Count)
        {
            throw new ArmRefusal(400, "DuplicateTagName", "The tag names are not unique: they are compared without their case.");
        }
    }

    private static void CheckImage(JsonObject? image)
    {
        if (image is null)
        {
            throw Invalid("imageReference", "Required parameter 'imageReference' is missing (null).");
        }

        var urn = $"{image["publisher"]}:{image["offer"]}:{image["sku"]}:{image["version"]}";
        if (image["id"] is { } id)
        {
            throw new ArmRefusal(404, "ImageNotFound", $"The image '{id}' was not found.");
        }

        if (urn != Catalogue.Image)
        {
            throw new ArmRefusal(
                404, "PlatformImageNotFound", $"The platform image '{urn}' is not available.",
                "imageReference");
        }
    }

    private static void CheckOs(JsonObject? os, JsonObject properties)
    {
        if (os is null)
        {
            throw Invalid("osProfile", "Required parameter 'osProfile' is missing (null).");
        }

        CheckBytes(os["customData"], "customData", 65_535);
        CheckBytes(properties["userData"], "userData", 65_535);
        if (os["linuxConfiguration"]?["disablePasswordAuthentication"] is not { } off || !(bool)off)
        {
            throw Invalid("adminPassword", "Required parameter 'adminPassword' is missing (null).");
        }

        if ((string?)os["computerName"] is not { Length: <= 64 } host || host.EndsWith('-'))
        {
            throw Invalid("computerName", $"Linux host name '{os["computerName"]}' is no good.");
        }

        var key = os["linuxConfiguration"]?["ssh"]?["publicKeys"]?[0];
        if ((string?)key?["keyData"] is not { } data || !data.StartsWith("ssh-", StringComparison.Ordinal)
            || (string?)key["path"] != $"/home/{os["adminUsername"]}/.ssh/authorized_keys")
        {
            throw Invalid("linuxConfiguration.ssh.publicKeys.keyData",
                "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.");
        }
    }

    private static void CheckBytes(JsonNode? node, string target, int max)
    {
        var bytes = new byte[100_000];
        if ((string?)node is { } text && (!Convert.TryFromBase64String(text, bytes, out var written) || written > max))
        {
            throw Invalid(target, $"Custom data in '{target}' must be in Base64 encoding and less than 87380 characters.");
        }
    }

    private static void CheckSpot(JsonObject properties)
    {
        var isSpot = (string?)properties["priority"] == "Spot";
        if (!isSpot && (properties["evictionPolicy"] ?? properties["billingProfile"]) is not null)
        {
            throw Invalid("evictionPolicy", "Eviction policy and max price can be set only on Azure Spot Virtual Machines.");
        }
    }

    private void CheckRoom(string size, string[] zones, string? zone)
    {
        if (options.IsFull || size == Catalogue.BarredSize || (zone is not null && !zones.Contains(zone)))
        {
            throw new ArmRefusal(
                409, "SkuNotAvailable",
                $"The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size}' is currently not "
                + $"available in location '{Catalogue.Location}'{(zone is null ? "" : $" zone '{zone}'")}. Please try another size.");
        }

        if (park.All.Count >= options.MachinesMax)
        {
            throw new ArmRefusal(
                409, "OperationNotAllowed",
                "Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details: "
                + $"Location: {Catalogue.Location}, Current Limit: {2 * options.MachinesMax}, Current Usage: {2 * options.MachinesMax}.");
        }
    }

    private IEnumerable<SimulatedPart> Parts(string group, string name, JsonObject body, JsonObject properties)
    {
        var now = timeProvider.GetUtcNow();
        SimulatedPart Part(string type, string called, JsonNode? tags, JsonNode? delete, JsonObject? told = null) =>
            new(type, $"{group}/providers/{type}/{called}", tags is JsonObject given ? (JsonObject)given.DeepClone() : [], now)
            {
                GoesWithOwner = (string?)delete == "Delete", Properties = told ?? [],
            };

        var storage = properties["storageProfile"]!;
        if ((string?)storage["osDisk"]?["createOption"] != "FromImage")
        {
            throw Invalid("osDisk.createOption", "The value of parameter osDisk.createOption is invalid.");
        }

        // Disks that are made with a machine get its tags.
        yield return Part(Catalogue.Disks, $"{name}_OsDisk_1_{park.NewGuid():N}", body["tags"], storage["osDisk"]!["deleteOption"]);
        foreach (var disk in storage["dataDisks"] as JsonArray ?? [])
        {
            yield return Part(Catalogue.Disks, $"{name}_disk{disk!["lun"]}_{park.NewGuid():N}", body["tags"], disk["deleteOption"]);
        }

        var network = properties["networkProfile"];
        if (network?["networkApiVersion"] is null || network["networkInterfaceConfigurations"] is not JsonArray { Count: > 0 } nics)
        {
            throw Invalid("networkProfile", "Required parameter 'networkProfile' is missing (null).");
        }

        foreach (var nic in nics)
        {
            var ip = nic!["properties"]?["ipConfigurations"]?[0]?["properties"];
            var subnet = CheckThere((string?)ip?["subnet"]?["id"],
                $"{group}/providers/Microsoft.Network/virtualNetworks/net/subnets/default", "subnet");
            var told = new JsonObject { ["primary"] = nic["properties"]!["primary"]?.DeepClone() };
            var address = new JsonObject
            {
                ["privateIPAddress"] = Address("10.0"),
                ["subnet"] = new JsonObject { ["id"] = subnet },
            };
            if (nic["properties"]!["networkSecurityGroup"]?["id"] is { } guard)
            {
                told["networkSecurityGroup"] = new JsonObject
                {
                    ["id"] = CheckThere(
                        (string?)guard, $"{group}/providers/Microsoft.Network/networkSecurityGroups/{Catalogue.SecurityGroup}",
                        "networkSecurityGroup"),
                };
            }

            if (ip!["publicIPAddressConfiguration"] is { } open)
            {
                var made = Part(
                    Catalogue.Addresses, (string)open["name"]!, open["tags"], open["properties"]?["deleteOption"],
                    new() { ["ipAddress"] = Address("20.1") });
                address["publicIPAddress"] = new JsonObject { ["id"] = made.Id };
                yield return made;
            }

            if (ip["loadBalancerBackendAddressPools"] is JsonArray pools)
            {
                address["loadBalancerBackendAddressPools"] = new JsonArray(
                [
                    .. pools.Select(JsonNode? (pool) => new JsonObject
                    {
                        ["id"] = CheckThere(
                            (string?)pool?["id"], $"{group}/providers/Microsoft.Network/loadBalancers/web-lb/backendAddressPools/web",
                            "backendAddressPool"),
                    }),
                ]);
            }

            told["ipConfigurations"] = new JsonArray(new JsonObject { ["name"] = "ipconfig", ["properties"] = address });
            yield return Part(Catalogue.Interfaces, (string)nic["name"]!, nic["tags"], nic["properties"]!["deleteOption"], told);
        }
    }

    private string Address(string net)
    {
        Span<byte> bytes = stackalloc byte[2];
        park.Fill(bytes);
        return $"{net}.{bytes[0]}.{bytes[1]}";
    }

    private static string CheckThere(string? id, string known, string target) =>
        id is not null && id.Equals(known, StringComparison.OrdinalIgnoreCase)
            ? id
            : throw new ArmRefusal(
                400, "InvalidResourceReference",
                $"Resource {id} referenced by the virtual machine was not found. Please make sure that it exists.", target);

    private static ArmRefusal Invalid(string target, string message) => new(400, "InvalidParameter", message, target);

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?\z")]
    private static partial Regex VmName();
}

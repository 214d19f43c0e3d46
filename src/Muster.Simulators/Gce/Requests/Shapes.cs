using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Requests;

/// <summary>Which fields bodies may have, and what they hold, as Compute Engine's discovery document says.</summary>
/// <remarks>
/// Each word is a field and what it is: text, bool, int, int64 (a text with a number), map (texts by name), any (not looked into), or a
/// message of this table; <c>*</c> for a list of them.
/// </remarks>
internal static class Shapes
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> All = new Dictionary<string, string>
    {
        ["Instance"] =
            "advancedMachineFeatures:any canIpForward:bool confidentialInstanceConfig:any cpuPlatform:text creationTimestamp:text "
            + "deletionProtection:bool description:text disks:AttachedDisk* displayDevice:any fingerprint:text guestAccelerators:any "
            + "hostname:text id:int64 instanceEncryptionKey:any keyRevocationActionType:text kind:text labelFingerprint:text labels:map "
            + "lastStartTimestamp:text lastStopTimestamp:text lastSuspendedTimestamp:text machineType:text metadata:Metadata "
            + "minCpuPlatform:text name:text networkInterfaces:NetworkInterface* networkPerformanceConfig:any params:any "
            + "privateIpv6GoogleAccess:text reservationAffinity:any resourcePolicies:text* resourceStatus:any satisfiesPzi:bool "
            + "satisfiesPzs:bool scheduling:Scheduling selfLink:text serviceAccounts:ServiceAccount* shieldedInstanceConfig:any "
            + "shieldedInstanceIntegrityPolicy:any sourceMachineImage:text sourceMachineImageEncryptionKey:any startRestricted:bool "
            + "status:text statusMessage:text tags:Tags zone:text",
        ["AttachedDisk"] =
            "architecture:text autoDelete:bool boot:bool deviceName:text diskEncryptionKey:any diskSizeGb:int64 forceAttach:bool "
            + "guestOsFeatures:any index:int initializeParams:AttachedDiskInitializeParams interface:text kind:text licenses:text* "
            + "mode:text savedState:text shieldedInstanceInitialState:any source:text type:text",
        ["AttachedDiskInitializeParams"] =
            "architecture:text description:text diskName:text diskSizeGb:int64 diskType:text enableConfidentialCompute:bool labels:map "
            + "licenses:text* onUpdateAction:text provisionedIops:int64 provisionedThroughput:int64 replicaZones:text* "
            + "resourceManagerTags:map resourcePolicies:text* sourceImage:text sourceImageEncryptionKey:any sourceSnapshot:text "
            + "sourceSnapshotEncryptionKey:any storagePool:text",
        ["NetworkInterface"] =
            "accessConfigs:AccessConfig* aliasIpRanges:any fingerprint:text internalIpv6PrefixLength:int ipv6AccessConfigs:AccessConfig* "
            + "ipv6AccessType:text ipv6Address:text kind:text name:text network:text networkAttachment:text networkIP:text nicType:text "
            + "queueCount:int stackType:text subnetwork:text",
        ["AccessConfig"] =
            "externalIpv6:text externalIpv6PrefixLength:int kind:text name:text natIP:text networkTier:text publicPtrDomainName:text "
            + "securityPolicy:text setPublicPtr:bool type:text",
        ["Scheduling"] =
            "automaticRestart:bool availabilityDomain:int hostErrorTimeoutSeconds:int instanceTerminationAction:text "
            + "localSsdRecoveryTimeout:any locationHint:text maxRunDuration:any minNodeCpus:int nodeAffinities:any onHostMaintenance:text "
            + "onInstanceStopAction:any preemptible:bool provisioningModel:text terminationTime:text",
        ["ServiceAccount"] = "email:text scopes:text*",
        ["Metadata"] = "fingerprint:text items:Item* kind:text",
        ["Item"] = "key:text value:text",
        ["Tags"] = "fingerprint:text items:text*",
        ["TestPermissionsRequest"] = "permissions:text*",
        ["NetworkEndpointGroup"] =
            "annotations:map appEngine:any cloudFunction:any cloudRun:any creationTimestamp:text defaultPort:int description:text id:int64 "
            + "kind:text name:text network:text networkEndpointType:text pscData:any pscTargetService:text region:text selfLink:text "
            + "size:int subnetwork:text zone:text",
        ["NetworkEndpoint"] =
            "annotations:map clientDestinationPort:int fqdn:text instance:text ipAddress:text ipv6Address:text port:int",
        ["NetworkEndpointGroupsListEndpointsRequest"] = "healthStatus:text",
        ["NetworkEndpointGroupsAttachEndpointsRequest"] = "networkEndpoints:NetworkEndpoint*",
        ["NetworkEndpointGroupsDetachEndpointsRequest"] = "networkEndpoints:NetworkEndpoint*",
        ["InstancesSetLabelsRequest"] = "labels:map labelFingerprint:text",
    }.ToFrozenDictionary(
        shape => shape.Key,
        shape => shape.Value.Split(' ').Select(word => word.Split(':')).ToFrozenDictionary(word => word[0], word => word[1]));

    /// <summary>The body as such a message.</summary>
    /// <exception cref="GceRefusal">It is none.</exception>
    public static JsonObject Read(byte[] body, string message)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(body);
        }
        catch (JsonException error)
        {
            throw new GceRefusal(400, "parseError", $"Parse Error: {error.Message}");
        }

        Check(json, message, "");
        return (JsonObject)json!;
    }

    private static void Check(JsonNode? value, string kind, string path)
    {
        if (kind.EndsWith('*'))
        {
            foreach (var element in value as JsonArray ?? throw Wrong(path, "a list"))
            {
                Check(element, kind[..^1], path);
            }

            return;
        }

        switch (kind)
        {
            case "any":
                return;
            case "text" when value?.GetValueKind() is not JsonValueKind.String:
            case "bool" when value?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
            case "int" when value?.GetValueKind() is not JsonValueKind.Number:
            case "int64" when !long.TryParse(value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out _):
            case "map" when (value as JsonObject)?.All(entry => entry.Value?.GetValueKind() is JsonValueKind.String) is not true:
                throw Wrong(path, kind);
            case "text" or "bool" or "int" or "int64" or "map":
                return;
        }

        foreach (var (name, field) in value as JsonObject ?? throw Wrong(path, kind))
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            Check(field, All[kind].GetValueOrDefault(name) ?? throw Unknown(name, path), inner);
        }
    }

    private static GceRefusal Wrong(string path, string kind) =>
        new(400, "invalid", $"Invalid value at '{path}' ({kind})", "INVALID_ARGUMENT");

    private static GceRefusal Unknown(string name, string path) => new(
        400, "invalid",
        $"Invalid JSON payload received. Unknown name \"{name}\"{(path.Length == 0 ? "" : $" at '{path}'")}: Cannot find field.");
}

using System.Text.Json.Serialization;

namespace Muster.Clouds.Gce.Wire;

/// <summary>How Compute Engine's JSON is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GceInstance))]
[JsonSerializable(typeof(InstanceScopes))]
[JsonSerializable(typeof(InstanceScopeElements))]
[JsonSerializable(typeof(DiskScopes))]
[JsonSerializable(typeof(GceDisk))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ZoneList))]
[JsonSerializable(typeof(MachineTypeList))]
[JsonSerializable(typeof(ImageList))]
[JsonSerializable(typeof(GceImage))]
[JsonSerializable(typeof(GceMachineType))]
[JsonSerializable(typeof(GceRegion))]
[JsonSerializable(typeof(PermissionList))]
[JsonSerializable(typeof(ImpersonationRequest))]
[JsonSerializable(typeof(ImpersonationAnswer))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class GceJson : JsonSerializerContext;

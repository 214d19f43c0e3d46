using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Clouds.Azure.Wire;

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(VirtualMachine))]
[JsonSerializable(typeof(ArmPage<VirtualMachine>), TypeInfoPropertyName = "VirtualMachines")]
[JsonSerializable(typeof(ArmPage<NetworkInterface>), TypeInfoPropertyName = "NetworkInterfaces")]
[JsonSerializable(typeof(ArmPage<ArmPart>), TypeInfoPropertyName = "Parts")]
[JsonSerializable(typeof(ArmPage<ArmLocation>), TypeInfoPropertyName = "Locations")]
[JsonSerializable(typeof(ArmPage<ComputeUsage>), TypeInfoPropertyName = "Usages")]
[JsonSerializable(typeof(ArmPage<ArmPermission>), TypeInfoPropertyName = "Permissions")]
[JsonSerializable(typeof(ArmPage<ManagementLock>), TypeInfoPropertyName = "Locks")]
[JsonSerializable(typeof(ArmPage<ComputeSku>), TypeInfoPropertyName = "Skus")]
[JsonSerializable(typeof(ImmutableArray<ResourceGroup>), TypeInfoPropertyName = "Versions")]
[JsonSerializable(typeof(ArmNext))]
[JsonSerializable(typeof(ArmErrorAnswer))]
[JsonSerializable(typeof(ArmOperation))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(ResourceGroup))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenRefusal))]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(AssertionHead))]
[JsonSerializable(typeof(Assertion))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>), TypeInfoPropertyName = "Metadata")]
internal sealed partial class AzureJson : JsonSerializerContext;

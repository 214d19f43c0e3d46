using System.Text.Json.Serialization;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>How the API's JSON is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServersAnswer))]
[JsonSerializable(typeof(ServerAnswer))]
[JsonSerializable(typeof(CreateAnswer))]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(ActionsAnswer))]
[JsonSerializable(typeof(PageAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(LocationsAnswer))]
[JsonSerializable(typeof(NetworksAnswer))]
[JsonSerializable(typeof(FirewallsAnswer))]
[JsonSerializable(typeof(PlacementGroupsAnswer))]
[JsonSerializable(typeof(SshKeysAnswer))]
[JsonSerializable(typeof(ImagesAnswer))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSerializable(typeof(ServerTypesAnswer))]
[JsonSerializable(typeof(PricingAnswer))]
[JsonSerializable(typeof(PrimaryIpsAnswer))]
[JsonSerializable(typeof(PrimaryIpAnswer))]
[JsonSerializable(typeof(VolumesAnswer))]
[JsonSerializable(typeof(VolumeAnswer))]
internal sealed partial class HetznerJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Muster.Clouds.DigitalOcean.Wire;

/// <summary>How DigitalOcean's JSON is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ListFrame))]
[JsonSerializable(typeof(DropletList))]
[JsonSerializable(typeof(DropletAnswer))]
[JsonSerializable(typeof(ImageList))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSerializable(typeof(SizeList))]
[JsonSerializable(typeof(RegionList))]
[JsonSerializable(typeof(VpcAnswer))]
[JsonSerializable(typeof(SshKeyAnswer))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class DigitalOceanJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Clouds.OpenStack.Wire;

/// <summary>How OpenStack's JSON is read: as elements, of which each reader takes what it knows.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class OpenStackJson : JsonSerializerContext;

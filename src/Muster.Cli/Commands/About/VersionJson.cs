using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.Commands.About;

/// <summary><c>muster version</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionView))]
internal sealed partial class VersionJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Muster.Cli.Commands.Policies;

/// <summary>How replays are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PolicyTestView))]
internal sealed partial class PolicyTestJson : JsonSerializerContext;

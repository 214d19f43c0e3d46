using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.CloudTesting;

/// <summary><c>muster cloud test</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RuleOutcomeView))]
internal sealed partial class CloudTestJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Triton.Import;

/// <summary><c>muster tsg import</c> as JSON, and how the original kept metadata and tags.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportedGroupView))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
internal sealed partial class ImportJson : JsonSerializerContext;

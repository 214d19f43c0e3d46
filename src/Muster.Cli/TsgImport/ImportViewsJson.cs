using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.TsgImport;

/// <summary><c>muster tsg import</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportedGroupView))]
internal sealed partial class ImportViewsJson : JsonSerializerContext;

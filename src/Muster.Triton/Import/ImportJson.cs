using System.Text.Json.Serialization;

namespace Muster.Triton.Import;

/// <summary>How the original kept metadata and tags.</summary>
[JsonSerializable(typeof(Dictionary<string, string?>))]
internal sealed partial class ImportJson : JsonSerializerContext;

using System.Text.Json.Serialization;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Files;

/// <summary>How the local cloud's files are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(InstanceRecord))]
[JsonSerializable(typeof(ExitStatus))]
internal sealed partial class LocalJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Muster.Clouds.Docker.Wire;

/// <summary>How the Engine API is written: names as they are, but for errors, which begin small.</summary>
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContainerCreate))]
[JsonSerializable(typeof(Created))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(IReadOnlyList<ContainerSummary>))]
[JsonSerializable(typeof(ContainerSummary))]
[JsonSerializable(typeof(NetworkConnect))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(PullProgress))]
[JsonSerializable(typeof(ContainerStats))]
[JsonSerializable(typeof(ContainerDetails))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class DockerJson : JsonSerializerContext;

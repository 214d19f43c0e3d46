using System.Text.Json.Serialization;

using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Wire;

/// <summary>How Nomad's JSON is read and written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NomadJob))]
[JsonSerializable(typeof(JobEnvelope))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterAnswer))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(ForceAnswer))]
[JsonSerializable(typeof(DeregisterAnswer))]
[JsonSerializable(typeof(ValidateAnswer))]
[JsonSerializable(typeof(JobEntry[]))]
[JsonSerializable(typeof(JobFacts))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(Evaluation[]))]
[JsonSerializable(typeof(Allocation))]
[JsonSerializable(typeof(Allocation[]))]
[JsonSerializable(typeof(SigningKeySet))]
[JsonSerializable(typeof(string))]
internal sealed partial class NomadJson : JsonSerializerContext;

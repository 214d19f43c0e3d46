using System.Text.Json.Serialization;

namespace Muster.Nomad.Wire;

/// <summary>What registering came to.</summary>
internal sealed record RegisterAnswer
{
    /// <summary>What the job's index is now; as it was when nothing changed.</summary>
    public required ulong JobModifyIndex { get; init; }

    /// <summary>0 when nothing changed.</summary>
    public required ulong Index { get; init; }

    public string? Warnings { get; init; }
}

/// <summary>What registering would come to.</summary>
internal sealed record PlanAnswer
{
    /// <summary>The job's index; 0 when there is none.</summary>
    public required ulong JobModifyIndex { get; init; }

    /// <summary>When it would run next; null for never.</summary>
    public DateTimeOffset? NextPeriodicLaunch { get; init; }

    /// <summary>Why no client could run it, by group; null when one could.</summary>
    [JsonPropertyName("FailedTGAllocs")]
    public Dictionary<string, PlacementFailure>? FailedPlacements { get; init; }

    public JobDiff? Diff { get; init; }
}

/// <summary>Whether registering would change anything.</summary>
internal sealed record JobDiff
{
    /// <summary><c>None</c>, <c>Added</c> or <c>Edited</c>.</summary>
    public required string Type { get; init; }
}

/// <summary>What forcing came to.</summary>
internal sealed record ForceAnswer
{
    [JsonPropertyName("EvalID")]
    public required string EvaluationId { get; init; }
}

/// <summary>What deregistering came to. Also for a job that is not there.</summary>
internal sealed record DeregisterAnswer
{
    [JsonPropertyName("EvalID")]
    public required string EvaluationId { get; init; }
}

/// <summary>What validation says. It knows nothing of drivers, namespaces and regions.</summary>
internal sealed record ValidateAnswer
{
    public string[]? ValidationErrors { get; init; }

    public string? Error { get; init; }

    public string? Warnings { get; init; }
}

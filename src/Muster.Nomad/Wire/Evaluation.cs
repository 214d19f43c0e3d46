using System.Text.Json.Serialization;

namespace Muster.Nomad.Wire;

/// <summary>Nomad's attempt to place a child.</summary>
internal sealed record Evaluation
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>The child that it places.</summary>
    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    /// <summary><c>blocked</c> waits for a client that fits; <c>pending</c>, <c>complete</c>, <c>failed</c>, <c>canceled</c>.</summary>
    public required string Status { get; init; }

    public string? TriggeredBy { get; init; }

    [JsonPropertyName("FailedTGAllocs")]
    public Dictionary<string, PlacementFailure>? FailedPlacements { get; init; }
}

/// <summary>Why no client can run it.</summary>
internal sealed record PlacementFailure
{
    public int NodesEvaluated { get; init; }

    public int NodesFiltered { get; init; }

    public int NodesExhausted { get; init; }

    /// <summary>Clients by data centre.</summary>
    public Dictionary<string, int>? NodesAvailable { get; init; }

    /// <summary>Clients by the constraint that they do not meet.</summary>
    public Dictionary<string, int>? ConstraintFiltered { get; init; }

    /// <summary>Clients by what they have too little of.</summary>
    public Dictionary<string, int>? DimensionExhausted { get; init; }

    /// <summary>The failure in words.</summary>
    public override string ToString()
    {
        var reasons = (ConstraintFiltered ?? []).Select(pair => $"{pair.Value} not with {pair.Key}")
            .Concat((DimensionExhausted ?? []).Select(pair => $"{pair.Value} have too little {pair.Key}"))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return reasons.Length > 0 ? $"of {NodesEvaluated} clients, {string.Join(", ", reasons)}"
            : (NodesAvailable ?? []).Values.Sum() == 0 ? "no client in its data centres"
            : $"none of {NodesEvaluated} clients fits";
    }
}

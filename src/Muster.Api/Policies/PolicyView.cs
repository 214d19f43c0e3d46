using System.Text.Json.Serialization;

namespace Muster.Api.Policies;

/// <summary>A policy, and what it recommends now.</summary>
public sealed record PolicyView
{
    /// <summary>Unique among the group's policies.</summary>
    public required string Name { get; init; }

    /// <summary><c>schedule</c>, <c>step</c>, <c>target</c>, <c>backlog</c>, <c>predictive</c> or <c>receiver</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>on</c>, <c>grow-only</c>, <c>recommend</c> or <c>off</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>What it is made of, as it can be written again, name, kind and mode left out.</summary>
    public required PolicyInput Rule { get; init; }

    /// <summary>How many instances it wants; left out where it asks for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Recommends { get; init; }

    /// <summary>Why it wants that, or asks for nothing; left out before its first round.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Whether it has no data: it asks for nothing, and the group does not shrink.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Blind { get; init; }

    /// <summary>The reading that it went by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Reading { get; init; }

    /// <summary>When that was so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ReadingAt { get; init; }

    /// <summary>When it was last asked; left out before its first round.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>receiver: where it is called, without its secret.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>receiver: its secret. Shown once: when it is made, and when the secret is made anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>Counts its changes from 1.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

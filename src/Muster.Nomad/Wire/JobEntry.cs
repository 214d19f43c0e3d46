using System.Text.Json.Serialization;

namespace Muster.Nomad.Wire;

/// <summary>A job in a list, as far as Muster reads it. Children are jobs of their own.</summary>
internal sealed record JobEntry
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Empty for one that is nobody's child.</summary>
    [JsonPropertyName("ParentID")]
    public string? ParentId { get; init; }

    /// <summary><c>pending</c>, <c>running</c> or <c>dead</c>. One that waits for its time is running.</summary>
    public required string Status { get; init; }

    /// <summary>Told to stop; it stays listed.</summary>
    public bool Stop { get; init; }

    public ulong CreateIndex { get; init; }

    /// <summary>Grows with each change of what it says, by whomever.</summary>
    public required ulong JobModifyIndex { get; init; }

    /// <summary>Nanoseconds since 1970: no double holds them.</summary>
    public long SubmitTime { get; init; }
}

/// <summary>A job by itself, as far as Muster reads it.</summary>
internal sealed record JobFacts
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Status { get; init; }

    public bool Stop { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public Dictionary<string, string>? Meta { get; init; }
}

using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How many instances there must be.</summary>
public sealed record CapacityView
{
    /// <summary>The level that is kept: what a person set, or what policies have moved it to since.</summary>
    public required int Desired { get; init; }

    /// <summary>Nothing may set desired below this.</summary>
    public required int Min { get; init; }

    /// <summary>Nothing may set desired above this.</summary>
    public required int Max { get; init; }

    /// <summary>What a person set last, where policies have moved the level since. Left out where they have not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Set { get; init; }

    /// <summary>Who moved the level last: the name of a token, or of a policy. Left out where nobody knows any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Author { get; init; }

    /// <summary>Why, in that one's words. Left out where nobody said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Until when a person's word stands against every policy and schedule. Left out where they are free to move it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? HeldUntil { get; init; }
}

using System.Text.Json.Serialization;

namespace Muster.Api.Policies;

/// <summary>A reading that is pushed, or several.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReadingInput
{
    /// <summary>Of what.</summary>
    public string? Metric { get; init; }

    /// <summary>The value.</summary>
    public double? Value { get; init; }

    /// <summary>For which instance, by id; left out for the whole group.</summary>
    public string? Instance { get; init; }

    /// <summary>When it was so; now when left out.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Several at once, instead of the fields above.</summary>
    public IReadOnlyList<ReadingInput>? Readings { get; init; }
}

/// <summary>What became of readings that were pushed.</summary>
public sealed record ReadingsTaken
{
    /// <summary>How many.</summary>
    public required int Taken { get; init; }
}

namespace Muster.Api.Clouds;

/// <summary>A part with this installation's mark that belongs to no instance which is there.</summary>
public sealed record LeftoverView
{
    /// <summary>What it is, in the cloud's own word: <c>volume</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its id at the cloud.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; null where it has none.</summary>
    public string? Name { get; init; }

    /// <summary>When it was made; null where the cloud does not tell.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Why it is not removed now, as a launch may still be on its way to it; null when it may be.</summary>
    public string? Kept { get; init; }
}

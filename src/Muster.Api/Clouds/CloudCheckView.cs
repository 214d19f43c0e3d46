namespace Muster.Api.Clouds;

/// <summary>Whether a cloud answers.</summary>
public sealed record CloudCheckView
{
    /// <summary>What templates call it.</summary>
    public required string Name { get; init; }

    /// <summary>What drives it.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether a listing worked.</summary>
    public required bool Good { get; init; }

    /// <summary>What went wrong, as <c>throttled</c>, <c>unavailable</c>, <c>unauthorized</c>, ...; null when good.</summary>
    public string? Error { get; init; }

    /// <summary>What was found, or what is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>This account's instances on it; null when it could not be listed.</summary>
    public int? Instances { get; init; }

    /// <summary>Milliseconds the listing took.</summary>
    public required double ElapsedMs { get; init; }
}

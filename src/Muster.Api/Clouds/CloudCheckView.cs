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

    /// <summary>Each thing looked at, in order; ends with the first that makes the next pointless.</summary>
    public IReadOnlyList<CloudCheckStepView> Steps { get; init; } = [];

    /// <summary>This account's instances on it; null when it could not be listed.</summary>
    public int? Instances { get; init; }

    /// <summary>Milliseconds the listing took.</summary>
    public required double ElapsedMs { get; init; }
}

/// <summary>One thing looked at.</summary>
public sealed record CloudCheckStepView
{
    /// <summary>
    /// <c>endpoint</c>, <c>credentials</c>, <c>permissions</c>, what the cloud tells of itself: <c>identity</c>, <c>quota</c>, or a
    /// template's field: <c>image</c>, <c>size</c>, <c>network</c>. <c>calls</c> where the cloud takes no more calls for now.
    /// </summary>
    public required string Step { get; init; }

    /// <summary>The verdict.</summary>
    public required bool Good { get; init; }

    /// <summary>What was found, or what is wrong.</summary>
    public required string Message { get; init; }
}

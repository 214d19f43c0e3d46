namespace Muster.Api.Installation;

/// <summary>Whether the server can serve, part by part.</summary>
public sealed record HealthView
{
    /// <summary>Whether every part is well.</summary>
    public required bool Ready { get; init; }

    /// <summary>Each part.</summary>
    public required IReadOnlyList<HealthPartView> Parts { get; init; }
}

/// <summary>One part.</summary>
public sealed record HealthPartView
{
    /// <summary><c>server</c>, <c>store</c>, <c>servers</c> or <c>sweeps</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is well.</summary>
    public required bool Ready { get; init; }

    /// <summary>What is wrong, or how it is; null when there is nothing to say.</summary>
    public string? Message { get; init; }
}

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
    /// <summary><c>store</c> or <c>server</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is well.</summary>
    public required bool Ready { get; init; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Message { get; init; }
}

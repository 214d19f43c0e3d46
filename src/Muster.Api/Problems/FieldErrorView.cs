namespace Muster.Api.Problems;

/// <summary>One wrong field.</summary>
public sealed record FieldErrorView
{
    /// <summary>As the user wrote it: <c>capacity.desired</c>.</summary>
    public required string Field { get; init; }

    /// <summary>What was given; null when nothing was.</summary>
    public string? Value { get; init; }

    /// <summary>What is allowed, in words.</summary>
    public required string Allowed { get; init; }
}

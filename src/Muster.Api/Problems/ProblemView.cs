namespace Muster.Api.Problems;

/// <summary>Why a request was refused or failed: problem details (RFC 9457) with a stable code.</summary>
public sealed record ProblemView
{
    /// <summary>The media type it is sent as.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>A URI for the kind of problem; ends in <see cref="Code"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in a few words; the same for every occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened here and what to do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>Names this occurrence; the server's log has it too.</summary>
    public string? Instance { get; init; }

    /// <summary>Stable, for programs; every one is listed in <c>docs/api/errors.md</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Every wrong field; empty when the problem is not about fields.</summary>
    public IReadOnlyList<FieldErrorView> Errors { get; init; } = [];
}

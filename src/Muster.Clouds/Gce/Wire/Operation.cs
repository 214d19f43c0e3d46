using System.Text.Json.Serialization;

namespace Muster.Clouds.Gce.Wire;

/// <summary>What Compute Engine is doing: an answer of 200 says that it has begun.</summary>
internal sealed record Operation
{
    public string? Name { get; init; }

    public string? Status { get; init; }

    public string? TargetId { get; init; }

    public DateTimeOffset? InsertTime { get; init; }

    public OperationError? Error { get; init; }

    public int? HttpErrorStatusCode { get; init; }

    public string? HttpErrorMessage { get; init; }
}

internal sealed record OperationError(OperationProblem[]? Errors);

internal sealed record OperationProblem(string? Code, string? Message);

/// <summary>A refusal.</summary>
internal sealed record ErrorAnswer(ErrorBody? Error);

internal sealed record ErrorBody
{
    public int? Code { get; init; }

    public string? Message { get; init; }

    public string? Status { get; init; }

    public ErrorReason[]? Errors { get; init; }

    public ErrorDetail[]? Details { get; init; }
}

internal sealed record ErrorReason(string? Reason, string? Message);

internal sealed record ErrorDetail([property: JsonPropertyName("@type")] string? Type, string? Reason);

using Muster.Clouds.Kit.Json;

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

    public static Operation Of(JsonFields of) => new()
    {
        Name = of.Text("name"),
        Status = of.Text("status"),
        TargetId = of.Text("targetId"),
        InsertTime = of.Time("insertTime"),
        Error = of.Object("error", OperationError.Of),
        HttpErrorStatusCode = of.Small("httpErrorStatusCode"),
        HttpErrorMessage = of.Text("httpErrorMessage"),
    };
}

internal sealed record OperationError(OperationProblem[]? Errors)
{
    public static OperationError Of(JsonFields of) => new(of.Array("errors", OperationProblem.Of));
}

internal sealed record OperationProblem(string? Code, string? Message)
{
    public static OperationProblem Of(JsonFields of) => new(of.Text("code"), of.Text("message"));
}

/// <summary>A refusal.</summary>
internal sealed record ErrorAnswer(ErrorBody? Error)
{
    public static ErrorAnswer Of(JsonFields of) => new(of.Object("error", ErrorBody.Of));
}

internal sealed record ErrorBody
{
    public int? Code { get; init; }

    public string? Message { get; init; }

    public string? Status { get; init; }

    public ErrorReason[]? Errors { get; init; }

    public ErrorDetail[]? Details { get; init; }

    public static ErrorBody Of(JsonFields of) => new()
    {
        Code = of.Small("code"),
        Message = of.Text("message"),
        Status = of.Text("status"),
        Errors = of.Array("errors", ErrorReason.Of),
        Details = of.Array("details", ErrorDetail.Of),
    };
}

internal sealed record ErrorReason(string? Reason, string? Message)
{
    public static ErrorReason Of(JsonFields of) => new(of.Text("reason"), of.Text("message"));
}

internal sealed record ErrorDetail(string? Type, string? Reason)
{
    public static ErrorDetail Of(JsonFields of) => new(of.Text("@type"), of.Text("reason"));
}

using System.Text.Json.Serialization;

namespace Muster.Cli.TsgScale;

/// <summary>A line of the original's log: its fields, in its order. Members that are null are left out.</summary>
internal sealed record TsgLogLine
{
    /// <summary><c>info</c>, <c>warn</c> or <c>error</c>; left out for terminations, as there.</summary>
    public string? Level { get; init; }

    /// <summary>The account's login.</summary>
    public string? AccountName { get; init; }

    /// <summary>The group's name.</summary>
    public string? TsgName { get; init; }

    /// <summary><c>successful</c> or <c>failed</c>.</summary>
    public string? Status { get; init; }

    /// <summary><c>TSG_INSTANCE_LAUNCH</c> and its like.</summary>
    public string? NotificationType { get; init; }

    /// <summary>What happened, to which machine.</summary>
    public string? Description { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>When, in seconds.</summary>
    public required string Time { get; init; }

    /// <summary>Why, in a sentence that is the same for all of its kind.</summary>
    public required string Message { get; init; }
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TsgLogLine))]
internal sealed partial class TsgJson : JsonSerializerContext;

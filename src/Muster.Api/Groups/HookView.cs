using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A hook: it holds each instance of a group until somebody says that it may go on.</summary>
public sealed record HookView
{
    /// <summary>Unique in the group.</summary>
    public required string Name { get; init; }

    /// <summary>When it holds an instance: <c>launch</c> or <c>terminate</c>.</summary>
    public required string At { get; init; }

    /// <summary>Seconds that it waits for an answer.</summary>
    public required double TimeoutS { get; init; }

    /// <summary>What silence means: <c>continue</c> or <c>abandon</c>.</summary>
    public required string OnTimeout { get; init; }

    /// <summary>Who is told that an instance waits: a URL, or <c>exec:NAME</c>. Left out where those who look are enough.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tell { get; init; }
}

using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A hook: it holds each instance of a group until somebody says that it may go on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HookInput
{
    /// <summary>Unique in the group; 1 to 64 characters of A-Z a-z 0-9 . _ -, and not <c>drain</c>. Required.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// When it holds an instance: <c>launch</c> (it is up, and not in service before it may go on) or <c>terminate</c> (it is not
    /// terminated before). Required.
    /// </summary>
    public string? At { get; init; }

    /// <summary>Seconds that it waits for an answer, 1 to 172800; 3600 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TimeoutS { get; init; }

    /// <summary>
    /// What silence means: <c>abandon</c> (when left out at launch: the instance is terminated, and counts as a failed launch) or
    /// <c>continue</c> (when left out at termination). At termination the instance ends either way.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OnTimeout { get; init; }

    /// <summary>
    /// Who is told that an instance waits, beside those who follow the group's activity: <c>none</c> (when left out), the URL of a web
    /// hook, or <c>exec:NAME</c> for a command of the server's configuration. The URL is no place for a secret: whoever may see the group
    /// sees it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tell { get; init; }
}

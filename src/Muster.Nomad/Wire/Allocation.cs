using System.Text.Json.Serialization;

namespace Muster.Nomad.Wire;

/// <summary>One run of a child on a client.</summary>
internal sealed record Allocation
{
    private const string Terminated = "Terminated";

    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public string? NodeName { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>complete</c>, <c>failed</c>, <c>lost</c>; newer versions also <c>unknown</c>.</summary>
    public required string ClientStatus { get; init; }

    public string? ClientDescription { get; init; }

    public long CreateTime { get; init; }

    public Dictionary<string, TaskState>? TaskStates { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => ClientStatus is "complete" or "failed" or "lost";

    /// <summary>
    /// How the program ended; null when it never ran or still runs. That a run is complete says nothing: a stopped one is so too.
    /// </summary>
    public int? ExitCode =>
        (TaskStates ?? []).Values
            .SelectMany(state => state.Events ?? [])
            .LastOrDefault(told => told.Type == Terminated)
            ?.Details?.TryGetValue("exit_code", out var text) is true && int.TryParse(text, out var code) ? code : null;
}

/// <summary>How the one task is.</summary>
internal sealed record TaskState
{
    public string? State { get; init; }

    public bool Failed { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public TaskEvent[]? Events { get; init; }
}

/// <summary>One thing that happened to a task.</summary>
internal sealed record TaskEvent
{
    public required string Type { get; init; }

    public string? DisplayMessage { get; init; }

    public Dictionary<string, string>? Details { get; init; }

    public long Time { get; init; }
}

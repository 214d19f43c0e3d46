using System.Text.Json;

namespace Muster.Triton.Scaling;

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

    /// <summary>Writes it as an object. By hand: a run writes one line and ends, and a serializer takes longer to be made ready.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)
            [
                ("level", Level), ("account_name", AccountName), ("tsg_name", TsgName), ("status", Status),
                ("notification_type", NotificationType), ("description", Description), ("error", Error), ("time", Time),
                ("message", Message),
            ])
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }
}

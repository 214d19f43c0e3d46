using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>A hook, or the drain, that an instance waits for, or has waited for on this side of its life.</summary>
public sealed record GateView
{
    /// <summary>The hook's name; <c>drain</c> for the drain.</summary>
    public required string Name { get; init; }

    /// <summary><c>waiting</c>, <c>continue</c> or <c>abandon</c>.</summary>
    public required string State { get; init; }

    /// <summary>Since when it holds the instance.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When its silence counts as an answer.</summary>
    public required DateTimeOffset DeadlineAt { get; init; }

    /// <summary>Whether it stands so because nobody answered in time. Left out while it waits, and where somebody did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Silent { get; init; }
}

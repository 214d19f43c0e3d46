using System.Text.Json.Serialization;

using Muster.Api.Activities;

namespace Muster.Api.Policies;

/// <summary>Why a group has so many instances at an instant.</summary>
public sealed record ExplainView
{
    /// <summary>The instant.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many there were to be then; left out where nothing that is kept says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Level { get; init; }

    /// <summary>How many were up then; left out where nothing that is kept says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Running { get; init; }

    /// <summary>Who decided on it: <c>person</c>, or a policy's name. Left out for an earlier time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Author { get; init; }

    /// <summary>Seconds that the group's instances take to come up, as measured; left out while nobody has measured it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BootS { get; init; }

    /// <summary>What the policies come to together, from what is kept of that time.</summary>
    public required string Conclusion { get; init; }

    /// <summary>What each policy says, from what is kept of that time.</summary>
    public required IReadOnlyList<PolicyView> Policies { get; init; }

    /// <summary>What was done to the group in the hour before, newest first; at most 20 entries.</summary>
    public required IReadOnlyList<ActivityView> Activities { get; init; }
}

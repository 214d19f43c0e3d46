using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How a group is, as of its last check.</summary>
public sealed record GroupStatusView
{
    /// <summary>The level that is kept now: 0 for a group that drains.</summary>
    public required int Level { get; init; }

    /// <summary>Instances that are up.</summary>
    public required int Running { get; init; }

    /// <summary>Those of them that are in service: nobody is sure that they do not work.</summary>
    public required int InService { get; init; }

    /// <summary>Those of them that do not work, as a source of health says.</summary>
    public required int Unhealthy { get; init; }

    /// <summary>On their way up: as listed, or running and not healthy yet.</summary>
    public required int Provisioning { get; init; }

    /// <summary>Launched and not listed yet.</summary>
    public required int Pending { get; init; }

    /// <summary>Stopped or failed.</summary>
    public required int Dead { get; init; }

    /// <summary>On their way out.</summary>
    public required int Terminating { get; init; }

    /// <summary>To end, and held by their drain or by hooks: they count no more.</summary>
    public int Draining { get; init; }

    /// <summary>At rest in the warm pool: they are none of those above.</summary>
    public int Warm { get; init; }

    /// <summary>On their way into the warm pool, launches that are not listed yet among them.</summary>
    public int Warming { get; init; }

    /// <summary>Those the cloud cannot tell about.</summary>
    public required int Unknown { get; init; }

    /// <summary><c>healthy</c>, <c>scaling</c>, <c>degraded</c> or <c>suspended</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>In a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>When something that stands in the way is tried again; null when nothing does.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the last check ended; null before the first.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>Why traffic does not reach its instances, in words. Left out where nothing is known against it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unreached { get; init; }

    /// <summary>
    /// Whether something was said of an instance, such as that it is on standby, that no check has taken in yet, or a group with traffic
    /// was changed since: all of the above may be of before. Left out where not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBehind { get; init; }
}

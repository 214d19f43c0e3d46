using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>What the next level check would do, and why.</summary>
public sealed record PlanView
{
    /// <summary>The level that is wanted.</summary>
    public required int Level { get; init; }

    /// <summary>What was seen.</summary>
    public required InstanceCountsView Counts { get; init; }

    /// <summary>What to do and what to leave, in the order to do it; empty when there is nothing to do.</summary>
    public required IReadOnlyList<PlannedActionView> Actions { get; init; }

    /// <summary>The whole in one sentence.</summary>
    public required string Explanation { get; init; }
}

/// <summary>A group's instances, counted.</summary>
public sealed record InstanceCountsView
{
    /// <summary>Up.</summary>
    public required int Running { get; init; }

    /// <summary>On their way up, as listed.</summary>
    public required int Provisioning { get; init; }

    /// <summary>Launched and not listed yet.</summary>
    public required int Pending { get; init; }

    /// <summary>Stopped or failed.</summary>
    public required int Dead { get; init; }

    /// <summary>On their way out.</summary>
    public required int Terminating { get; init; }

    /// <summary>To end, and held by their drain or by hooks.</summary>
    public int Draining { get; init; }

    /// <summary>At rest in the warm pool: they are none of those above.</summary>
    public int Warm { get; init; }

    /// <summary>On their way into the warm pool, launches that are not listed yet among them.</summary>
    public int Warming { get; init; }

    /// <summary>Those the cloud cannot tell about.</summary>
    public required int Unknown { get; init; }
}

/// <summary>One thing a plan wants done, or wants left alone.</summary>
public sealed record PlannedActionView
{
    /// <summary>
    /// <c>launch</c>, <c>resume</c>, <c>terminate</c>, <c>drain</c>, <c>return</c> (from draining to service), <c>start</c> (from the
    /// warm pool into service), <c>rest</c> (into the warm pool), <c>hold</c> or <c>look_again</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>How many; only for <c>launch</c>.</summary>
    public int? Count { get; init; }

    /// <summary>Whether it is for the warm pool; only for <c>launch</c>, and left out where it is for the level.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Pool { get; init; }

    /// <summary>
    /// Which instance; only for <c>terminate</c>, <c>drain</c>, <c>return</c>, <c>start</c> and <c>rest</c>.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>Which launch; only for <c>resume</c>.</summary>
    public Guid? LaunchId { get; init; }

    /// <summary>When it may change by itself; only for <c>hold</c>.</summary>
    public DateTimeOffset? RecheckAt { get; init; }
}

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Reconciling;

namespace Muster.Core.Groups;

/// <summary>What is so with one placement of a group: brakes and back-off, which one place's trouble must not carry to another.</summary>
public sealed record PlacementState
{
    /// <summary>Which placement, by name.</summary>
    public string Name { get; init; } = Placement.Only;

    /// <summary>Places filled when last all was well: while replacing is suspended, dead instances leave these empty.</summary>
    public int EstablishedLevel { get; init; }

    /// <summary>Stops launching after failures in a row.</summary>
    public LaunchBreaker Breaker { get; init; } = LaunchBreaker.Closed;

    /// <summary>The mass-failure brake: true while dead instances are replaced in batches.</summary>
    public bool MassFailure { get; init; }

    /// <summary>
    /// Failed attempts to look or to act, in a row; the exponent of the back-off. What is about one instance does not count here.
    /// </summary>
    public int FailuresInRow { get; init; }

    /// <summary>Its cloud, of a group with several: a placement of the same name on another cloud is another.</summary>
    public string? Cloud { get; init; }

    /// <summary>What the last whole look showed there, of a group with several: what cannot be seen now holds as many places.</summary>
    public InstanceCounts Counts { get; init; } = new();

    /// <summary>Since when its cloud is away, or refuses the credential; null while it answers.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Whether the last look at its cloud failed, while others of the group's clouds were seen.</summary>
    public bool IsUnseen { get; init; }

    /// <summary>When it was last known not to be available; null once a launch there has come up since.</summary>
    public DateTimeOffset? UnavailableAt { get; init; }

    /// <summary>Why it was not available then; null where that is over.</summary>
    public CloudErrorKind? UnavailableFor { get; init; }

    /// <summary>How many the last check wanted there.</summary>
    public int Wanted { get; init; }

    /// <summary>How it is, in one word.</summary>
    public GroupCondition Condition { get; init; } = GroupCondition.Scaling;

    /// <summary>In a sentence: what the last check wanted there and why, or what stands in its way.</summary>
    public string Reason { get; init; } = "not checked yet";

    /// <summary>Members that belong here and live elsewhere, since it was not available.</summary>
    public int Owed { get; init; }
}

using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Planning;

/// <summary>All that a plan depends on: the same input gives the same plan.</summary>
public sealed record PlanInput
{
    /// <summary>What the user wants.</summary>
    public required Group Group { get; init; }

    /// <summary>The engine's memory of the group: brakes and recent acts.</summary>
    public required GroupState State { get; init; }

    /// <summary>What a whole listing showed; only instances that carry this installation's and this group's tags.</summary>
    public required ImmutableArray<Instance> Owned { get; init; }

    /// <summary>Launches whose story is not over.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>Dead instances that show, to whoever has no store, that launches fail: they stay while places are empty.</summary>
    public ImmutableHashSet<InstanceId> Evidence { get; init; } = [];

    /// <summary>The one instant that all rules see.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether a launch of unknown outcome may be asked again by its id without making a second instance.</summary>
    public required bool LaunchTokens { get; init; }

    /// <summary>Whether two callers at once may have made two instances for one launch id (<see cref="Clouds.CloudTraits.LaunchTokensRace"/>).</summary>
    public bool MayHaveTwins { get; init; }

    /// <summary>
    /// How old a launch of unknown outcome may be to be asked again: an attempt made later could have an effect that no listing shows
    /// before the launch expires.
    /// </summary>
    public TimeSpan ResumeAgeMax { get; init; } = TimeSpan.MaxValue;

    /// <summary>How far a listing may lag behind the truth.</summary>
    public TimeSpan ListingLagMax { get; init; }

    /// <summary>Whether this is the second look, so that what it shows is believed.</summary>
    public bool LookedAgain { get; init; }

    /// <summary>What keeps the check from doing anything at all, in words; null for nothing. What it would have done is told.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The only instances that may be terminated, since the first look said so too; null for no such limit.</summary>
    public ImmutableHashSet<InstanceId>? MayEnd { get; init; }
}

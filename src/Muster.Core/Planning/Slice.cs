using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>The part of a group that is to live in one placement, with all that was seen there.</summary>
public sealed record Slice
{
    /// <summary>Where, and made from what.</summary>
    public required Placement Placement { get; init; }

    /// <summary>
    /// How many instances there are to be; 0 or more. Of a group with several placements the planner works it out
    /// (<see cref="PlanInput.Spread"/>).
    /// </summary>
    public int Wanted { get; init; }

    /// <summary>Why so many, in words that end a sentence; null where it goes without saying, since a person said so.</summary>
    public string? Why { get; init; }

    /// <summary>
    /// Why its cloud could not be looked at; null where it was. Then nothing is known of what it holds, and nothing is done.
    /// </summary>
    public Blindness? Blind { get; init; }

    /// <summary>What an instance costs an hour there; null where nobody knows.</summary>
    public decimal? Price { get; init; }

    /// <summary>What a whole listing showed of it; only instances that carry this installation's and this group's tags.</summary>
    public required ImmutableArray<Instance> Owned { get; init; }

    /// <summary>Launches whose story is not over.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>Dead instances that show a check without a store that launches fail: they stay while places are empty.</summary>
    public ImmutableHashSet<InstanceId> Evidence { get; init; } = [];

    /// <summary>Whether a launch of unknown outcome may be asked again by its id without making a second instance.</summary>
    public required bool LaunchTokens { get; init; }

    /// <summary>
    /// Whether two callers at once may have made two instances for one launch id (<see cref="Clouds.CloudTraits.LaunchTokensRace"/>).
    /// </summary>
    public bool MayHaveTwins { get; init; }

    /// <summary>Whether its cloud can stop instances and start them again (<see cref="Clouds.CloudTraits.Stops"/>).</summary>
    public bool Stops { get; init; }

    /// <summary>Whether it can suspend them (<see cref="Clouds.CloudTraits.Suspends"/>).</summary>
    public bool Suspends { get; init; }

    /// <summary>
    /// How many of it are to be in the warm pool; 0 or more. The planner works it out (<see cref="Groups.Group.Pool"/>).
    /// </summary>
    public int PoolWanted { get; init; }

    /// <summary>
    /// How old a launch of unknown outcome may be to be asked again: an attempt made later could have an effect that no listing shows
    /// before the launch expires.
    /// </summary>
    public TimeSpan ResumeAgeMax { get; init; } = TimeSpan.MaxValue;

    /// <summary>The only instances that may be terminated, since the first look said so too; null for no such limit.</summary>
    public ImmutableHashSet<InstanceId>? MayEnd { get; init; }

    /// <summary>Whether nothing is to be made there any more.</summary>
    internal bool IsLeft(Group group) => Placement.IsEarlier || group.Evacuations.Of(Placement.Name) is not null;

    /// <summary>How far a listing may lag behind the truth.</summary>
    public TimeSpan ListingLagMax { get; init; }
}

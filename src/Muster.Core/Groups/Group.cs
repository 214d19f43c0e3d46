using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Core.Groups;

/// <summary>Which running instance goes first when there are too many; those not running always go before.</summary>
public enum ScaleInOrder
{
    /// <summary>The one created first.</summary>
    Oldest,

    /// <summary>The one created last.</summary>
    Newest,

    /// <summary>One made from another template than the group's, then the oldest.</summary>
    OutdatedFirst,

    /// <summary>The one that is said to be least busy; one of which nobody says anything counts as busiest. Then the oldest.</summary>
    LeastBusy,
}

/// <summary>What has been switched off by hand; <see cref="None"/> is normal work.</summary>
[Flags]
public enum Suspension
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Launch nothing.</summary>
    Launch = 1,

    /// <summary>Terminate nothing.</summary>
    Terminate = 2,

    /// <summary>Leave dead instances' places empty; changes of capacity still act.</summary>
    Replace = 4,

    /// <summary>All three: only look and tell.</summary>
    All = Launch | Terminate | Replace,
}

/// <summary>Where a group is in its life.</summary>
public enum GroupPhase
{
    /// <summary>Kept at its level.</summary>
    Active,

    /// <summary>Deleted by its owner: every instance is being terminated; archived when the last is gone.</summary>
    Draining,

    /// <summary>Gone for every purpose but its history.</summary>
    Archived,
}

/// <summary>
/// A number of instances of one template, kept at its level. What the user wants; what is so is <see cref="GroupState"/>.
/// </summary>
public sealed record Group
{
    /// <summary>Shortest time between two checks that a user may ask for.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(5);

    /// <summary>Longest time between two checks that a user may ask for.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromHours(1);

    /// <summary>The talk's own: one check a minute.</summary>
    public static readonly TimeSpan IntervalDefault = TimeSpan.FromSeconds(60);

    /// <summary>Who goes first unless the user says.</summary>
    public const ScaleInOrder ScaleInDefault = ScaleInOrder.Oldest;

    /// <summary>Stable id; also the tag <c>muster.group</c> of every instance.</summary>
    public required GroupId Id { get; init; }

    /// <summary>Its owner.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Unique per account among the living; see <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What the next launch is made from; of a group with placements, the first one's. Changing it touches no running instance.
    /// </summary>
    public required TemplateId Template { get; init; }

    /// <summary>How it is spread over several placements; null for a group with a template and no list, which lives in one.</summary>
    public Layout? Layout { get; init; }

    /// <summary>
    /// Counts from 1 what the group was to be made of: each change of template or placements is a new one, and all are kept.
    /// </summary>
    public int Revision { get; init; } = 1;

    /// <summary>Placements that a person wants empty; most groups have none.</summary>
    public Evacuations Evacuations { get; init; } = Evacuations.None;

    /// <summary>How many.</summary>
    public required Capacity Capacity { get; init; }

    /// <summary>Time between level checks; from <see cref="IntervalMin"/> to <see cref="IntervalMax"/>.</summary>
    public TimeSpan Interval { get; init; } = IntervalDefault;

    /// <summary>Who goes first when there are too many.</summary>
    public ScaleInOrder ScaleIn { get; init; } = ScaleInDefault;

    /// <summary>What bounds the harm a bug can do.</summary>
    public Brakes Brakes { get; init; } = new();

    /// <summary>How it is found out whether its instances work; null where the cloud's word is enough.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>What is done about those that do not.</summary>
    public Repair Repair { get; init; } = new();

    /// <summary>How its instances leave their load balancers before they are terminated; null where they end at once.</summary>
    public Drain? Drain { get; init; }

    /// <summary>Where others have their turn in the life of each of its instances; most groups have none.</summary>
    public Hooks Hooks { get; init; } = Hooks.None;

    /// <summary>What takes its instances in and out of service; most groups have none.</summary>
    public TrafficUses Traffic { get; init; } = TrafficUses.None;

    /// <summary>
    /// How old its instances become at most, from <see cref="Members.Lifetime.Min"/> to <see cref="Members.Lifetime.Max"/>; null for as
    /// long as they last.
    /// </summary>
    public TimeSpan? LifetimeMax { get; init; }

    /// <summary>What rests beside its level, to be started before anything new is launched; null for nothing.</summary>
    public Pool? Pool { get; init; }

    /// <summary>What has been switched off by hand.</summary>
    public Suspension Suspended { get; init; }

    /// <summary>Where it is in its life.</summary>
    public GroupPhase Phase { get; init; }

    /// <summary>Counts the user's changes from 1; a change made against an older version is refused. The HTTP ETag.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a user last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was archived; null while it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>When a person last said how many there are to be; null where that was with the last change.</summary>
    public DateTimeOffset? ScaledAt { get; init; }

    /// <summary>Who that was: the name of a token; null where it was not written down.</summary>
    public string? ScaledBy { get; init; }

    /// <summary>Why, in that one's words; null where none were given.</summary>
    public string? ScaledFor { get; init; }

    /// <summary>Until when a person's word stands against every policy and schedule; null where they are free to move it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }
}

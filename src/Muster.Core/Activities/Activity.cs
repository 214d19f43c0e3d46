namespace Muster.Core.Activities;

/// <summary>What an entry of the audit trail is about.</summary>
public enum ActivityType
{
    /// <summary>An instance was launched, or a launch failed.</summary>
    Launch,

    /// <summary>An instance was terminated, or a termination failed.</summary>
    Terminate,

    /// <summary>A level check found nothing to do: the heartbeat.</summary>
    NoOp,

    /// <summary>A level check could not look or could not act as a whole.</summary>
    Error,

    /// <summary>Something is wanted but not done: a brake, a suspension, a wait.</summary>
    Hold,

    /// <summary>A user changed the group.</summary>
    Change,
}

/// <summary>How it ended.</summary>
public enum ActivityStatus
{
    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Not done, and known not to be.</summary>
    Failed,

    /// <summary>Nobody knows yet whether it happened; a later entry tells.</summary>
    Ambiguous,
}

/// <summary>One entry of a group's audit trail; never deleted.</summary>
/// <remarks>
/// Consecutive repeats (same type, status and description, of a type that repeats: no-op, error, hold) are kept as one
/// entry with a count and first and last time, so that 10,000 healthy groups cost a few writes and not 14 million rows a day.
/// </remarks>
public sealed record Activity
{
    /// <summary>Stable id.</summary>
    public required ActivityId Id { get; init; }

    /// <summary>Whose group.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Which group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>What about.</summary>
    public required ActivityType Type { get; init; }

    /// <summary>How it ended.</summary>
    public required ActivityStatus Status { get; init; }

    /// <summary>What happened and why, as a person would say it. No secrets.</summary>
    public required string Description { get; init; }

    /// <summary>Who did it: <c>muster</c>, or the name of a token.</summary>
    public string Author { get; init; } = "muster";

    /// <summary>The instance concerned, if one.</summary>
    public InstanceId? Instance { get; init; }

    /// <summary>The launch concerned, if one.</summary>
    public LaunchId? Launch { get; init; }

    /// <summary>How often in a row; 1 unless repeats melted into it.</summary>
    public int Count { get; init; } = 1;

    /// <summary>When it first happened.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it last happened.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>
    /// Set by the store: strictly increasing within an account, in the order in which entries become visible, and renewed when a
    /// repeat melts in, so that a reader who remembers the last position misses nothing. Zero before it is stored.
    /// </summary>
    public long Position { get; init; }

    /// <summary>Whether a next entry of this kind melts into this one.</summary>
    public bool Repeats(Activity next) =>
        Type is ActivityType.NoOp or ActivityType.Error or ActivityType.Hold
        && next.Type == Type && next.Status == Status && next.Description == Description && next.Group == Group;

    /// <summary>This entry with a repeat in it: it keeps its id and beginning, and a clock that went back never shortens it.</summary>
    public Activity MeltedWith(Activity next) =>
        this with { Count = Count + next.Count, LastAt = next.LastAt > LastAt ? next.LastAt : LastAt };
}

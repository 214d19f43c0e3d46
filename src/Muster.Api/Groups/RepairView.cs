namespace Muster.Api.Groups;

/// <summary>What is done about instances that run and do not work.</summary>
public sealed record RepairView
{
    /// <summary><c>replace</c>, <c>tell</c> or <c>off</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>launch-first</c> or <c>terminate-first</c>.</summary>
    public required string Order { get; init; }

    /// <summary>
    /// How many running instances there may be too few of, by Muster's own doing: a number, or a percentage of the level.
    /// </summary>
    public required string UnavailableMax { get; init; }

    /// <summary>How many there may be beyond the level meanwhile: a number, or a percentage of the level.</summary>
    public required string Surge { get; init; }

    /// <summary>What most of the group being unhealthy at once means: <c>hold</c> or <c>replace</c>.</summary>
    public required string WhenMost { get; init; }
}

namespace Muster.Core.Steering;

/// <summary>A rule that recommends how many instances a group is to have.</summary>
public sealed record Policy
{
    /// <summary>Most policies of one group: each is weighed at every round, and a person must be able to see who wants what.</summary>
    public const int PerGroupMax = 16;

    /// <summary>Unique among the group's policies; see <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it goes by.</summary>
    public required PolicyRule Rule { get; init; }

    /// <summary>How far it is followed.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>Counts its changes from 1; a change made against an older version is refused.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether what it recommends may move the group.</summary>
    public bool IsFollowed => Mode is PolicyMode.On or PolicyMode.GrowOnly;

    /// <summary>Whether rounds evaluate it: schedules are settled without one, and what is off is neither computed nor shown.</summary>
    public bool IsSteering => Mode is not PolicyMode.Off && Rule is not PolicyRule.Calendar;
}

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Nomad.Jobs;

/// <summary>A job that there must be: what it checks, and how often.</summary>
/// <remarks>Compared by value: two that are equal make the same document under the same settings.</remarks>
public sealed record WantedJob
{
    /// <summary>Which, among the installation's jobs; survives every rename.</summary>
    public required JobKey Key { get; init; }

    /// <summary>Whose.</summary>
    public required AccountId Account { get; init; }

    /// <summary>The group; null when it is a sweep's.</summary>
    public GroupId? Group { get; init; }

    /// <summary>The sweep's cloud; null when it is a group's.</summary>
    public string? Cloud { get; init; }

    /// <summary>What people call it: the group's name, or the cloud's.</summary>
    public required string Name { get; init; }

    /// <summary>Time between level checks.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The group's version; null when it is a sweep's, which stays as it is when a group changes.</summary>
    public long? Generation { get; init; }

    /// <summary>The job of one group.</summary>
    public static WantedJob Of(Group group) => new()
    {
        Key = JobKey.Of(group.Id),
        Account = group.Account,
        Group = group.Id,
        Name = group.Name,
        Interval = group.Interval,
        Generation = group.Version,
    };

    /// <summary>The job of one sweep: as often as the group in it that is checked most often.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="groups">Its living groups; at least one.</param>
    public static WantedJob Of(SweepKey sweep, IEnumerable<Group> groups) => new()
    {
        Key = JobKey.Of(sweep),
        Account = sweep.Account,
        Cloud = sweep.Cloud,
        Name = sweep.Cloud,
        Interval = groups.Min(group => group.Interval),
    };
}

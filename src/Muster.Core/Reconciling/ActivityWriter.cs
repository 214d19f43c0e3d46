using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;

namespace Muster.Core.Reconciling;

/// <summary>Collects what one check has to tell the audit trail. Not safe to share.</summary>
internal sealed class ActivityWriter(Group group, IRandomSource random, DateTimeOffset now)
{
    private readonly ImmutableArray<Activity>.Builder _activities = ImmutableArray.CreateBuilder<Activity>(0);

    /// <summary>Adds one entry.</summary>
    public void Add(
        ActivityType type, ActivityStatus status, string description, InstanceId? instance = null, LaunchId? launch = null) =>
        _activities.Add(Make(group, random, type, status, description, now, instance, launch));

    /// <summary>What was collected; the collection is empty after it.</summary>
    public ImmutableArray<Activity> Drain() => _activities.DrainToImmutable();

    /// <summary>One entry.</summary>
    public static Activity Make(
        Group group,
        IRandomSource random,
        ActivityType type,
        ActivityStatus status,
        string description,
        DateTimeOffset at,
        InstanceId? instance = null,
        LaunchId? launch = null) => new()
        {
            Id = new(random.NextId()),
            Account = group.Account,
            Group = group.Id,
            Type = type,
            Status = status,
            Description = description,
            Instance = instance,
            Launch = launch,
            FirstAt = at,
            LastAt = at,
        };
}

using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Nomad.Reconciling;

/// <summary>
/// Writes an activity for each group when an obstacle of its checks begins, and one when it ends. Used by one loop at a time.
/// </summary>
/// <remarks>
/// What was written is remembered here and not in the store. A server that takes the rounds over while an obstacle lasts writes its
/// beginning again, which melts into the entry that is there when nothing else happened to the group since; an end is written by
/// whoever wrote the beginning.
/// </remarks>
/// <param name="store">Where trails are.</param>
/// <param name="feed">Wakes those who follow them.</param>
/// <param name="limits">Bounds.</param>
/// <param name="timeProvider">The store's clock.</param>
/// <param name="random">Names activities.</param>
public sealed class ObstacleTrail(ITrailStore store, ActivityFeed feed, JobLimits limits, TimeProvider timeProvider, IRandomSource random)
{
    private readonly Dictionary<(GroupId Group, ObstacleKind Kind), DateTimeOffset> _told = [];

    /// <summary>Writes what began and what ended since the last time.</summary>
    /// <param name="groups">Every living group.</param>
    /// <param name="ofNomad">What is wrong with Nomad as a whole; then nothing is known of single jobs.</param>
    /// <param name="ofJob">What is in the way of a group's job.</param>
    /// <param name="cancellationToken">Gives up; what was not written is written the next time.</param>
    /// <exception cref="StoreException">A part was not written, and is the next time.</exception>
    public async Task WriteAsync(
        IReadOnlyCollection<CheckedGroup> groups,
        Obstacle? ofNomad,
        Func<CheckedGroup, Obstacle?> ofJob,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(groups);

        // An election of Nomad's servers takes seconds, and is no news to 10,000 groups.
        if (ofNomad is not null && timeProvider.GetUtcNow() - ofNomad.Since < limits.TroubleMin)
        {
            return;
        }

        Forget(groups);
        foreach (var account in groups.GroupBy(group => group.Account))
        {
            foreach (var news in account.SelectMany(group => News(group, ofNomad, ofJob)).Chunk(limits.ActivitiesAtOnceMax))
            {
                feed.Announce(await store.AppendAsync(account.Key, [.. news.Select(one => one.Activity)], cancellationToken));
                foreach (var one in news)
                {
                    Remember(one);
                }
            }
        }
    }

    /// <summary>Another server makes the rounds, and writes.</summary>
    public void Rest() => _told.Clear();

    private IEnumerable<NewsItem> News(CheckedGroup group, Obstacle? ofNomad, Func<CheckedGroup, Obstacle?> ofJob)
    {
        foreach (var kind in Enum.GetValues<ObstacleKind>())
        {
            var isOfNomad = kind is ObstacleKind.Unreachable or ObstacleKind.TokenRefused;
            if (ofNomad is not null && !isOfNomad)
            {
                continue;
            }

            var obstacle = isOfNomad ? ofNomad : ofJob(group);
            var since = _told.TryGetValue((group.Group, kind), out var at) ? at : (DateTimeOffset?)null;
            if (obstacle?.Kind == kind && since is null)
            {
                yield return new(group.Group, kind, obstacle.Since, Make(group, ActivityType.Error, ActivityStatus.Failed, obstacle.Text));
            }
            else if (obstacle?.Kind != kind && since is { } began)
            {
                yield return new(
                    group.Group,
                    kind,
                    Since: null,
                    Make(group, ActivityType.Change, ActivityStatus.Succeeded, EndOf(kind, timeProvider.GetUtcNow() - began)));
            }
        }
    }

    private static string EndOf(ObstacleKind kind, TimeSpan lasted)
    {
        var what = kind switch
        {
            ObstacleKind.Unreachable => "Nomad is reached again",
            ObstacleKind.TokenRefused => "Nomad takes the token again",
            ObstacleKind.NoClient => "a Nomad client runs its checks again",
            ObstacleKind.JobRefused => "Nomad takes its job again",
            ObstacleKind.NoReport => "its checks report again",
            _ => throw new System.Diagnostics.UnreachableException($"obstacle {kind}"),
        };
        return $"{what}, after {DurationText.Format(lasted)}";
    }

    private Activity Make(CheckedGroup group, ActivityType type, ActivityStatus status, string description)
    {
        var now = timeProvider.GetUtcNow();
        return new()
        {
            Id = new(random.NextId()),
            Account = group.Account,
            Group = group.Group,
            Type = type,
            Status = status,
            Description = description,
            FirstAt = now,
            LastAt = now,
        };
    }

    private void Remember(NewsItem one)
    {
        if (one.Since is { } since)
        {
            _told[(one.Group, one.Kind)] = since;
        }
        else
        {
            _told.Remove((one.Group, one.Kind));
        }
    }

    /// <summary>Groups that live no more.</summary>
    private void Forget(IReadOnlyCollection<CheckedGroup> groups)
    {
        if (_told.Count == 0)
        {
            return;
        }

        var living = groups.Select(group => group.Group).ToHashSet();
        foreach (var gone in _told.Keys.Where(key => !living.Contains(key.Group)).ToImmutableArray())
        {
            _told.Remove(gone);
        }
    }

    /// <summary>What is to be written of a group.</summary>
    /// <param name="Group">Which.</param>
    /// <param name="Kind">About what.</param>
    /// <param name="Since">When it began; null when it ended.</param>
    /// <param name="Activity">In words.</param>
    private sealed record NewsItem(GroupId Group, ObstacleKind Kind, DateTimeOffset? Since, Activity Activity);
}

using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Traffic.Keeping;

/// <summary>
/// Whether something of a group's use of a source does not work: said when it begins, when it becomes something else, and when it is over.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="parts">What all groups share.</param>
internal sealed class UseAlarm(string source, TrafficParts parts)
{
    /// <summary>
    /// How long nothing further is said of what does not work. The trail is never deleted: a text that changes with every look, or a
    /// source that comes and goes, must not fill it. An end of what was said is said at once.
    /// </summary>
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    // What the log says last of what does not work; null while all does.
    private string? _logged;

    // The same of the group's trail, which the store may have refused.
    private string? _told;
    private DateTimeOffset? _toldAt;

    /// <summary>Something does not work: written into the group's trail, unless that says so already.</summary>
    public async Task RaiseAsync(GroupRecord record, string why)
    {
        var now = parts.Now;
        var isDue = _toldAt is null || now - _toldAt >= Between;
        if (_logged is null || (isDue && why != _logged))
        {
            _logged = why;
            parts.SetDown(this, source, isDown: true);
            parts.Observer.OnAlarm(record.Group.Name, source, why);
        }

        if (isDue && why != _told
            && await TryTellAsync(record, ActivityType.Error, ActivityStatus.Failed, $"traffic source {source}: {why}"))
        {
            (_told, _toldAt) = (why, now);
        }
    }

    /// <summary>All works: written into the group's trail, too, where that says otherwise.</summary>
    public async Task EndAsync(GroupRecord record)
    {
        if (_logged is not null)
        {
            Drop();
            parts.Observer.OnAlarmOver(record.Group.Name, source);
        }

        if (_told is not null
            && await TryTellAsync(
                record, ActivityType.Change, ActivityStatus.Succeeded, $"traffic source {source} does what the group needs again"))
        {
            _told = null;
        }
    }

    /// <summary>Nobody is concerned any more.</summary>
    public void Drop()
    {
        _logged = null;
        parts.SetDown(this, source, isDown: false);
    }

    /// <summary>Writes an entry; returns false where the store did not take it, so that the next round tries again.</summary>
    private async Task<bool> TryTellAsync(GroupRecord record, ActivityType type, ActivityStatus status, string description)
    {
        var now = parts.Now;
        try
        {
            parts.Feed.Announce(await parts.Trail.AppendAsync(
                record.Group.Account,
                [
                    new()
                    {
                        Id = new(parts.Random.NextId()),
                        Account = record.Group.Account,
                        Group = record.Group.Id,
                        Type = type,
                        Status = status,
                        Description = description,
                        FirstAt = now,
                        LastAt = now,
                    },
                ],
                CancellationToken.None));
            return true;
        }
        catch (StoreException error)
        {
            parts.Observer.OnStoreFailed(record.Group.Name, error);
            return false;
        }
    }
}

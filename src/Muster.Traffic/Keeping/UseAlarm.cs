using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Traffic.Keeping;

/// <summary>Whether something of a group's use of a source does not work: said once when it begins, and once when it is over.</summary>
/// <param name="source">The source.</param>
/// <param name="parts">What all groups share.</param>
internal sealed class UseAlarm(string source, TrafficParts parts)
{
    private bool _isRaised;

    /// <summary>Something does not work: written into the group's trail, unless it was before.</summary>
    public async Task RaiseAsync(GroupRecord record, string why)
    {
        if (_isRaised)
        {
            return;
        }

        _isRaised = true;
        parts.SetDown(this, source, isDown: true);
        parts.Observer.OnAlarm(record.Group.Name, source, why);
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
                        Type = ActivityType.Error,
                        Status = ActivityStatus.Failed,
                        Description = $"traffic source {source}: {why}",
                        FirstAt = now,
                        LastAt = now,
                    },
                ],
                CancellationToken.None));
        }
        catch (StoreException error)
        {
            parts.Observer.OnStoreFailed(record.Group.Name, error);
        }
    }

    /// <summary>All works.</summary>
    public void End(GroupRecord record)
    {
        if (_isRaised)
        {
            Drop();
            parts.Observer.OnAlarmOver(record.Group.Name, source);
        }
    }

    /// <summary>Nobody is concerned any more.</summary>
    public void Drop()
    {
        _isRaised = false;
        parts.SetDown(this, source, isDown: false);
    }
}

using System.Collections.Immutable;

namespace Muster.Core.Activities;

/// <summary>Tells those who follow the audit trail that there is news in this process; the news itself is read from the store.</summary>
public sealed class ActivityFeed
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _news = NewSignal();
    private long _told;

    /// <summary>How often there was news: what a follower remembers before it reads the store.</summary>
    public long Told => Volatile.Read(ref _told);

    /// <summary>Wakes every follower, when anything was recorded at all.</summary>
    public void Announce(ImmutableArray<Activity> recorded)
    {
        if (!recorded.IsDefaultOrEmpty)
        {
            Announce();
        }
    }

    /// <summary>Wakes every follower.</summary>
    public void Announce()
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            _told++;
            signal = _news;
            _news = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>
    /// Returns once there was news after <paramref name="seen"/>, a value of <see cref="Told"/>; at once if there was already.
    /// </summary>
    public Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _told > seen ? Task.CompletedTask : _news.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

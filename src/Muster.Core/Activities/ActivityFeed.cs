using System.Collections.Immutable;

namespace Muster.Core.Activities;

/// <summary>Tells those who follow the audit trail that there is news in this process; the news itself is read from the store.</summary>
public sealed class ActivityFeed
{
    private readonly Lock gate = new();
    private TaskCompletionSource news = NewSignal();
    private long position;

    /// <summary>The newest position announced here.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Announces what was recorded; wakes every follower.</summary>
    public void Announce(ImmutableArray<Activity> recorded)
    {
        if (recorded.IsDefaultOrEmpty)
        {
            return;
        }

        TaskCompletionSource told;
        lock (gate)
        {
            position = Math.Max(position, recorded.Max(activity => activity.Position));
            told = news;
            news = NewSignal();
        }

        told.SetResult();
    }

    /// <summary>Returns once something newer than <paramref name="seen"/> was announced; at once if it was already.</summary>
    public Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return position > seen ? Task.CompletedTask : news.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

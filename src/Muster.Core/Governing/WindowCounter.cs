using Muster.Core.Clouds;

namespace Muster.Core.Governing;

/// <summary>Counts the calls that are still in a window. Not safe to share: its owner holds a lock.</summary>
internal sealed class WindowCounter(CallWindow window, TimeProvider timeProvider)
{
    // When each was made, oldest first; never more than the window takes.
    private readonly Queue<long> _calls = [];

    /// <summary>Counts one.</summary>
    public void Take() => _calls.Enqueue(timeProvider.GetTimestamp());

    /// <summary>How long until one more fits into a share of it; zero when it does. A share always has room for one.</summary>
    public TimeSpan UntilNext(double share)
    {
        while (_calls.TryPeek(out var oldest) && timeProvider.GetElapsedTime(oldest) >= window.Within)
        {
            _calls.Dequeue();
        }

        var room = Math.Max(1, (int)(window.Calls * share));
        if (_calls.Count < room)
        {
            return TimeSpan.Zero;
        }

        // The one with whose end so many are left; the oldest, unless the share has become smaller. One tick more, as for a bucket.
        var awaited = _calls.ElementAt(_calls.Count - room);
        return window.Within - timeProvider.GetElapsedTime(awaited) + TimeSpan.FromTicks(1);
    }
}

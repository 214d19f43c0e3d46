using System.Collections.Concurrent;

namespace Muster.Clouds.Ec2;

/// <summary>The instances that this process launched just now, which EC2 may not know yet elsewhere. Safe to share.</summary>
/// <param name="lagMax">How long EC2 may not know one.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RecentLaunches(TimeSpan lagMax, TimeProvider timeProvider)
{
    private const int SweepAt = 1000;

    private readonly ConcurrentDictionary<string, long> _launchedAt = new(StringComparer.Ordinal);

    /// <summary>One was launched.</summary>
    public void Add(string id)
    {
        if (_launchedAt.Count >= SweepAt)
        {
            foreach (var old in _launchedAt.Keys.Where(one => !Contains(one)))
            {
                _launchedAt.TryRemove(old, out _);
            }
        }

        _launchedAt[id] = timeProvider.GetTimestamp();
    }

    /// <summary>Whether one is so new that EC2 may not know it yet.</summary>
    public bool Contains(string id) => _launchedAt.TryGetValue(id, out var at) && timeProvider.GetElapsedTime(at) < lagMax;
}

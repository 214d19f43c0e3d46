using System.Collections.Concurrent;

namespace Muster.Clouds.Kit.Launching;

/// <summary>The instances that this process is ending, for clouds that show them as stopped meanwhile. Safe to share.</summary>
internal sealed class EndingInstances
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    /// <summary>Whether it is being ended.</summary>
    public bool Contains(string id) => _ids.ContainsKey(id);

    /// <summary>Ends one; it is shown as terminating until that is over.</summary>
    public async Task EndAsync(string id, Func<Task> end)
    {
        _ids.TryAdd(id, true);
        try
        {
            await end();
        }
        finally
        {
            _ids.TryRemove(id, out _);
        }
    }
}

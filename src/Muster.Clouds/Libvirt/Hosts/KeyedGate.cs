namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>Lets one at a time do something about one key. Safe to share.</summary>
internal sealed class KeyedGate
{
    private readonly Lock _gate = new();

    // Guarded by the gate: each key with how many are about it. Gone when nobody is.
    private readonly Dictionary<Guid, (SemaphoreSlim One, int Count)> _keys = [];

    /// <summary>Whether somebody is about the key.</summary>
    public bool Holds(Guid key)
    {
        lock (_gate)
        {
            return _keys.ContainsKey(key);
        }
    }

    /// <summary>Does it when nobody else is about the key.</summary>
    public async Task<T> RunAsync<T>(Guid key, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        SemaphoreSlim one;
        lock (_gate)
        {
            (one, var count) = _keys.TryGetValue(key, out var known) ? known : (new SemaphoreSlim(1), 0);
            _keys[key] = (one, count + 1);
        }

        try
        {
            await one.WaitAsync(cancellationToken);
            try
            {
                return await act();
            }
            finally
            {
                one.Release();
            }
        }
        finally
        {
            lock (_gate)
            {
                var count = _keys[key].Count - 1;
                if (count > 0)
                {
                    _keys[key] = (one, count);
                }
                else
                {
                    _keys.Remove(key);
                    one.Dispose();
                }
            }
        }
    }
}

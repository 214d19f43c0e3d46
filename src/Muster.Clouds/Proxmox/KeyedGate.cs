namespace Muster.Clouds.Proxmox;

/// <summary>Lets so many through at once for each key. Safe to share.</summary>
/// <param name="slots">How many.</param>
internal sealed class KeyedGate(int slots)
{
    private readonly Lock _gate = new();

    // Guarded by the gate. A semaphore is there for as long as somebody holds or waits for it.
    private readonly Dictionary<string, (SemaphoreSlim Slots, int Users)> _byKey = new(StringComparer.Ordinal);

    /// <summary>Waits for a slot.</summary>
    /// <returns>Gives it back when disposed.</returns>
    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancellationToken)
    {
        SemaphoreSlim semaphore;
        lock (_gate)
        {
            var (found, users) = _byKey.GetValueOrDefault(key);
            semaphore = found ?? new(slots);
            _byKey[key] = (semaphore, users + 1);
        }

        try
        {
            await semaphore.WaitAsync(cancellationToken);
            return new Slot(this, key);
        }
        catch
        {
            Leave(key);
            throw;
        }
    }

    private void Leave(string key)
    {
        lock (_gate)
        {
            var (semaphore, users) = _byKey[key];
            if (users == 1)
            {
                _byKey.Remove(key);
                semaphore.Dispose();
            }
            else
            {
                _byKey[key] = (semaphore, users - 1);
            }
        }
    }

    private void Release(string key)
    {
        lock (_gate)
        {
            _byKey[key].Slots.Release();
        }

        Leave(key);
    }

    private sealed class Slot(KeyedGate gate, string key) : IDisposable
    {
        private int _isGiven;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGiven, 1) == 0)
            {
                gate.Release(key);
            }
        }
    }
}

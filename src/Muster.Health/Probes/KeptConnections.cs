namespace Muster.Health.Probes;

/// <summary>How many connections are kept open between probes: each takes a descriptor, which others in the process need as well.</summary>
/// <param name="max">Most that are kept.</param>
internal sealed class KeptConnections(int max)
{
    private int _count;

    /// <summary>Takes a place for a connection; false when there is none left.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Return() => Interlocked.Decrement(ref _count);
}

using Muster.Core;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Which launches were asked for, and one at a time for each of them.</summary>
internal sealed class LaunchMemory
{
    /// <summary>Far more than are open at once; a launch that is forgotten is only found by its taken name instead of by a look.</summary>
    private const int LaunchesMax = 10_000;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly HashSet<LaunchId> _asked = [];
    private readonly Queue<LaunchId> _order = [];
    private readonly Dictionary<LaunchId, Line> _lines = [];

    /// <summary>Waits until nobody else is at this launch.</summary>
    public async Task<Turn> EnterAsync(LaunchId launch, CancellationToken cancellationToken)
    {
        Line? line;
        lock (_gate)
        {
            if (!_lines.TryGetValue(launch, out line))
            {
                line = _lines[launch] = new();
            }

            line.People++;
        }

        try
        {
            await line.Place.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(launch, line, held: false);
            throw;
        }

        return new(this, launch, line, wasAskedBefore: !Remember(launch));
    }

    private bool Remember(LaunchId launch)
    {
        lock (_gate)
        {
            if (!_asked.Add(launch))
            {
                return false;
            }

            _order.Enqueue(launch);
            if (_order.Count > LaunchesMax)
            {
                _asked.Remove(_order.Dequeue());
            }

            return true;
        }
    }

    private void Leave(LaunchId launch, Line line, bool held)
    {
        lock (_gate)
        {
            if (held)
            {
                line.Place.Release();
            }

            if (--line.People == 0)
            {
                _lines.Remove(launch);
                line.Place.Dispose();
            }
        }
    }

    /// <summary>Those who want the same launch.</summary>
    internal sealed class Line
    {
        public SemaphoreSlim Place { get; } = new(1, 1);

        public int People { get; set; }
    }

    /// <summary>The right to ask for one launch, until disposed.</summary>
    internal sealed class Turn(LaunchMemory memory, LaunchId launch, Line line, bool wasAskedBefore) : IDisposable
    {
        /// <summary>Whether this process has asked for it already, whatever came of it.</summary>
        public bool WasAskedBefore => wasAskedBefore;

        public void Dispose() => memory.Leave(launch, line, held: true);
    }
}

using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Reconciling;

/// <summary>
/// Orders to single instances that are written down all together before the first call: tells each, until something stops them, and knows
/// which were never tried. Safe to share.
/// </summary>
/// <param name="orders">Who is told what.</param>
/// <param name="cloudOf">Where an order goes.</param>
/// <param name="clouds">The clouds.</param>
/// <param name="stops">What stops the check.</param>
internal sealed class WrittenOrders<T>(ImmutableArray<T> orders, Func<T, string> cloudOf, GroupClouds clouds, CheckStops stops)
    where T : notnull
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly HashSet<T> _untried = [.. orders];
    private int _taken;
    private int _failed;

    /// <summary>How many orders the cloud took.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Whether an order was refused, or had no answer.</summary>
    public bool AnyFailed
    {
        get
        {
            lock (_gate)
            {
                return _failed > 0;
            }
        }
    }

    /// <summary>Those that were written down and never tried.</summary>
    public ImmutableArray<T> Untried
    {
        get
        {
            lock (_gate)
            {
                return [.. _untried];
            }
        }
    }

    /// <summary>Makes the calls.</summary>
    /// <param name="call">Tells one, with a right to call that it has.</param>
    /// <param name="onTaken">Hears that the cloud took it.</param>
    /// <param name="onFailed">Hears that it did not, or gave no answer.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    public Task RunAsync(
        Func<T, GovernedCloud, Task> call, Action<T> onTaken, Action<T, CloudException> onFailed, CancellationToken cancellationToken) =>
        BoundedWork.RunAsync(
            orders.Select(order => (Func<Task>)(() => CallAsync(order, call, onTaken, onFailed, cancellationToken))),
            ReconcilerOptions.TerminationsInFlightMax,
            () => !stops.IsOver);

    private async Task CallAsync(
        T order,
        Func<T, GovernedCloud, Task> call,
        Action<T> onTaken,
        Action<T, CloudException> onFailed,
        CancellationToken cancellationToken)
    {
        if (!stops.MayTerminate(cloudOf(order)) || clouds.Find(cloudOf(order)) is not { } cloud)
        {
            return;
        }

        await cloud.AcquireWriteAsync(cancellationToken);
        if (!stops.MayTerminate(cloudOf(order)))
        {
            return;
        }

        lock (_gate)
        {
            _untried.Remove(order);
        }

        try
        {
            await call(order, cloud);
        }
        catch (CloudException error)
        {
            lock (_gate)
            {
                _failed++;
            }

            onFailed(order, error);
            return;
        }

        lock (_gate)
        {
            _taken++;
        }

        onTaken(order);
    }
}

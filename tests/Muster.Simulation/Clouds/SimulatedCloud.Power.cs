using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <content>Stopping and starting, where its traits say that it can.</content>
public sealed partial class SimulatedCloud
{
    /// <summary>What it says of one that is on its way to rest: clouds differ.</summary>
    public InstanceState ShownWhileStopping { get; init; } = InstanceState.Running;

    /// <summary>What it says of one that was told to stop and rests: clouds differ.</summary>
    public InstanceState ShownAtRest
    {
        get;
        init
        {
            field = value;
            Traits = Traits with { ListsStoppedAsFailed = value is InstanceState.Failed };
        }
    } = InstanceState.Stopped;

    /// <summary>Whether it tells of one that rests whether that was ordered.</summary>
    public bool TellsOrders { get; init; }

    /// <inheritdoc/>
    public bool CanSuspend => Traits.Suspends;

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        OrderAsync(
            _weather.Stop(instance),
            () =>
            {
                var found = Own_NeedsGate(installation, instance);
                if (!Traits.Stops || (manner is StopManner.KeepingMemory && !Traits.Suspends))
                {
                    throw new CloudException(CloudErrorKind.InvalidRequest, $"{_name} cannot stop its instances so");
                }

                Stop_NeedsGate(found);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        OrderAsync(_weather.Start(instance), () => Start_NeedsGate(Own_NeedsGate(installation, instance)), cancellationToken);

    /// <summary>Stops one, or starts it, as somebody may at the cloud's console.</summary>
    /// <param name="instance">Which; what cannot be done is left.</param>
    /// <param name="isUp">Whether it is to run from now on.</param>
    public void PowerByHand(SimulatedInstance instance, bool isUp)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            if (isUp && instance.RestsAt(now))
            {
                instance.Start(now, _weather.Restart());
            }
            else if (!isUp && instance.StateAt(now) is InstanceState.Running && !instance.IsStoppingAt(now))
            {
                instance.Stop(now, TimeSpan.Zero, ShownWhileStopping);
            }

            Hint_NeedsGate(instance);
        }
    }

    private Task OrderAsync(CallFate fate, Action order, CancellationToken cancellationToken)
    {
        return fate.OutlivesCaller
            ? MakeAsync(CancellationToken.None).WaitAsync(cancellationToken)
            : MakeAsync(cancellationToken);

        async Task MakeAsync(CancellationToken cancellation)
        {
            await DelayAsync(fate.Before, cancellation);
            if (fate.Refusal is { } refusal)
            {
                throw refusal;
            }

            if (!fate.IsInert)
            {
                lock (_gate)
                {
                    order();
                }
            }

            await DelayAsync(fate.After, cancellation);
            if (fate.Loss is { } loss)
            {
                throw loss;
            }
        }
    }

    private SimulatedInstance Own_NeedsGate(InstallationId installation, InstanceId id) =>
        _byId.TryGetValue(id, out var instance) && instance.Installation == installation
        && instance.StateAt(_timeProvider.GetUtcNow()) is not (null or InstanceState.Terminating)
            ? instance
            : throw new CloudException(CloudErrorKind.NotFound, $"there is no instance '{id}'");

    private void Stop_NeedsGate(SimulatedInstance instance)
    {
        var now = _timeProvider.GetUtcNow();
        if ((instance.RestsAt(now) && !instance.IsShownRising(now)) || instance.IsStoppingAt(now))
        {
            return;
        }

        if (instance.StateAt(now) is InstanceState.Provisioning && _weather.RefusesStopOnTheWayUp())
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"{instance.Id} is not up yet");
        }

        // What does not work has nothing to bring to an end.
        var time = _weather.Stopping();
        instance.Stop(now, instance.StateAt(now) is InstanceState.Running ? time : TimeSpan.Zero, ShownWhileStopping);
        _witness?.Stopped(instance);
        Hint_NeedsGate(instance);
    }

    private void Start_NeedsGate(SimulatedInstance instance)
    {
        var now = _timeProvider.GetUtcNow();
        if (instance.IsStoppingAt(now))
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"{instance.Id} does not rest yet");
        }

        if (!instance.RestsAt(now) || instance.IsShownRising(now))
        {
            return;
        }

        // What rests holds nothing: somebody else may have taken its place.
        if (instance.Zone is { } zone && _stock.TryGetValue(zone, out var most)
            && _all.Instances.Count(one => one.Zone == zone && one.IsLiveAt(now)) >= most)
        {
            throw new CloudException(CloudErrorKind.OutOfStock, $"none is left in {zone}");
        }

        instance.Start(now, _weather.Restart());
        _witness?.Started(instance);
        Hint_NeedsGate(instance);
    }

    private Instance? ShowAt(SimulatedInstance instance, DateTimeOffset time)
    {
        if (instance.ShowAt(time) is not { IsDead: true } shown)
        {
            return instance.ShowAt(time);
        }

        var isOrdered = instance.IsStoppedOnOrderAt(time);
        return shown with { State = isOrdered ? ShownAtRest : shown.State, StoppedOnOrder = TellsOrders ? isOrdered : null };
    }
}

using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;
using Muster.Simulation.Refereeing;

namespace Muster.Simulation.Worlds;

/// <summary>One process's connection to a simulated cloud, watched by the referee.</summary>
internal class ProcessCloud(string name, SimulatedCloud cloud, Wire wire, Referee referee, Trace trace) : ICloud
{
    public CloudTraits Traits => cloud.Traits;

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isWhole = false;
        try
        {
            for (long? cursor = 0; cursor is { } from;)
            {
                wire.EnsureHome();
                referee.ReadCalled(wire.Process, name);
                InstancePage? page;
                try
                {
                    (page, cursor) = await wire.CallAsync(() => cloud.ListPageAsync(filter, from, cancellationToken));
                }
                catch (CloudException error)
                {
                    trace.Add(wire.Process, $"list {name}: {error.Kind}");
                    referee.Answered(wire.Process, name, error);
                    throw;
                }

                if (page is null)
                {
                    trace.Add(wire.Process, $"list {name}: cut short");
                    yield break;
                }

                isWhole = cursor is null;
                trace.Add(wire.Process, $"list {name}: {Words(page)}");
                yield return page;
            }
        }
        finally
        {
            if (!isWhole)
            {
                referee.LookFailed(name);
            }
        }
    }

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        wire.EnsureHome();
        trace.Add(wire.Process, $"launch {request.Name} on {name}");
        referee.LaunchCalled(wire.Process, name, request);
        try
        {
            var instance = await wire.CallAsync(() => cloud.LaunchAsync(request, cancellationToken));
            referee.LaunchAnswered(wire.Process, name, request, error: null);
            trace.Add(wire.Process, $"launch {request.Name}: {instance.Id} {instance.State}");
            return instance;
        }
        catch (CloudException error)
        {
            trace.Add(wire.Process, $"launch {request.Name}: {error.Kind}");
            referee.LaunchAnswered(wire.Process, name, request, error);
            throw;
        }
        catch (OperationCanceledException cancelled)
        {
            trace.Add(wire.Process, $"launch {request.Name}: hung up");
            referee.LaunchAnswered(wire.Process, name, request, new(CloudErrorKind.Ambiguous, "hung up", innerException: cancelled));
            throw;
        }
    }

    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        wire.EnsureHome();
        trace.Add(wire.Process, $"terminate {instance}");
        referee.TerminateCalled(wire.Process, name, instance);
        try
        {
            await wire.CallAsync(() => cloud.TerminateAsync(instance, cancellationToken));
            referee.TerminateAnswered(wire.Process, name, instance, error: null);
            trace.Add(wire.Process, $"terminate {instance}: taken");
        }
        catch (CloudException error)
        {
            trace.Add(wire.Process, $"terminate {instance}: {error.Kind}");
            referee.TerminateAnswered(wire.Process, name, instance, error);
            throw;
        }
    }

    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        wire.EnsureHome();
        referee.ReadCalled(wire.Process, name);
        return await wire.CallAsync(() => cloud.CheckAsync(template, cancellationToken));
    }

    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = cloud.Watch(installation);
        while (true)
        {
            yield return await wire.CallAsync(() => watch.NextAsync(cancellationToken));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Words(InstancePage page) =>
        $"{string.Join(' ', page.Instances.Select(instance => $"{instance.Id}:{instance.State}"))}{(page.IsLast ? " (whole)" : " ...")}";
}

/// <summary>The same to one whose instances can be stopped and started.</summary>
internal sealed class StoppingProcessCloud(string name, SimulatedCloud cloud, Wire wire, Referee referee, Trace trace)
    : ProcessCloud(name, cloud, wire, referee, trace), IStoppingCloud
{
    private readonly (string Name, SimulatedCloud Cloud, Wire Wire, Referee Referee, Trace Trace) _world =
        (name, cloud, wire, referee, trace);

    public bool CanSuspend => _world.Cloud.CanSuspend;

    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        _world.Referee.StopCalled(_world.Wire.Process, _world.Name, instance);
        return OrderAsync($"stop {instance}", () => _world.Cloud.StopAsync(installation, instance, manner, cancellationToken));
    }

    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        _world.Referee.StartCalled(_world.Wire.Process, _world.Name, instance);
        return OrderAsync($"start {instance}", () => _world.Cloud.StartAsync(installation, instance, cancellationToken));
    }

    private async Task OrderAsync(string what, Func<Task> order)
    {
        var (cloud, _, wire, referee, trace) = _world;
        wire.EnsureHome();
        trace.Add(wire.Process, what);
        try
        {
            await wire.CallAsync(order);
            trace.Add(wire.Process, $"{what}: taken");
        }
        catch (CloudException error)
        {
            trace.Add(wire.Process, $"{what}: {error.Kind}");
            referee.Answered(wire.Process, cloud, error);
            throw;
        }
    }
}

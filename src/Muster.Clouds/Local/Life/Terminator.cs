using System.Text.Json;

using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Ends instances: SIGTERM to the whole process group, SIGKILL after the grace, then off the listing.</summary>
internal sealed class Terminator(
    LocalFiles files,
    GroupEnd ends,
    InstanceIndex index,
    Census census,
    PortBook ports,
    ChangeFeed changes,
    OwnedTasks tasks,
    TimeProvider timeProvider)
{
    /// <summary>Longer than any boot stage takes.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();

    /// <summary>Takes the order to end an instance; unknown or already ordered is success.</summary>
    public async Task OrderAsync(InstanceId id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id.Value, "D", out var value))
        {
            return;
        }

        var launch = new LaunchId(value);
        if (index.Find(launch) is { Order: not null } ordered)
        {
            Ensure(ordered);
            return;
        }

        if (!Directory.Exists(files.InstanceDirectory(launch)))
        {
            return;
        }

        using var held = await LaunchLock.TakeAsync(files, launch, LockWait, cancellationToken);
        if (census.FindHeld(launch) is { Order: null } instance)
        {
            // On disk before the first signal: whatever happens to this process, the next one carries it through.
            var order = new TerminationOrder(timeProvider.GetUtcNow());
            files.WriteOrder(launch, order);
            census.Order(instance, order);
        }
    }

    /// <summary>Sees to it that the order is carried out here; while the cloud is closing, by the next one to open it.</summary>
    public void Ensure(LocalInstance instance)
    {
        lock (_gate)
        {
            if (instance.Completion is not { IsCompleted: false })
            {
                instance.Completion = tasks.TryRun(cancellationToken => CompleteAsync(instance, cancellationToken));
            }
        }
    }

    private async Task CompleteAsync(LocalInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            // An order found on disk may be met before its instance was looked at, or while its boot stage is at work.
            using (await LaunchLock.TakeAsync(files, instance.Launch, LockWait, cancellationToken))
            {
                if (census.FindHeld(instance.Launch) is { } current && !ReferenceEquals(current, instance))
                {
                    // Another Muster process has started it since, and the order is for that run, which has a task of its own.
                    return;
                }

                census.Settle_NeedsLaunchLock(instance);
            }

            var killAt = instance.Order!.OrderedAt + instance.Record.StopGrace;
            if (!await ends.AskAsync(instance, killAt, hurried: null, cancellationToken))
            {
                ends.Kill(instance);
                await ends.WaitAsync(instance, cancellationToken);
            }

            using (await LaunchLock.TakeAsync(files, instance.Launch, LockWait, cancellationToken))
            {
                Spend_NeedsLaunchLock(instance);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or TimeoutException)
        {
            // Still ordered, so the next listing or start tries again; until then the listing says why.
            instance.SetTrouble($"cannot be ended: {error.Message}");
        }
    }

    private void Spend_NeedsLaunchLock(LocalInstance instance)
    {
        if (instance is { NeverRan: false, Rests: false })
        {
            throw new InvalidOperationException($"instance {instance.Launch} is to be forgotten and may still run");
        }

        if (instance.Record.ControlGroup is { } group)
        {
            ControlGroups.Remove(group);
        }

        if (files.Spend(instance.Launch, timeProvider.GetUtcNow()))
        {
            ports.Release(instance.Record.Port, instance.Launch);
        }

        if (index.Remove(instance))
        {
            changes.Publish(instance);
        }
    }
}

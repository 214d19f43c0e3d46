using System.Text.Json;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Local.Files;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Brings instances to rest: their processes end as a terminated one's do, and everything else of them stays.</summary>
internal sealed class Stopper(
    LocalFiles files, GroupEnd ends, Census census, ChangeFeed changes, OwnedTasks tasks, Starter starter, TimeProvider timeProvider)
{
    /// <summary>Longer than any boot stage takes.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task OrderAsync(InstallationId installation, InstanceId id, StopManner manner, CancellationToken cancellationToken)
    {
        if (manner is StopManner.KeepingMemory)
        {
            throw OwnedInstance.CannotSuspend("a local cloud");
        }

        var launch = files.LaunchOf(id) ?? throw OwnedInstance.Gone(id);
        using var held = await LaunchLock.TakeAsync(files, launch, LockWait, cancellationToken);
        var instance = census.FindOwnedHeld(installation, id, launch);
        if (instance.Rests || census.IsFrozen(instance))
        {
            return;
        }

        starter.ThrowIfBarred(instance);
        var now = timeProvider.GetUtcNow();
        var order = new StopOrder(manner is StopManner.AtOnce ? now : now + instance.Record.StopGrace);
        if (instance.Stop is null || (manner is StopManner.AtOnce && instance.Stop.KillAt > now))
        {
            // On disk before the first signal: whatever happens to this process, the next one carries it through.
            census.Stop(instance, files.WriteStop(launch, order));
        }
        else
        {
            Ensure(instance);
        }
    }

    /// <summary>Sees to it that the order is carried out here; while the cloud is closing, by the next one to open it.</summary>
    public void Ensure(LocalInstance instance)
    {
        lock (_gate)
        {
            if (instance.Rest is not { IsCompleted: false })
            {
                instance.Rest = tasks.TryRun(cancellationToken => CompleteAsync(instance, cancellationToken));
            }
        }
    }

    private async Task CompleteAsync(LocalInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            using (await LaunchLock.TakeAsync(files, instance.Launch, LockWait, cancellationToken))
            {
                if (!IsCurrent_NeedsLaunchLock(instance))
                {
                    return;
                }
            }

            if (!await ends.AskAsync(instance, instance.Stop!.KillAt, instance.Hurried, cancellationToken))
            {
                using (await LaunchLock.TakeAsync(files, instance.Launch, LockWait, cancellationToken))
                {
                    if (!IsCurrent_NeedsLaunchLock(instance))
                    {
                        return;
                    }

                    // Under the lock: a further run has the same cgroup, and must not begin in between.
                    ends.Kill(instance);
                }

                await ends.WaitAsync(instance, cancellationToken);
            }

            instance.SetStopDone();
            changes.Publish(instance);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or TimeoutException)
        {
            // Still ordered, so the next listing or start tries again; until then the listing says why.
            instance.SetTrouble($"cannot be stopped: {error.Message}");
        }
    }

    /// <summary>Whether the order is for this run. An end of the instance ends every run.</summary>
    private bool IsCurrent_NeedsLaunchLock(LocalInstance instance) =>
        census.FindHeld(instance.Launch) is { Order: null } current && ReferenceEquals(current, instance);
}

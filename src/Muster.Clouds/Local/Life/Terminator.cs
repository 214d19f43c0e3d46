using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Ends instances: SIGTERM to the whole process group, SIGKILL after the grace, then off the listing.</summary>
internal sealed class Terminator(
    LocalFiles files,
    IProcessTable processes,
    InstanceIndex index,
    Census census,
    PortBook ports,
    ChangeFeed changes,
    OwnedTasks tasks,
    TimeProvider timeProvider)
{
    /// <summary>How often a group whose leader is gone is looked at: nobody tells when its last member ends.</summary>
    private static readonly TimeSpan GroupLookMin = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan GroupLookMax = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A leader that was not our child is a dead member of its group until init reaps it, within milliseconds. Only a group
    /// that stays is worth a look at every process of the machine.
    /// </summary>
    private static readonly TimeSpan GroupSearchAfter = TimeSpan.FromMilliseconds(30);

    /// <summary>How long the kernel may take to end what got SIGKILL. A process in an uninterruptible wait takes longer.</summary>
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(5);

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
                census.Settle_NeedsLaunchLock(instance);
            }

            await EndAsync(instance, cancellationToken);
            using (await LaunchLock.TakeAsync(files, instance.Launch, LockWait, cancellationToken))
            {
                Spend_NeedsLaunchLock(instance);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // Still ordered, so the next listing or start tries again; until then the listing says why.
            instance.SetTrouble($"cannot be ended: {error.Message}");
        }
    }

    private async Task EndAsync(LocalInstance instance, CancellationToken cancellationToken)
    {
        if (!SignalGroup(instance, LibC.SignalTerminate))
        {
            return;
        }

        // A stopped process could not act on the order.
        SignalGroup(instance, LibC.SignalContinue);
        var grace = instance.Record.StopGrace;
        var left = instance.Order!.OrderedAt + grace - timeProvider.GetUtcNow();
        if (await IsGoneWithinAsync(instance, left > grace ? grace : left, timeProvider, cancellationToken))
        {
            return;
        }

        SignalGroup(instance, LibC.SignalKill);
        if (instance.Record.ControlGroup is { } group)
        {
            ControlGroups.Kill(group);
        }

        await IsGoneWithinAsync(instance, KillWait, TimeProvider.System, cancellationToken);
        // Never off the listing while the leader lives. What else got SIGKILL and is still there hangs in the kernel.
        await instance.Exited.WaitAsync(cancellationToken);
    }

    /// <summary>Signals the group if there is no doubt that it is the instance's.</summary>
    /// <returns>Whether there is anybody left.</returns>
    private bool SignalGroup(LocalInstance instance, int signal)
    {
        lock (instance.Gate)
        {
            if (instance.Identity is not { } identity)
            {
                return false;
            }

            // Reaped only under this gate if it is our child; else looked at right before.
            if (instance is { Exited.IsCompleted: false, Process: { } process } && processes.Read(identity.Pid)?.Identity == identity)
            {
                return process.SignalGroup(signal);
            }

            return LibC.Exists(-identity.Pid)
                && processes.GroupBelongsTo(identity.Pid, $"{InstanceEnvironment.LaunchVariable}={instance.Launch}")
                && LibC.Signal(-identity.Pid, signal);
        }
    }

    private async Task<bool> IsGoneWithinAsync(
        LocalInstance instance, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await instance.Exited.WaitAsync(either.Token);
            var group = instance.Identity!.Value.Pid;
            for (var look = GroupLookMin;
                LibC.Exists(-group) && (look < GroupSearchAfter || processes.GroupHasLiving(group));
                look *= 2)
            {
                await Task.Delay(look < GroupLookMax ? look : GroupLookMax, TimeProvider.System, either.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Spend_NeedsLaunchLock(LocalInstance instance)
    {
        if (instance is { NeverRan: false, Exit: null })
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

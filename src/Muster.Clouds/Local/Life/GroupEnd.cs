using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;

namespace Muster.Clouds.Local.Life;

/// <summary>Ends all processes of an instance's group: SIGTERM, and SIGKILL to what is left after a while.</summary>
internal sealed class GroupEnd(IProcessTable processes, TimeProvider timeProvider)
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

    /// <summary>Nobody hurries.</summary>
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>Whether anybody is left in the group, as far as there is no doubt that it is the instance's.</summary>
    public bool IsThere(LocalInstance instance) => Signal(instance, 0);

    /// <summary>Has a process that a signal stopped go on.</summary>
    public void Continue(LocalInstance instance) => Signal(instance, LibC.SignalContinue);

    /// <summary>Asks all to end, and waits for it.</summary>
    /// <param name="instance">Whose.</param>
    /// <param name="killAt">Until when; counted anew with the whole grace at most, should the clock have been set.</param>
    /// <param name="hurried">Ends the wait at once; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether all have ended.</returns>
    public async Task<bool> AskAsync(LocalInstance instance, DateTimeOffset killAt, Task? hurried, CancellationToken cancellationToken)
    {
        if (!Signal(instance, LibC.SignalTerminate))
        {
            return true;
        }

        // A stopped process could not act on the order.
        Signal(instance, LibC.SignalContinue);
        var grace = instance.Record.StopGrace;
        var left = killAt - timeProvider.GetUtcNow();
        return await IsGoneWithinAsync(instance, left > grace ? grace : left, timeProvider, hurried ?? Never, cancellationToken);
    }

    /// <summary>Sends SIGKILL to all, also to what has left the group where the instance has a cgroup.</summary>
    public void Kill(LocalInstance instance)
    {
        Signal(instance, LibC.SignalKill);
        if (instance.Record.ControlGroup is { } group)
        {
            ControlGroups.Kill(group);
        }
    }

    /// <summary>Waits until what got SIGKILL is gone.</summary>
    public async Task WaitAsync(LocalInstance instance, CancellationToken cancellationToken)
    {
        await IsGoneWithinAsync(instance, KillWait, TimeProvider.System, Never, cancellationToken);
        // Nobody is taken for gone while the leader lives. What else got SIGKILL and is still there hangs in the kernel.
        await instance.Exited.WaitAsync(cancellationToken);
    }

    /// <summary>Signals the group if there is no doubt that it is the instance's.</summary>
    /// <returns>Whether there is anybody left.</returns>
    private bool Signal(LocalInstance instance, int signal)
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
        LocalInstance instance, TimeSpan wait, TimeProvider clock, Task hurried, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await Task.WhenAny(instance.Exited, hurried).WaitAsync(either.Token);
            if (!instance.Exited.IsCompleted)
            {
                return false;
            }

            var group = instance.Identity!.Value.Pid;
            for (var look = GroupLookMin;
                LibC.Exists(-group) && (look < GroupSearchAfter || processes.GroupHasLiving(group));
                look *= 2)
            {
                if (hurried.IsCompleted)
                {
                    return false;
                }

                await Task.Delay(look < GroupLookMax ? look : GroupLookMax, TimeProvider.System, either.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

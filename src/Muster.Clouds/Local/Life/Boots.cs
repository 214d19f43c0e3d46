using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Starts processes of instances, first runs and further ones, so many at a time.</summary>
internal sealed class Boots(
    LocalFiles files,
    IProcessTable processes,
    Census census,
    Lazy<CallerGroups> callerGroups,
    OwnedTasks tasks,
    TimeSpan timeout,
    string shell,
    RunAsUser? runAs) : IDisposable
{
    /// <summary>Starting is work for the kernel and the disk: more at once would only queue there, and hold file descriptors.</summary>
    private const int AtOnceMax = 16;

    /// <summary>What one start holds: its lock, a record or a port's promise, the log files.</summary>
    private const int DescriptorsEach = 4;

    private readonly SemaphoreSlim _turns = new(Math.Clamp(OpenFiles.Reserve / 2 / DescriptorsEach, 1, AtOnceMax));
    private readonly BootStage _stage = new(processes, shell, runAs);

    /// <summary>Does work on one launch with its lock, when its turn has come.</summary>
    /// <exception cref="TimeoutException">Somebody held the lock all the time.</exception>
    public async Task<T> InTurnAsync<T>(LaunchId launch, Func<LaunchLock, Task<T>> workAsync, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Once it has the lock it happens or does not happen as a whole; a caller who stops waiting finds out by looking.
        var working = tasks.TryRun(async _ =>
        {
            // Its turn before its lock: who waits holds no descriptor.
            await _turns.WaitAsync(cancellationToken);
            try
            {
                using var held = await LaunchLock.TakeAsync(files, launch, timeout, cancellationToken);
                return await workAsync(held);
            }
            finally
            {
                _turns.Release();
            }
        });
        ObjectDisposedException.ThrowIf(working is null, this);
        return await working.WaitAsync(cancellationToken);
    }

    /// <summary>Starts the boot stage of the run that the instance's record is the intent of.</summary>
    /// <returns>Its pid.</returns>
    /// <exception cref="IOException">It was not started; <c>HResult</c> is the error number.</exception>
    public int Start(LocalInstance instance, IReadOnlyList<string> environment, LaunchLock held) => _stage.Start(
        files.InstanceDirectory(instance.Launch), instance.Record, environment, callerGroups.Value.Shared, held);

    /// <summary>Watches a boot stage, and waits until it is through or dead.</summary>
    /// <returns>The launch's lock, which was let go meanwhile.</returns>
    public async Task<LaunchLock> WaitAsync(LocalInstance instance, int pid, LaunchLock held)
    {
        var watched = census.WatchChild(instance, pid);
        // The boot stage has its own hold on the lock: when we get it again, the stage is through, or dead.
        held.Dispose();
        var again = await LaunchLock.TakeAsync(files, instance.Launch, timeout, CancellationToken.None);
        instance.SetChild(watched);
        if (watched is null && LocalFiles.ReadBoot(files.InstanceDirectory(instance.Launch), instance.Record.Run) is null)
        {
            instance.SetExited(ExitStatus.Unknown);
        }

        return again;
    }

    /// <summary>Why a boot stage that is dead did not come through.</summary>
    public async Task<CloudException> FailureAsync(LocalInstance instance, string what)
    {
        await instance.Exited.WaitAsync(timeout, TimeProvider.System);
        return new CloudException(
            CloudErrorKind.Unavailable,
            $"{what} could not be started: its boot stage {instance.Exit} before it could write that it runs");
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}

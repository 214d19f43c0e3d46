using Microsoft.Win32.SafeHandles;

using Muster.Clouds.Local.Native;
using Muster.Core;

namespace Muster.Clouds.Local.Files;

/// <summary>The right to start or remove one launch's instance, held by one Muster process or boot stage at a time.</summary>
/// <remarks>
/// A flock(2) lock belongs to the open file, which a started boot stage inherits: it stays taken, whatever happens to the
/// process that took it, until the stage has written who it is, or is dead. So whoever gets the lock knows the truth.
/// It is let go by closing; an explicit unlock would let go for the boot stage too.
/// </remarks>
internal sealed class LaunchLock : IDisposable
{
    // Waits are for other processes, which live in real time. A boot stage takes about a millisecond.
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMilliseconds(20);

    private LaunchLock(SafeFileHandle file) => File = file;

    /// <summary>The open file, for a boot stage to inherit.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Takes the lock; null when somebody has it.</summary>
    public static LaunchLock? TryTake(LocalFiles files, LaunchId launch)
    {
        var path = files.LockPath(launch);
        while (true)
        {
            var file = LibC.OpenLockFile(path);
            if (!LibC.TryLock(file))
            {
                file.Dispose();
                return null;
            }

            if (RandomAccess.GetLength(file) == 0)
            {
                return new LaunchLock(file);
            }

            // Removed between open and lock: what we hold is no longer anybody's lock.
            file.Dispose();
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="TimeoutException">Somebody held it all the time.</exception>
    public static async Task<LaunchLock> TakeAsync(
        LocalFiles files, LaunchId launch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var retry = RetryMin; ; retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, RetryMax.Ticks)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(files, launch) is { } taken)
            {
                return taken;
            }

            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw new TimeoutException($"the lock of launch {launch} was not to be had within {timeout.TotalSeconds:0} s");
            }

            await Task.Delay(retry, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Removes the lock's file together with its launch. Whoever waits for it sees the mark and makes a new one.</summary>
    public void Remove(LocalFiles files, LaunchId launch)
    {
        RandomAccess.Write(File, "removed"u8, fileOffset: 0);
        System.IO.File.Delete(files.LockPath(launch));
    }

    public void Dispose() => File.Dispose();
}

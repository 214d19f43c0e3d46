using System.Text.Json;

using Muster.Clouds.Local.Files;
using Muster.Core;

namespace Muster.Clouds.Local.Life;

/// <summary>Removes what is kept of ended instances, in time.</summary>
/// <remarks>
/// The record of an ended instance makes its launch id spent, so it is kept for the whole retention. Its logs and files are
/// kept only while it is among the latest ended.
/// </remarks>
internal sealed class RetentionSweep(LocalFiles files, PortBook ports, TimeProvider time, TimeSpan retention, int logsKeptMax)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Nobody takes this long to write a few small files and rename them.</summary>
    private static readonly TimeSpan StagingAgeMax = TimeSpan.FromHours(1);

    private string StampPath => Path.Combine(files.Root, "swept");

    /// <summary>Sweeps now if it is due, and again and again until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (IsDue())
            {
                SweepOrLeave(cancellationToken);
            }
            // A PeriodicTimer writes a stack trace down when it is cancelled, and finding its names takes longer than a whole level check.
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sweeps once.</summary>
    public void Sweep(CancellationToken cancellationToken)
    {
        File.WriteAllText(StampPath, "");
        File.SetLastWriteTimeUtc(StampPath, time.GetUtcNow().UtcDateTime);
        var ended = new DirectoryInfo(files.Spent).EnumerateDirectories()
            .OrderByDescending(directory => directory.LastWriteTimeUtc)
            .ThenBy(directory => directory.Name, StringComparer.Ordinal)
            .ToArray();
        for (var i = 0; i < ended.Length && !cancellationToken.IsCancellationRequested; i++)
        {
            if (ended[i].LastWriteTimeUtc < (time.GetUtcNow() - retention).UtcDateTime)
            {
                Remove(ended[i]);
            }
            else if (i >= logsKeptMax)
            {
                RemoveLogs(ended[i]);
            }
        }
        RemoveOldIntents(cancellationToken);
        RemoveOldStaging();
        ports.ReleaseWhere(IsGone);
    }

    private bool IsDue() =>
        time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(StampPath) >= Interval;

    private void SweepOrLeave(CancellationToken cancellationToken)
    {
        try
        {
            Sweep(cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // Another Muster process sweeps too, or the disk is in trouble that a launch will report. The next sweep goes on.
        }
    }

    private void Remove(DirectoryInfo directory)
    {
        if (!Guid.TryParseExact(directory.Name, "D", out var value))
        {
            return;
        }
        var launch = new LaunchId(value);
        using var held = LaunchLock.TryTake(files, launch);
        if (held is not null)
        {
            RemoveHome(directory.FullName);
            directory.Delete(recursive: true);
            held.Remove(files, launch);
        }
    }

    private static void RemoveLogs(DirectoryInfo ended)
    {
        var directory = ended.FullName;
        File.Delete(LocalFiles.OutputPath(directory));
        File.Delete(LocalFiles.ErrorPath(directory));
        File.Delete(LocalFiles.UserDataPath(directory));
        RemoveHome(directory);
        DeleteDirectory(LocalFiles.WorkPath(directory));
        DeleteDirectory(LocalFiles.TemporaryPath(directory));
        // Removing changed it, and the retention counts from here.
        Directory.SetLastWriteTimeUtc(directory, ended.LastWriteTimeUtc);
    }

    /// <summary>Removes launches that never ran and that nobody repeated, and orders to end what is gone.</summary>
    private void RemoveOldIntents(CancellationToken cancellationToken)
    {
        var names = files.ReadNames();
        var old = (time.GetUtcNow() - retention).UtcDateTime;
        foreach (var launch in names.Present.Concat(names.Terminating).Distinct())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            using var held = LaunchLock.TryTake(files, launch);
            var directory = files.InstanceDirectory(launch);
            if (held is null)
            {
                continue;
            }
            if (!Directory.Exists(directory))
            {
                files.DeleteOrder(launch);
            }
            else if (Directory.GetLastWriteTimeUtc(directory) < old
                && LocalFiles.ReadBoot(directory) is null
                && LocalFiles.ReadRecord(directory) is { } record)
            {
                files.Forget(launch);
                if (record.ControlGroup is { } group)
                {
                    ControlGroups.Remove(group);
                }
                ports.Release(record.Port, launch);
                held.Remove(files, launch);
            }
        }
    }

    private void RemoveOldStaging()
    {
        var old = (TimeProvider.System.GetUtcNow() - StagingAgeMax).UtcDateTime;
        foreach (var left in new DirectoryInfo(files.Staging).EnumerateFileSystemInfos().Where(left => left.LastWriteTimeUtc < old))
        {
            if (left is DirectoryInfo directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                left.Delete();
            }
        }
    }

    private bool IsGone(LaunchId launch)
    {
        using var held = LaunchLock.TryTake(files, launch);
        return held is not null && !Directory.Exists(files.InstanceDirectory(launch));
    }

    private static void RemoveHome(string directory)
    {
        if (LocalFiles.ReadRecord(directory) is { } record)
        {
            InstanceHomes.Remove(record);
        }
    }

    private static void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}

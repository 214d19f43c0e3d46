using System.Text.Json;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Core;

namespace Muster.Clouds.Local.Life;

/// <summary>Removes what is kept of ended instances, in time.</summary>
/// <remarks>
/// The record of an ended instance makes its launch id spent, so it is kept for the whole retention. Its logs and files are
/// kept only while it is among the latest ended.
/// </remarks>
/// <param name="files">Where it is kept.</param>
/// <param name="ports">The ports that were promised.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="retention">How long records are kept.</param>
/// <param name="logsKeptMax">How many keep their logs.</param>
/// <param name="say">Gets what could not be removed.</param>
internal sealed class RetentionSweep(
    LocalFiles files, PortBook ports, TimeProvider timeProvider, TimeSpan retention, int logsKeptMax, Action<string> say)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Nobody takes this long to write a few small files and rename them.</summary>
    private static readonly TimeSpan StagingAgeMax = TimeSpan.FromHours(1);

    private readonly BoundedWarnings _warnings = new(say, timeProvider);

    private string StampPath => Path.Combine(files.Root, "swept");

    /// <summary>Sweeps now if it is due, and again and again until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (IsDue())
            {
                Try("the data directory", () => Sweep(cancellationToken));
            }

            // A PeriodicTimer writes a stack trace down when it is cancelled, and finding its names takes longer than a whole level check.
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sweeps once. What cannot be removed is told, and stays for the next one; the rest goes.</summary>
    public void Sweep(CancellationToken cancellationToken)
    {
        File.WriteAllText(StampPath, "");
        File.SetLastWriteTimeUtc(StampPath, timeProvider.GetUtcNow().UtcDateTime);
        var ended = new DirectoryInfo(files.Spent).EnumerateDirectories()
            .OrderByDescending(directory => directory.LastWriteTimeUtc)
            .ThenBy(directory => directory.Name, StringComparer.Ordinal)
            .ToArray();
        for (var i = 0; i < ended.Length && !cancellationToken.IsCancellationRequested; i++)
        {
            var directory = ended[i];
            if (directory.LastWriteTimeUtc < (timeProvider.GetUtcNow() - retention).UtcDateTime)
            {
                Try(directory.FullName, () => Remove(directory));
            }
            else if (i >= logsKeptMax)
            {
                Try(directory.FullName, () => RemoveLogs(directory));
            }
        }

        Try(files.Instances, () => RemoveOldIntents(cancellationToken));
        Try(files.Staging, RemoveOldStaging);
        Try("places of launches that came to nothing", () => RemoveLostHomes(cancellationToken));
        Try(files.Ports, () => ports.ReleaseWhere(IsGone));
    }

    private bool IsDue() =>
        timeProvider.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(StampPath) >= Interval;

    /// <summary>Does one thing of a sweep; where it fails, that is told and the others go on.</summary>
    private void Try(string what, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another Muster process sweeps too, and was faster.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            _warnings.Tell($"{what} could not be swept, and is tried again in {Interval.TotalMinutes:0} minutes: {error.Message}");
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
        var old = (timeProvider.GetUtcNow() - retention).UtcDateTime;
        foreach (var launch in names.Present.Concat(names.Terminating).Concat(names.Stopped).Distinct())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Try(files.InstanceDirectory(launch), () => RemoveOldIntent(launch, old));
        }
    }

    private void RemoveOldIntent(LaunchId launch, DateTime old)
    {
        using var held = LaunchLock.TryTake(files, launch);
        var directory = files.InstanceDirectory(launch);
        if (held is null)
        {
            return;
        }

        if (!Directory.Exists(directory))
        {
            files.DeleteOrders(launch);
        }
        else if (Directory.GetLastWriteTimeUtc(directory) < old
            && LocalFiles.ReadBoot(directory, run: null) is null
            && LocalFiles.ReadRecord(directory) is { Run: null } record)
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

    /// <summary>Removes the places, outside of the data directory, of launches that died before their record was in its place.</summary>
    private void RemoveLostHomes(CancellationToken cancellationToken)
    {
        var old = (TimeProvider.System.GetUtcNow() - StagingAgeMax).UtcDateTime;
        foreach (var launch in files.FindLostHomes(old))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Try($"the place of launch {launch}", () =>
            {
                using var held = LaunchLock.TryTake(files, launch);
                if (held is not null)
                {
                    files.RemoveLostHome(launch);
                    held.Remove(files, launch);
                }
            });
        }
    }

    private void RemoveOldStaging()
    {
        var old = (TimeProvider.System.GetUtcNow() - StagingAgeMax).UtcDateTime;
        foreach (var left in new DirectoryInfo(files.Staging).EnumerateFileSystemInfos().Where(left => left.LastWriteTimeUtc < old))
        {
            Try(left.FullName, () => Delete(left));
        }
    }

    private static void Delete(FileSystemInfo left)
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

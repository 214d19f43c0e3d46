using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Clouds.Local.Native;
using Muster.Core;
using Muster.Core.Launching;

namespace Muster.Clouds.Local.Files;

/// <summary>Where everything lies in the data directory.</summary>
/// <remarks>
/// <code>
/// instances/LAUNCH/              one listed instance: its record, then boot, exit, user-data, leaving, stdout.log, stderr.log, work/, tmp/
/// instances/LAUNCH.terminating   the order to end it
/// spent/LAUNCH/                  an ended instance: its launch id makes no second one
/// locks/LAUNCH                   held by whoever starts or removes it, and by its boot stage
/// ports/PORT                     which launch was promised the port
/// staging/                       half-written things, on their way to their place by rename
/// </code>
/// A listing needs the names in <c>instances/</c> only: whatever one Muster process does to an instance, another one sees in
/// those names. Nothing is synced to the disk: what a loss of power takes, it takes together with the processes.
/// </remarks>
internal sealed class LocalFiles
{
    private const string TerminatingSuffix = ".terminating";
    private const string RecordName = "instance.json";
    private const string BootName = "boot";
    private const string ExitName = "exit.json";

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    private readonly IRandomSource _random;
    private readonly InstanceHomes? _homes;

    /// <param name="root">The data directory of the cloud.</param>
    /// <param name="random">Names half-written things.</param>
    /// <param name="homes">Where instances of another user have their files; null for none.</param>
    public LocalFiles(string root, IRandomSource random, InstanceHomes? homes = null)
    {
        _homes = homes;
        Root = Path.GetFullPath(root);
        _random = random;
        foreach (var directory in new[] { Root, Instances, Spent, Locks, Ports, Staging })
        {
            Directory.CreateDirectory(directory, OwnerDirectory);
        }
    }

    public string Root { get; }

    public string Instances => Path.Combine(Root, "instances");

    public string Spent => Path.Combine(Root, "spent");

    public string Locks => Path.Combine(Root, "locks");

    public string Ports => Path.Combine(Root, "ports");

    public string Staging => Path.Combine(Root, "staging");

    public string InstanceDirectory(LaunchId launch) => Path.Combine(Instances, launch.ToString());

    /// <summary>
    /// Where a new instance has its files, and whose they are; null when they are beside its record and the server's own.
    /// </summary>
    public (string Home, string User)? HomeOf(LaunchId launch) => _homes is null ? null : (_homes.PathOf(launch), _homes.User.Name);

    public string SpentDirectory(LaunchId launch) => Path.Combine(Spent, launch.ToString());

    public string LockPath(LaunchId launch) => Path.Combine(Locks, launch.ToString());

    public static string OutputPath(string directory) => Path.Combine(directory, "stdout.log");

    public static string ErrorPath(string directory) => Path.Combine(directory, "stderr.log");

    public static string WorkPath(string directory) => Path.Combine(directory, "work");

    public static string TemporaryPath(string directory) => Path.Combine(directory, "tmp");

    public static string UserDataPath(string directory) => Path.Combine(directory, "user-data");

    public static string NoticePath(string directory) => Path.Combine(directory, "leaving");

    public static string BootPath(string directory) => Path.Combine(directory, BootName);

    /// <summary>Throws what a launch would meet in a directory that cannot be written.</summary>
    public void CheckWritable()
    {
        var probe = StagingPath();
        WriteBytes(probe, []);
        File.Delete(probe);
    }

    /// <summary>The names in <see cref="Instances"/>: which launches there are, and which of them are to end.</summary>
    public InstanceNames ReadNames()
    {
        var present = new HashSet<LaunchId>();
        var terminating = new HashSet<LaunchId>();
        foreach (var path in Directory.EnumerateFileSystemEntries(Instances))
        {
            var name = Path.GetFileName(path.AsSpan());
            if (name.EndsWith(TerminatingSuffix, StringComparison.Ordinal))
            {
                if (Guid.TryParseExact(name[..^TerminatingSuffix.Length], "D", out var order))
                {
                    terminating.Add(new LaunchId(order));
                }
            }
            else if (Guid.TryParseExact(name, "D", out var launch))
            {
                present.Add(new LaunchId(launch));
            }
        }

        return new InstanceNames(present, terminating);
    }

    /// <summary>Puts the directory of a new instance in its place, whole. The caller holds the launch's lock.</summary>
    public void WriteInstance(LaunchId launch, InstanceRecord record, string? userData)
    {
        var staged = StagingPath();
        try
        {
            Directory.CreateDirectory(staged, OwnerDirectory);
            if (_homes is not null)
            {
                _homes.Make(launch, userData);
            }
            else
            {
                Directory.CreateDirectory(WorkPath(staged), OwnerDirectory);
                Directory.CreateDirectory(TemporaryPath(staged), OwnerDirectory);
                if (userData is not null)
                {
                    WriteBytes(UserDataPath(staged), Encoding.UTF8.GetBytes(userData));
                }
            }

            WriteBytes(Path.Combine(staged, RecordName), JsonSerializer.SerializeToUtf8Bytes(record, LocalJson.Default.InstanceRecord));
            Directory.Move(staged, InstanceDirectory(launch));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Most likely the disk is full: then what is left of this should not fill it.
            if (Directory.Exists(staged))
            {
                Directory.Delete(staged, recursive: true);
            }

            DiscardHome(launch);
            throw;
        }
    }

    /// <summary>The record of a listed or a spent instance; null when there is none.</summary>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public static InstanceRecord? ReadRecord(string directory) =>
        ReadJson(Path.Combine(directory, RecordName), LocalJson.Default.InstanceRecord);

    /// <summary>What the boot stage wrote; null when it never came so far.</summary>
    public static BootRecord? ReadBoot(string directory) =>
        ReadBytes(BootPath(directory)) is { } content ? BootRecord.Parse(Encoding.UTF8.GetString(content)) : null;

    /// <summary>How it ended; null while nobody knows.</summary>
    public static ExitStatus? ReadExit(string directory) => ReadJson(Path.Combine(directory, ExitName), LocalJson.Default.ExitStatus);

    /// <summary>When the instance is to be taken back: the time of a file that it makes itself; null while it has made none.</summary>
    /// <remarks>Only ever looked at, never opened: what another user put there may be a link, or a pipe that nobody writes to.</remarks>
    public static DateTimeOffset? ReadNotice(string home)
    {
        var notice = new FileInfo(NoticePath(home));
        try
        {
            return notice.Exists ? new DateTimeOffset(notice.LastWriteTimeUtc) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // Some file systems keep times that no calendar has: that is no time to leave at.
            return null;
        }
    }

    public void WriteExit(string directory, ExitStatus exit) =>
        WriteAside(Path.Combine(directory, ExitName), JsonSerializer.SerializeToUtf8Bytes(exit, LocalJson.Default.ExitStatus));

    public TerminationOrder? ReadOrder(LaunchId launch)
    {
        var path = OrderPath(launch);
        // The time of a file that is gone is the year 1601.
        var orderedAt = File.GetLastWriteTimeUtc(path);
        return File.Exists(path) ? new TerminationOrder(new DateTimeOffset(orderedAt)) : null;
    }

    /// <summary>Writes an order as a file's name and time alone: on a full disk, too, an instance can be ended.</summary>
    public void WriteOrder(LaunchId launch, TerminationOrder order)
    {
        var staged = StagingPath();
        WriteBytes(staged, []);
        File.SetLastWriteTimeUtc(staged, order.OrderedAt.UtcDateTime);
        File.Move(staged, OrderPath(launch), overwrite: true);
    }

    public void DeleteOrder(LaunchId launch) => File.Delete(OrderPath(launch));

    /// <summary>Takes an ended instance off the listing. The caller holds the launch's lock.</summary>
    /// <returns>Whether it was there: false when another Muster process was faster.</returns>
    public bool Spend(LaunchId launch, DateTimeOffset now)
    {
        var directory = InstanceDirectory(launch);
        var wasThere = Directory.Exists(directory);
        if (wasThere)
        {
            // The sweep counts from here.
            Directory.SetLastWriteTimeUtc(directory, now.UtcDateTime);
            Directory.Move(directory, SpentDirectory(launch));
        }

        DeleteOrder(launch);
        return wasThere;
    }

    /// <summary>Removes the directory of a launch that never ran. The caller holds the launch's lock.</summary>
    public void Forget(LaunchId launch)
    {
        if (ReadRecord(InstanceDirectory(launch)) is { } record)
        {
            InstanceHomes.Remove(record);
        }

        // Moved first, so that a listing never sees half of it.
        var staged = StagingPath();
        Directory.Move(InstanceDirectory(launch), staged);
        Directory.Delete(staged, recursive: true);
    }

    private void DiscardHome(LaunchId launch)
    {
        try
        {
            _homes?.Discard(launch);
        }
        catch (IOException)
        {
            // Why there is no instance is worth more than this, which the sweep does again and tells of.
        }
    }

    /// <summary>The launches whose place outside was last changed before a time, and of which nothing else is known.</summary>
    public IEnumerable<LaunchId> FindLostHomes(DateTime before) =>
        (_homes?.OlderThan(before) ?? [])
            .Where(launch => !Directory.Exists(InstanceDirectory(launch)) && !Directory.Exists(SpentDirectory(launch)));

    /// <summary>Removes such a place. The caller holds the launch's lock.</summary>
    public void RemoveLostHome(LaunchId launch)
    {
        if (!Directory.Exists(InstanceDirectory(launch)) && !Directory.Exists(SpentDirectory(launch)))
        {
            _homes?.Discard(launch);
        }
    }

    private string OrderPath(LaunchId launch) => Path.Combine(Instances, launch + TerminatingSuffix);

    private string StagingPath() => Path.Combine(Staging, _random.NextId().ToString());

    /// <summary>Writes beside and renames, so that readers see all of it or nothing.</summary>
    private void WriteAside(string path, byte[] content)
    {
        var staged = StagingPath();
        try
        {
            WriteBytes(staged, content);
            File.Move(staged, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(staged);
            throw;
        }
    }

    internal static void WriteBytes(string path, byte[] content)
    {
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerFile,
            BufferSize = 0,
        });
        stream.Write(content);
    }

    private static T? ReadJson<T>(string path, JsonTypeInfo<T> type) where T : class =>
        ReadBytes(path) is { } content ? JsonSerializer.Deserialize(content, type) : null;

    private static byte[]? ReadBytes(string path)
    {
        // Most of what is asked for is not there, and an exception costs more than a look.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

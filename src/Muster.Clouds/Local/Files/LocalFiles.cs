using System.Globalization;
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
/// instances/LAUNCH/              one listed instance: its record, then boot, exit, environment, user-data, leaving, stdout.log,
///                                stderr.log, work/, tmp/; from its second run on boot-2, exit-2.json and so on
/// instances/LAUNCH.terminating   the order to end it
/// instances/LAUNCH.stopped       the order to rest
/// instances/LAUNCH.started       there for a moment, so that who watches the names looks at it again
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
    private const string StoppedSuffix = ".stopped";
    private const string StartedSuffix = ".started";
    private const string RecordName = "instance.json";
    private const string EnvironmentName = "environment";

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

    /// <summary>The launch of a listed instance; null when there is none with that id.</summary>
    public LaunchId? LaunchOf(InstanceId id) =>
        Guid.TryParseExact(id.Value, "D", out var value) && new LaunchId(value) is var launch && Directory.Exists(InstanceDirectory(launch))
            ? launch
            : null;

    public string SpentDirectory(LaunchId launch) => Path.Combine(Spent, launch.ToString());

    public string LockPath(LaunchId launch) => Path.Combine(Locks, launch.ToString());

    public static string OutputPath(string directory) => Path.Combine(directory, "stdout.log");

    public static string ErrorPath(string directory) => Path.Combine(directory, "stderr.log");

    public static string WorkPath(string directory) => Path.Combine(directory, "work");

    public static string TemporaryPath(string directory) => Path.Combine(directory, "tmp");

    public static string UserDataPath(string directory) => Path.Combine(directory, "user-data");

    public static string NoticePath(string directory) => Path.Combine(directory, "leaving");

    /// <summary>Where the boot stage of a run writes. Each run has a file of its own, so that none is taken for another.</summary>
    /// <param name="directory">The instance's.</param>
    /// <param name="run">As in its record: null for the first.</param>
    public static string BootPath(string directory, int? run) =>
        Path.Combine(directory, "boot" + Suffix(run));

    /// <summary>Throws what a launch would meet in a directory that cannot be written.</summary>
    public void CheckWritable()
    {
        var probe = StagingPath();
        WriteBytes(probe, []);
        File.Delete(probe);
    }

    /// <summary>The names in <see cref="Instances"/>: which launches there are, and which of them are to end or to rest.</summary>
    public InstanceNames ReadNames()
    {
        var present = new HashSet<LaunchId>();
        var terminating = new HashSet<LaunchId>();
        var stopped = new HashSet<LaunchId>();
        foreach (var path in Directory.EnumerateFileSystemEntries(Instances))
        {
            var name = Path.GetFileName(path.AsSpan());
            var (among, length) = name.EndsWith(TerminatingSuffix, StringComparison.Ordinal) ? (terminating, TerminatingSuffix.Length)
                : name.EndsWith(StoppedSuffix, StringComparison.Ordinal) ? (stopped, StoppedSuffix.Length)
                : (present, 0);
            if (Guid.TryParseExact(name[..^length], "D", out var launch))
            {
                among.Add(new LaunchId(launch));
            }
        }

        return new InstanceNames(present, terminating, stopped);
    }

    /// <summary>Puts the directory of a new instance in its place, whole. The caller holds the launch's lock.</summary>
    public void WriteInstance(LaunchId launch, InstanceRecord record, IEnumerable<string> environment, string? userData)
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

            WriteBytes(Path.Combine(staged, EnvironmentName), Encoding.UTF8.GetBytes(string.Join('\0', environment)));
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

    /// <summary>Takes a notice back that was given in a run that is over: the instance gives another.</summary>
    /// <remarks>Never goes into what is there: another user may have put a directory, or a link.</remarks>
    public static void ForgetNotice(string home)
    {
        try
        {
            File.Delete(NoticePath(home));
        }
        catch (UnauthorizedAccessException)
        {
            // No file: nothing that this cloud reads as a notice, or nothing that it may take away.
        }
    }

    /// <summary>Writes the intent of a further run. The caller holds the launch's lock.</summary>
    public void WriteRecord(LaunchId launch, InstanceRecord record) =>
        WriteAside(
            Path.Combine(InstanceDirectory(launch), RecordName),
            JsonSerializer.SerializeToUtf8Bytes(record, LocalJson.Default.InstanceRecord));

    /// <summary>What every run has in its environment, as <c>NAME=value</c>; null where an earlier Muster kept none.</summary>
    public static string[]? ReadEnvironment(string directory) =>
        ReadBytes(Path.Combine(directory, EnvironmentName)) is { } content ? Encoding.UTF8.GetString(content).Split('\0') : null;

    /// <summary>What the boot stage of a run wrote; null when it never came so far.</summary>
    public static BootRecord? ReadBoot(string directory, int? run) =>
        ReadBytes(BootPath(directory, run)) is { } content ? BootRecord.Parse(Encoding.UTF8.GetString(content)) : null;

    /// <summary>How a run ended; null while nobody knows.</summary>
    public static ExitStatus? ReadExit(string directory, int? run) => ReadJson(ExitPath(directory, run), LocalJson.Default.ExitStatus);

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

    public void WriteExit(string directory, int? run, ExitStatus exit) =>
        WriteAside(ExitPath(directory, run), JsonSerializer.SerializeToUtf8Bytes(exit, LocalJson.Default.ExitStatus));

    /// <summary>Removes what was written of a run that is over. The first's stays: by it an earlier Muster knows of one.</summary>
    public static void ForgetRun(string directory, int? run)
    {
        if (run is not null)
        {
            File.Delete(BootPath(directory, run));
            File.Delete(ExitPath(directory, run));
        }
    }

    public TerminationOrder? ReadOrder(LaunchId launch) =>
        ReadTime(OrderPath(launch)) is { } orderedAt ? new TerminationOrder(orderedAt) : null;

    /// <summary>Writes an order as a file's name and time alone: on a full disk, too, an instance can be ended.</summary>
    public void WriteOrder(LaunchId launch, TerminationOrder order) => WriteTime(OrderPath(launch), order.OrderedAt);

    /// <summary>Deletes what was ordered of an instance that is gone. The order to end it goes last, which has it looked for.</summary>
    public void DeleteOrders(LaunchId launch)
    {
        File.Delete(StartedPath(launch));
        File.Delete(StopPath(launch));
        File.Delete(OrderPath(launch));
    }

    public StopOrder? ReadStop(LaunchId launch) => ReadTime(StopPath(launch)) is { } killAt ? new StopOrder(killAt) : null;

    /// <summary>Writes an order to rest, in the same way. The caller holds the launch's lock.</summary>
    /// <returns>The order as it is on the disk: some file systems keep whole seconds.</returns>
    public StopOrder WriteStop(LaunchId launch, StopOrder order)
    {
        WriteTime(StopPath(launch), order.KillAt);
        return ReadStop(launch) ?? order;
    }

    /// <summary>
    /// Takes the order to rest away, if there is one; either way a name changes, by which every Muster process sees that the instance's
    /// record is a new one. The caller holds the launch's lock.
    /// </summary>
    public void EndRest(LaunchId launch)
    {
        File.WriteAllBytes(StartedPath(launch), []);
        File.Delete(StopPath(launch));
        File.Delete(StartedPath(launch));
    }

    /// <summary>Takes an ended instance off the listing. The caller holds the launch's lock.</summary>
    /// <returns>Whether it was there: false when another Muster process was faster.</returns>
    public bool Spend(LaunchId launch, DateTimeOffset now)
    {
        var directory = InstanceDirectory(launch);
        var wasThere = Directory.Exists(directory);
        if (wasThere)
        {
            // It may hold secrets, and there is no further run to need it.
            File.Delete(Path.Combine(directory, EnvironmentName));
            // The sweep counts from here.
            Directory.SetLastWriteTimeUtc(directory, now.UtcDateTime);
            Directory.Move(directory, SpentDirectory(launch));
        }

        DeleteOrders(launch);
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

    private string StartedPath(LaunchId launch) => Path.Combine(Instances, launch + StartedSuffix);

    private string StopPath(LaunchId launch) => Path.Combine(Instances, launch + StoppedSuffix);

    private static string ExitPath(string directory, int? run) => Path.Combine(directory, $"exit{Suffix(run)}.json");

    private static string Suffix(int? run) => run is { } number ? string.Create(CultureInfo.InvariantCulture, $"-{number}") : "";

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

    private static DateTimeOffset? ReadTime(string path)
    {
        // The time of a file that is gone is the year 1601.
        var time = File.GetLastWriteTimeUtc(path);
        return File.Exists(path) ? new DateTimeOffset(time) : null;
    }

    private void WriteTime(string path, DateTimeOffset time)
    {
        var staged = StagingPath();
        WriteBytes(staged, []);
        File.SetLastWriteTimeUtc(staged, time.UtcDateTime);
        File.Move(staged, path, overwrite: true);
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

using System.ComponentModel;
using System.Diagnostics;
using System.Text;

using Muster.Clouds.Local.Native;
using Muster.Core;

namespace Muster.Clouds.Local.Files;

/// <summary>
/// Where instances that run as another user have their files: outside of the data directory, which that user may not enter.
/// </summary>
/// <remarks>
/// The directory is root's and may be passed through by anybody; each instance's own in it is the user's alone. What the user may write,
/// root goes nowhere near: links put there would lead it astray. So even removing is done as the user.
/// </remarks>
internal sealed class InstanceHomes
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly TimeSpan RemovalTime = TimeSpan.FromSeconds(30);

    private readonly string _root;

    public InstanceHomes(string root, RunAsUser user)
    {
        (_root, User) = (Path.GetFullPath(root), user);
        MakePassable(_root);
        File.SetUnixFileMode(_root, Passable);
        // Looked at once more, now that all of it is there: it may be somebody else who made it a moment ago.
        if (OperatingSystem.IsLinux() && HomeDoors.Flaw(_root, user.Name) is { } flaw)
        {
            throw new IOException($"{_root} is no directory {flaw}");
        }
    }

    /// <summary>Whose they are.</summary>
    public RunAsUser User { get; }

    /// <summary>The place of a launch's instance.</summary>
    public string PathOf(LaunchId launch) => Path.Combine(_root, launch.ToString());

    /// <summary>Makes it. Nothing in it is the user's before all of it is there. What an earlier try left goes first.</summary>
    /// <remarks>The caller holds the launch's lock.</remarks>
    public void Make(LaunchId launch, string? userData)
    {
        var home = PathOf(launch);
        Discard(launch);
        Directory.CreateDirectory(home, Own);
        string[] within = [LocalFiles.WorkPath(home), LocalFiles.TemporaryPath(home)];
        foreach (var directory in within)
        {
            Directory.CreateDirectory(directory, Own);
            LibC.Give(directory, User.User, User.Group);
        }

        if (userData is not null)
        {
            LocalFiles.WriteBytes(LocalFiles.UserDataPath(home), Encoding.UTF8.GetBytes(userData));
            LibC.Give(LocalFiles.UserDataPath(home), User.User, User.Group);
        }

        LibC.Give(home, User.User, User.Group);
    }

    /// <summary>
    /// Removes what a launch that came to nothing left of its place, in whatever state. The caller holds the launch's lock.
    /// </summary>
    /// <exception cref="IOException">Something is left.</exception>
    public void Discard(LaunchId launch)
    {
        var home = PathOf(launch);
        if (!OperatingSystem.IsLinux() || LinuxCalls.OwnerOf(home) is not { } owner)
        {
            return;
        }

        if (owner.User == 0)
        {
            // Never given away, so that nobody else was ever in it.
            Directory.Delete(home, recursive: true);
        }
        else
        {
            Remove(home, User);
        }
    }

    /// <summary>The launches that have a place here which was last changed before a time.</summary>
    public IEnumerable<LaunchId> OlderThan(DateTime time) =>
        new DirectoryInfo(_root).EnumerateDirectories()
            .Where(home => home.LastWriteTimeUtc < time)
            .Select(home => Guid.TryParseExact(home.Name, "D", out var launch) ? new LaunchId(launch) : (LaunchId?)null)
            .OfType<LaunchId>();

    /// <summary>Removes an instance's files, as the user who owns them.</summary>
    /// <exception cref="IOException">Something is left.</exception>
    public static void Remove(InstanceRecord record)
    {
        if (record.Home is not { } home || !Directory.Exists(home))
        {
            return;
        }

        if (RunAsUser.Find(record.RunAs ?? "") is not { Found: { } user })
        {
            throw new IOException($"{home} cannot be removed as its user '{record.RunAs}', who is gone, or this process is not root");
        }

        Remove(home, user);
    }

    /// <summary>How files are removed as a user.</summary>
    internal static ProcessStartInfo Removal(string home, RunAsUser user)
    {
        var start = new ProcessStartInfo(user.Setpriv, [.. user.Prefix.Skip(1), "/bin/rm", "-rf", "--", home])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        // The server's holds secrets, and the user may read that of every process of theirs.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static void Remove(string home, RunAsUser user)
    {
        using (var removal = Start(Removal(home, user)))
        {
            removal.StandardInput.Close();
            // That the place itself stays, which is not the user's to remove, is as it should be.
            removal.ErrorDataReceived += (_, _) => { };
            removal.BeginErrorReadLine();
            if (!removal.WaitForExit(RemovalTime))
            {
                removal.Kill();
                throw new IOException($"{home} was not removed within {RemovalTime.TotalSeconds} s");
            }
        }

        Directory.Delete(home, recursive: false);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException($"{start.FileName} could not be started");
        }
        catch (Win32Exception error)
        {
            throw new IOException($"{start.FileName} could not be started: {error.Message}", error);
        }
    }

    /// <summary>
    /// Makes a directory and all that is missing above it, for all to pass through: the process's umask may say otherwise.
    /// </summary>
    private static void MakePassable(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } above)
        {
            MakePassable(above);
        }

        Directory.CreateDirectory(path, Passable);
        File.SetUnixFileMode(path, Passable);
    }
}

using System.Diagnostics;
using System.Text;

using Muster.Clouds.Local.Native;
using Muster.Core;

namespace Muster.Clouds.Local.Files;

/// <summary>Where instances that run as another user have their files: outside of the data directory, which that user may not enter.</summary>
/// <remarks>
/// The directory is root's and may be passed through by anybody; each instance's own in it is the user's alone. What the user may write, root goes nowhere
/// near: links put there would lead it astray. So even removing is done as the user.
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
        Directory.CreateDirectory(_root, Passable);
        File.SetUnixFileMode(_root, Passable);
    }

    /// <summary>Whose they are.</summary>
    public RunAsUser User { get; }

    /// <summary>The place of a launch's instance.</summary>
    public string PathOf(LaunchId launch) => Path.Combine(_root, launch.ToString());

    /// <summary>Makes it. Nothing in it is the user's before all of it is there.</summary>
    public void Make(LaunchId launch, string? userData)
    {
        var home = PathOf(launch);
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
        var start = new ProcessStartInfo(user.Setpriv, [.. user.Prefix.Skip(1), "/bin/rm", "-rf", "--", home])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using (var removal = Process.Start(start) ?? throw new IOException($"{user.Setpriv} could not be started"))
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
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Zones;
using Muster.Core;

namespace Muster.Clouds.Local;

/// <summary>How a local cloud is set up.</summary>
internal sealed class LocalCloudOptions
{
    /// <summary>Where instances, their logs and what is known of them are kept; made when missing, for its owner only.</summary>
    public required string Directory { get; set; }

    /// <summary>The running <c>muster</c> executable: what the image <c>muster ...</c> runs when none is on the path.</summary>
    /// <value>Null for none.</value>
    public string? SelfPath { get; set; }

    /// <summary>Where programs are looked for, by Muster and by the instances: directories with colons between.</summary>
    /// <value>The server's <c>PATH</c> unless set.</value>
    public string? SearchPath { get; set; }

    /// <summary>From SIGTERM to SIGKILL, for templates without the option <c>stop_grace</c>.</summary>
    /// <value>10 seconds unless set; zero to 1 hour.</value>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>First TCP port promised to instances.</summary>
    /// <value>20000 unless set; 1024 to 65535.</value>
    public int PortFirst { get; set; } = 20_000;

    /// <summary>Last TCP port promised to instances.</summary>
    /// <value>32767 unless set: where Linux begins to number outgoing connections (<c>ip_local_port_range</c>).</value>
    public int PortLast { get; set; } = 32_767;

    /// <summary>How long the launch id of a terminated instance stays spent, and its record is kept.</summary>
    /// <value>24 hours unless set, and no less; ten years at most.</value>
    public TimeSpan SpentRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many of the latest terminated instances keep their logs and files.</summary>
    /// <value>200 unless set; zero or more.</value>
    public int LogsKeptMax { get; set; } = 200;

    /// <summary>A cgroup v2 directory below which limited instances get theirs.</summary>
    /// <value>Null to find one.</value>
    public string? ControlGroupParent { get; set; }

    /// <summary>The zones that it pretends to have, for trials.</summary>
    /// <value>None unless set.</value>
    public ImmutableArray<string> Zones { get; set; } = [];

    /// <summary>How many living instances it pretends to have room for, for trials.</summary>
    /// <value>Any number unless set.</value>
    public Stock Stock { get; set; } = Stock.Unlimited;

    /// <summary>The user whom instances run as; the server must be root's.</summary>
    /// <value>Null for the server's own.</value>
    public string? RunAs { get; set; }

    /// <summary>Where instances of <see cref="RunAs"/> have their files.</summary>
    /// <value>Null for a directory beside the data directory.</value>
    public string? RunAsDirectory { get; set; }

    /// <summary>
    /// The data directory of this Muster, which <see cref="RunAs"/> must not be able to enter; null for <see cref="Directory"/> alone.
    /// </summary>
    internal string? DataDirectory { get; set; }

    /// <summary>Where they really are.</summary>
    internal string HomesDirectory => Path.GetFullPath(RunAsDirectory ?? DefaultRunAsDirectory);

    /// <summary>The user, once checked.</summary>
    internal RunAsUser? User { get; private set; }

    /// <summary>Watch processes by polling even where descriptors can be had; for tests.</summary>
    internal bool PollsForExits { get; set; }

    /// <summary>Descriptors from this number on are not used to watch processes.</summary>
    internal int WatchNumberMax { get; set; } = OpenFiles.Limit - OpenFiles.Reserve;

    /// <summary>Gets what an operator should know of, a line at a time.</summary>
    internal Action<string> Say { get; set; } = _ => { };

    /// <summary>What runs the boot stage; for tests.</summary>
    internal string Shell { get; set; } = "/bin/sh";

    /// <summary>Beside the data directory, by the cloud's name.</summary>
    internal string DefaultRunAsDirectory =>
        $"{Path.GetFullPath(DataDirectory ?? Directory)}-instances/{Path.GetFileName(Path.GetFullPath(Directory))}";

    /// <summary>What a refusal of the data directory itself is about.</summary>
    internal const string DataField = "data";

    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Refuses values that do not go together, and users and directories that this machine does not have so, all at once.
    /// </summary>
    /// <remarks>The range of each is <see cref="LocalDescription"/>'s.</remarks>
    /// <exception cref="InputException">At least one is wrong.</exception>
    internal void Check()
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        void Require(bool good, string field, object? value, string allowed)
        {
            if (!good)
            {
                errors.Add(new InputError(field, Convert.ToString(value, CultureInfo.InvariantCulture), allowed));
            }
        }

        Require(PortLast >= PortFirst, "port_last", PortLast, "port_first to 65535");
        foreach (var (zone, number) in Stock.ByZone.Where(one => !Zones.Contains(one.Key)))
        {
            Require(
                good: false, "stock", $"{zone}={number}",
                Zones.IsEmpty ? "a number of instances, since zones is not set" : $"zones of this cloud: {string.Join(", ", Zones)}");
        }

        if (RunAs is { } name)
        {
            (User, var allowed) = RunAsUser.Find(name);
            Require(User is not null, "run_as", name, allowed ?? "");
            if (User is not null)
            {
                CheckDoors(errors);
            }
        }
        else
        {
            Require(RunAsDirectory is null, "run_as_directory", RunAsDirectory, "not set without run_as");
        }

        InputException.ThrowIfAny(errors);
    }

    /// <summary>Refuses directories that the user could get into, or could not get through.</summary>
    private void CheckDoors(ImmutableArray<InputError>.Builder errors)
    {
        var guarded = DataDirectory ?? Directory;
        if (System.IO.Directory.Exists(guarded) && (File.GetUnixFileMode(guarded) & ~OwnerAlone) is not 0)
        {
            errors.Add(new InputError(
                DataField, guarded, $"a directory that only its owner may enter as long as there is run_as: chmod 700 {guarded}"));
        }

        var homes = HomesDirectory;
        if (homes == Path.GetFullPath(guarded) || homes.StartsWith(Path.GetFullPath(guarded) + "/", StringComparison.Ordinal))
        {
            errors.Add(new InputError("run_as_directory", homes, $"a directory outside of {guarded}, which {RunAs} may not enter"));
        }
        else if (OperatingSystem.IsLinux())
        {
            try
            {
                if (HomeDoors.Flaw(homes, RunAs!) is { } flaw)
                {
                    errors.Add(new InputError("run_as_directory", homes, $"a directory {flaw}"));
                }
            }
            catch (IOException error)
            {
                errors.Add(new InputError("run_as_directory", homes, $"a directory that Muster can look at ({error.Message})"));
            }
        }
    }
}

using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Local.Zones;
using Muster.Core;
using Muster.Core.Options;

namespace Muster.Clouds.Local;

/// <summary>What there is to say of processes of this machine.</summary>
internal static class LocalDescription
{
    private const int PortMin = 1024, PortMax = 65_535;

    /// <summary>Where everything is kept.</summary>
    public static ConfigOption<string?> Directory { get; } = Option.Text(
        "directory", "where everything is kept, mode 0700; a local file system", "`clouds/NAME` in the data directory");

    /// <summary>Where programs are looked for.</summary>
    public static ConfigOption<string?> SearchPath { get; } = Option.Text(
        "path", "where programs are looked for", "the server's `PATH`", "directories with colons between",
        emptyIsUnset: true);

    /// <summary>From SIGTERM to SIGKILL, for templates that do not say.</summary>
    public static ConfigOption<TimeSpan> StopGrace { get; } = Option.StopGrace("from SIGTERM to SIGKILL, for templates that do not say");

    /// <summary>The first port to promise.</summary>
    public static ConfigOption<int> PortFirst { get; } = Option.Number(
        "port_first", "the first TCP port to promise to instances", 20_000, PortMin, PortMax);

    /// <summary>The last port to promise; where Linux begins to number outgoing connections (<c>ip_local_port_range</c>).</summary>
    public static ConfigOption<int> PortLast { get; } = Option.Number("port_last", "the last one", 32_767, PortMin, PortMax);

    /// <summary>How long the launch id of a terminated instance stays spent, and its record is kept.</summary>
    public static ConfigOption<int> SpentRetentionHours { get; } = Option.Number(
        "spent_retention_hours", "how long what is known of an ended instance is kept, 24 to 87600, which are ten years", 24, 24, 87_600);

    /// <summary>How many ended instances keep their logs.</summary>
    public static ConfigOption<int> LogsKeptMax { get; } = Option.Number("logs_kept_max", "ended instances that keep their logs", 200, 0);

    /// <summary>Where limited instances get their cgroups.</summary>
    public static ConfigOption<string?> ControlGroupParent { get; } = Option.Text(
        "control_group_parent", "a cgroup v2 directory that is Muster's to use", "found", emptyIsUnset: true);

    /// <summary>The user whom instances run as.</summary>
    public static ConfigOption<string?> RunAs { get; } = Option.Text(
        "run_as", "the user that instances run as; see [above](#whose-it-is)", "the server's user", "a user of this machine");

    /// <summary>Where instances of that user have their files.</summary>
    public static ConfigOption<string?> RunAsDirectory { get; } = Option.Text(
        "run_as_directory", "where instances of that user have their files: outside of the data directory, and reachable for the user",
        "`DATA-instances/NAME`");

    /// <summary>The zones that it pretends to have.</summary>
    public static ConfigOption<ImmutableArray<string>> Zones { get; } = Option.Of<ImmutableArray<string>>(
        "zones", "names of zones that it [pretends to have](#zones-and-stock-for-trials), with blanks between: `\"a b c\"`", "none",
        $"names with blanks between, each once, of {EntityName.Rule}", Local.Zones.Stock.TryZones, []);

    /// <summary>How many instances it pretends to have room for.</summary>
    public static ConfigOption<Stock> Stock { get; } = Option.Of(
        "stock", "how many instances it [pretends to have room for](#zones-and-stock-for-trials): `5`, or in each zone: `\"a=2 b=0\"`",
        "any number", Local.Zones.Stock.Allowed, Local.Zones.Stock.TryParse, Local.Zones.Stock.Unlimited);

    /// <summary>From SIGTERM to SIGKILL.</summary>
    public static ConfigOption<TimeSpan?> TemplateStopGrace { get; } = Option.Of<TimeSpan?>(
        "stop_grace", "from SIGTERM to SIGKILL: `500ms`, `10s`, `2m`; up to `60m`", "what the cloud is configured with", StopGrace.Allowed,
        (string text, out TimeSpan? time) =>
        {
            var isTime = StopGrace.Parse(text, out var grace);
            time = grace;
            return isTime;
        },
        null);

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            Directory, SearchPath, StopGrace, PortFirst, PortLast, SpentRetentionHours, LogsKeptMax, ControlGroupParent, RunAs,
            RunAsDirectory, Zones, Stock,
        ],
        Fields =
        [
            new("image", "a command line"),
            new("size", "limits of memory and processors"),
            new("network", "refused: a local process has the machine's network"),
            new("firewall", "refused: nothing guards a local process"),
            new("metadata", "`MUSTER_META_...` in the environment"),
            new("user_data", "a file, named by `MUSTER_USER_DATA_FILE`"),
            new("tags", "kept beside the instance, and shown"),
        ],
        TemplateOptions = [TemplateStopGrace],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Interruptible, CloudAbility.Watch, CloudAbility.Usage,
            CloudAbility.Stop,
        ],
        Credential =
            "There is none: instances run as the server's own user, so an account that may launch can do what that user can. "
            + "With run_as they run as another user.",
        IsTheServersOwn = true,
    };
}

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Options;

namespace Muster.Clouds.Docker;

/// <summary>What there is to say of Docker.</summary>
internal static class DockerDescription
{
    /// <summary>From the image's stop signal to SIGKILL.</summary>
    public static ConfigOption<TimeSpan> StopGrace { get; } = Option.StopGrace(
        "from the image's stop signal to SIGKILL when an instance is terminated; `0s` kills at once");

    /// <summary>What runs in place of the image's command.</summary>
    public static ConfigOption<string?> Command { get; } = CommandLineOption("command");

    /// <summary>What runs in place of the image's entry point.</summary>
    public static ConfigOption<string?> Entrypoint { get; } = CommandLineOption("entrypoint");

    /// <summary>The ports to publish.</summary>
    public static ConfigOption<IReadOnlyDictionary<string, IReadOnlyList<PortBinding>>?> Publish { get; } =
        Option.Of<IReadOnlyDictionary<string, IReadOnlyList<PortBinding>>?>(
            "publish",
            "ports to publish, as `docker run --publish` takes them, with blanks between. "
            + "Without a host's port, the engine takes a free one",
            "none", PortMap.Allowed, PortMap.TryParse, null);

    /// <summary>When the image is pulled.</summary>
    public static ConfigOption<PullPolicy> Pull { get; } = Option.Choice(
        "pull",
        "`missing`, `always`, or `never`",
        ("missing", PullPolicy.Missing),
        ("always", PullPolicy.Always),
        ("never", PullPolicy.Never));

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            .. DaemonEndpoint.Options(
                "`unix:///path/to/docker.sock`, or `https://host:2376`", "`unix:///var/run/docker.sock`",
                "PEM of the authority that signed the engine's certificate"),
            HostAllowance.Describe(
                "values that [reach the host](#what-reaches-the-host) and that templates may use: "
                + "`network=host`, `network=container:NAME`, `network=NAME`; with blanks between"),
            StopGrace,
        ],
        Fields =
        [
            new("image", "an image reference: `nginx:1.27`, `registry.example/app@sha256:…`"),
            new("size", "limits of memory and processors: `256m`, `0.5cpu`, `cpu=0.5,memory=256m`"),
            new(
                "network",
                "a network's name; the first is the container's own, others are connected. `none` too, and what is allowed above. "
                + "The engine's default unless set"),
            new("firewall", "refused: Docker guards nothing but the ports that are published"),
            new("metadata", "`MUSTER_META_...` in the environment: the key in capitals, every character other than A-Z and 0-9 as `_`"),
            new("user_data", "a file, `/etc/muster/user-data`, named by `MUSTER_USER_DATA_FILE`; not shown by `docker inspect`"),
            new("tags", "labels, as they are"),
        ],
        TemplateOptions = [Command, Entrypoint, Publish, Pull],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Interruptible, CloudAbility.Watch, CloudAbility.Usage, CloudAbility.Stop,
            CloudAbility.Suspend,
        ],
        Credential =
            "The engine is called over its socket, or over TLS with a client's certificate. "
            + "A user who may call it is root on its host. A rootless engine is the only lesser privilege. "
            + "Give the server's user the group docker, or a client's certificate of an engine that verifies them.",
    };

    private static ConfigOption<string?> CommandLineOption(string name) => Option.Text(
        name, "in place of the image's; quoted as in a shell, but there is no shell", "the image's", "a command line");
}

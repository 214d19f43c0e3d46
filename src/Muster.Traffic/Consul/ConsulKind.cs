using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Consul;

/// <summary>Registers members as a service of Consul.</summary>
public sealed class ConsulKind : ITrafficKind
{
    private static readonly ConfigOption<string> Url = Option.TextOr(
        "url", "where the HTTP API of an agent is", "http://127.0.0.1:8500", "an address such as http://127.0.0.1:8500");

    private static readonly ConfigOption<bool> Catalog = Option.Choice(
        "register",
        "`agent`: the agent has the service, and makes its checks; `catalog`: Consul's catalog has it at a node of its own, and whoever "
        + "watches external services makes the checks",
        ("agent", false), ("catalog", true));

    private static readonly ConfigOption<string> Node = Option.TextOr(
        "node", "with `register = \"catalog\"`: the node that has the services", "muster", "1 to 64 characters of A-Z a-z 0-9 -");

    private static readonly ConfigOption<bool> Checks = Option.Choice(
        "checks",
        "`yes`: each member is registered with a check, by HTTP of the group's `path` where it names one, otherwise by TCP; "
        + "`no`: with none",
        ("yes", true), ("no", false));

    private static readonly ConfigOption<TimeSpan> Interval = Option.Time(
        "check_interval", "from one check of a member to the next", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1),
        TimeSpan.FromHours(1), "a time from 1s to 1h");

    private static readonly ConfigOption<TimeSpan> Settle = Option.Time(
        "settle",
        "how long those who ask Consul may go on with what they have heard, once a member is in maintenance: after that it is empty",
        TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromHours(1), "a time from 0s to 1h");

    private static readonly ConfigOption<string?> Tags = Option.Text(
        "tags", "tags of the service, with commas between them", allowed: "tags such as v1,public");

    private static readonly ConfigOption<TimeSpan> Timeout = Option.Time(
        "timeout", "how long one call may take", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
        "a time from 1s to 1m");

    /// <inheritdoc/>
    public string Name => "consul";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "A service in Consul, registered with checks, and taken out by maintenance mode.",
        Options = [Url, .. HttpAccess.Options, Catalog, Node, Checks, Interval, Settle, Tags, Timeout],
        Needs = new() { Service = true, Port = true, Path = false, HasHealth = true },
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var access = HttpAccess.Read(reader, Url);
        var node = reader.Read(Node);
        if (node.Length > 64 || !node.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            reader.Refuse(Node.Name, node, Node.Allowed);
        }

        var options = new ConsulOptions(
            reader.Read(Catalog) ? node : null, reader.Read(Checks), reader.Read(Interval), reader.Read(Settle),
            [.. (reader.Read(Tags) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
        var timeout = reader.Read(Timeout);
        reader.ThrowIfWrong();
        return new ConsulSource(new(access, "X-Consul-Token", timeout, setup.Time), options, setup.Time);
    }
}

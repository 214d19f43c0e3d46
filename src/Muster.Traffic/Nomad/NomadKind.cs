using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Nomad;

/// <summary>Members that are clients of Nomad: their nodes are drained.</summary>
public sealed class NomadKind : ITrafficKind
{
    private static readonly ConfigOption<string> Url = Option.TextOr(
        "url", "where the HTTP API of an agent is", "http://127.0.0.1:4646", "an address such as http://127.0.0.1:4646");

    private static readonly ConfigOption<string?> Meta = Option.Text(
        "meta",
        "the node's metadatum that holds the instance's id or name, as client.meta of its configuration sets it",
        "the node is found by its address", "a name such as muster_instance");

    private static readonly ConfigOption<bool> IgnoresSystem = Option.Choice(
        "system_jobs", "`drain`: allocations of system jobs leave as well; `keep`: they stay, and nobody waits for them",
        ("drain", false), ("keep", true));

    private static readonly ConfigOption<TimeSpan> Timeout = Option.Time(
        "timeout", "how long one call may take", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
        "a time from 1s to 1m");

    /// <inheritdoc/>
    public string Name => "nomad";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "Nodes of Nomad: drained before their instances end, and eligible again where an instance comes back.",
        Options = [Url, .. HttpAccess.Options, Meta, IgnoresSystem, Timeout],
        Needs = new() { HasHealth = true },
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var access = HttpAccess.Read(reader, Url);
        var (meta, ignoresSystem, timeout) = (reader.Read(Meta), reader.Read(IgnoresSystem), reader.Read(Timeout));
        reader.ThrowIfWrong();
        return new NomadSource(new(access, "X-Nomad-Token", timeout, setup.Time), meta, ignoresSystem);
    }
}

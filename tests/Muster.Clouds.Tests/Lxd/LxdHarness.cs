using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Clouds.Lxd;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>A cloud of the real daemon, and an operator at its side with <c>lxc</c>.</summary>
/// <param name="daemon">The daemon.</param>
/// <param name="kind">The kind that speaks to it: <c>lxd</c>, or <c>incus</c>, whose stand-in it is.</param>
internal sealed class LxdHarness(LxdDaemon daemon, string kind = "lxd") : CloudHarness
{
    private static readonly SystemRandomSource Ids = new();

    public override ICloud Cloud { get; } = OpenAs(kind, daemon.Socket, ("allow", "config.security.nesting"));

    public override IRandomSource Random => Ids;

    public override TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Its listings have no pages that a larger crowd could fill: four times what is in flight at once.</summary>
    public override int Crowd => 32;

    public override int CrowdInFlight => 8;

    public override Hand? Killing => KillAsync;

    public override Hand? Stopping => (instance, _) => daemon.RunAsync("stop", instance.Id.Value);

    public override Hand? Freezing => (instance, _) => daemon.RunAsync("pause", instance.Id.Value);

    public override Hand? Deleting => (instance, _) => daemon.RunAsync("delete", "--force", instance.Id.Value);

    public override Hand? Protecting =>
        (instance, _) => daemon.RunAsync("config", "set", instance.Id.Value, "security.protection.delete=true");

    public override Hand? Unprotecting =>
        (instance, _) => daemon.RunAsync("config", "unset", instance.Id.Value, "security.protection.delete");

    public override Func<CancellationToken, Task>? CuttingOff => _ => daemon.KillAsync();

    public override Func<ICloud>? OpenWithWrongCredential => () => OpenTcpAs(kind, daemon, "stranger");

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => LeftoversAsync;

    public override Template GoodTemplate() => Requests.Template(LxdDaemon.Image);

    public override Template BadImageTemplate() => Requests.Template("no-such-image");

    /// <summary>Over the socket.</summary>
    public static ICloud Open(LxdDaemon daemon, params (string Name, string Value)[] options) => Open(daemon.Socket, options);

    /// <summary>Over another socket.</summary>
    public static ICloud Open(string socket, params (string Name, string Value)[] options) => OpenAs("lxd", socket, options);

    /// <summary>Over a socket, by that kind.</summary>
    public static ICloud OpenAs(string kind, string socket, params (string Name, string Value)[] options) =>
        Opened.Now(kind, Setup(kind, [("endpoint", $"unix://{socket}"), ("stop_grace", "0s"), .. options]));

    /// <summary>Over TCP with the certificate of that name, trusting the daemon's own.</summary>
    public static ICloud OpenTcp(LxdDaemon daemon, string certificate, params (string Name, string Value)[] options) =>
        OpenTcpAs("lxd", daemon, certificate, options);

    /// <summary>The same by that kind.</summary>
    public static ICloud OpenTcpAs(
        string kind, LxdDaemon daemon, string certificate, params (string Name, string Value)[] options) => Opened.Now(kind, Setup(
        kind,
        [
            ("endpoint", daemon.TcpEndpoint), ("authority_file", Path.Combine(daemon.Home, "server.crt")),
            ("certificate_file", daemon.In($"{certificate}.crt")), ("key_file", daemon.In($"{certificate}.key")), ("stop_grace", "0s"),
            .. options,
        ]));

    public override Task ComeBackAsync(CancellationToken cancellationToken) => daemon.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await daemon.DeleteAllAsync();
    }

    private async Task KillAsync(Instance instance, CancellationToken cancellationToken)
    {
        using var state = JsonDocument.Parse(await daemon.RunAsync("query", $"/1.0/instances/{instance.Id}/state"));
        RealProcesses.Signal(state.RootElement.GetProperty("pid").GetInt32(), RealProcesses.Kill);
    }

    private async Task<ImmutableArray<string>> LeftoversAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var instances = await daemon.RunAsync("list", "--format", "csv", "--columns", "n");
        var volumes = await daemon.RunAsync("storage", "volume", "list", "default", "--format", "csv", "--columns", "tn");
        return
        [
            .. (instances + volumes)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith("image,", StringComparison.Ordinal)),
        ];
    }

    private static CloudSetup Setup(string kind, (string Name, string Value)[] options) => new()
    {
        Name = kind,
        DataDirectory = "/nowhere",
        Options = ImmutableSortedDictionary<string, string>.Empty.SetItems(
            options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        Time = TimeProvider.System,
        Random = Ids,
    };
}

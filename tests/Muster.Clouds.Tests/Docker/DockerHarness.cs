using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Docker;
using Muster.Clouds.Kit;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Docker;

/// <summary>A cloud of the real engine, and an operator at its side with <c>docker</c>.</summary>
internal sealed class DockerHarness(DockerDaemon daemon) : CloudHarness
{
    private static readonly SystemRandomSource Ids = new();

    public override ICloud Cloud { get; } = Open(daemon, certificate: null);

    public override IRandomSource Random => Ids;

    public override TimeSpan Patience => TimeSpan.FromSeconds(60);

    public override string WithoutNotice => "the cloud has no notices";

    /// <summary>Its listings have no pages that a larger crowd could fill: four times what is in flight at once.</summary>
    public override int Crowd => 32;

    public override int CrowdInFlight => 8;

    public override Hand? Killing => (instance, _) => daemon.RunAsync("kill", instance.Id.Value);

    public override Hand? Stopping => (instance, _) => daemon.RunAsync("stop", "--time", "0", instance.Id.Value);

    public override Hand? Freezing => (instance, _) => daemon.RunAsync("pause", instance.Id.Value);

    public override Hand? Deleting => (instance, _) => daemon.RunAsync("rm", "--force", instance.Id.Value);

    public override Func<CancellationToken, Task>? CuttingOff => _ => daemon.KillAsync();

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(daemon, "stranger");

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => LeftoversAsync;

    public override Template GoodTemplate() => Make(DockerDaemon.Image);

    public override Template BadImageTemplate() => Make("no-such-image:7");

    /// <summary>A template of that image, that is not pulled and has no network.</summary>
    public static Template Make(string image, params (string Name, string Value)[] options)
    {
        var template = Requests.Template(image);
        return template with
        {
            Networks = ["none"],
            Options =
                template.Options.Add("pull", "never").SetItems(options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        };
    }

    /// <summary>Over the socket, or over TCP with the certificate of that name.</summary>
    public static ICloud Open(DockerDaemon daemon, string? certificate, string grace = "0s") =>
        Open(Options(daemon, certificate).SetItem("stop_grace", grace));

    /// <summary>Over another socket.</summary>
    public static ICloud Open(string socket) =>
        Open(ImmutableSortedDictionary<string, string>.Empty.Add("endpoint", $"unix://{socket}").Add("stop_grace", "0s"));

    public override Task ComeBackAsync(CancellationToken cancellationToken) => daemon.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        if (await daemon.RunAsync("ps", "--all", "--quiet", "--no-trunc") is { Length: > 0 } left)
        {
            await daemon.RunAsync(["rm", "--force", .. left.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        }
    }

    private async Task<ImmutableArray<string>> LeftoversAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var containers = await daemon.RunAsync("ps", "--all", "--quiet", "--filter", $"label={MusterTags.Installation}={installation}");
        var volumes = await daemon.RunAsync("volume", "ls", "--quiet");
        return [.. (containers + volumes).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static ICloud Open(ImmutableSortedDictionary<string, string> options) => Opened.Now("docker", new CloudSetup
    {
        Name = "docker",
        DataDirectory = "/nowhere",
        Options = options,
        Time = TimeProvider.System,
        Random = Ids,
    });

    private static ImmutableSortedDictionary<string, string> Options(DockerDaemon daemon, string? certificate)
    {
        var options = ImmutableSortedDictionary<string, string>.Empty;
        return certificate is null
            ? options.Add("endpoint", $"unix://{daemon.Socket}")
            : options.Add("endpoint", daemon.TcpEndpoint).Add("authority_file", daemon.In("ca.crt"))
                .Add("certificate_file", daemon.In($"{certificate}.crt")).Add("key_file", daemon.In($"{certificate}.key"));
    }
}

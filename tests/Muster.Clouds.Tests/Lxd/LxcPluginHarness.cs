using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Exec;
using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>The example plugin over <c>lxc</c>, in front of the real daemon.</summary>
internal sealed class LxcPluginHarness : CloudHarness
{
    private readonly LxdHarness _operator;

    public LxcPluginHarness(LxdDaemon daemon)
    {
        _operator = new LxdHarness(daemon);
        Cloud = Opened.Now(() => ExecCloud.OpenAsync(
            new ExecCloudOptions
            {
                Command = [RepositoryRoot.File("examples/clouds/lxc")],
                Cloud = "lxc",
                Directory = daemon.In("plugin"),
                SearchPath = Environment.GetEnvironmentVariable("PATH")!,
                Environment = ImmutableSortedDictionary<string, string>.Empty
                    .Add("LXD_DIR", daemon.Home).Add("LXD_CONF", daemon.ClientHome),
            },
            TimeProvider.System,
            _ => { }, CancellationToken.None));
    }

    public override ICloud Cloud { get; }

    public override IRandomSource Random => _operator.Random;

    public override TimeSpan Patience => TimeSpan.FromSeconds(60);

    public override int Crowd => 5;

    public override Template GoodTemplate() => Requests.Template(LxdDaemon.Image);

    public override Template BadImageTemplate() => Requests.Template("no-such-image");

    public override Hand? Killing => _operator.Killing;

    public override Hand? Stopping => _operator.Stopping;

    public override Hand? Freezing => _operator.Freezing;

    public override Hand? Deleting => _operator.Deleting;

    public override Hand? Protecting => _operator.Protecting;

    public override Hand? Unprotecting => _operator.Unprotecting;

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers =>
        _operator.LookingForLeftovers;

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await _operator.DisposeAsync();
    }
}

using Muster.Clouds.Tests.Prism;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>
/// Prism before a simulated DigitalOcean, and a cloud that speaks through it; one for all tests of a class, since it starts slowly.
/// </summary>
public sealed class PrismFixture : IAsyncLifetime
{
    private DigitalOceanHarness? _harness;
    private PrismProxy? _proxy;
    private ICloud? _cloud;

    internal static string Description { get; } =
        RepositoryRoot.File("tests/Muster.Clouds.Tests/DigitalOcean/Prism/digitalocean.json");

    internal DigitalOceanHarness Harness => _harness!;

    internal Uri Url => _proxy!.Url;

    internal ICloud Cloud => _cloud!;

    public async ValueTask InitializeAsync()
    {
        _harness = await DigitalOceanHarness.StartAsync();
        _proxy = await PrismProxy.StartAsync(Description, _harness.Simulator.Url, _harness.Root);
        _cloud = Open();
    }

    /// <summary>Another connection through Prism; options given here win.</summary>
    internal ICloud Open(params (string Name, string Value)[] options) => Harness.Open([("endpoint", Url.ToString()), .. options]);

    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await _proxy!.DisposeAsync();
        await Harness.DisposeAsync();
    }
}

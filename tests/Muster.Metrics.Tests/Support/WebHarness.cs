using System.Globalization;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;

namespace Muster.Metrics.Tests.Support;

/// <summary>A harness for a source that has a server with a port.</summary>
/// <param name="open">Opens the source at a port, with that secret.</param>
/// <param name="port">Of the good server.</param>
/// <param name="secret">The good one; null for none.</param>
/// <param name="groups">What the server has.</param>
/// <param name="serving">Goes with it.</param>
internal sealed class WebHarness(
    Func<int, string?, IMetricSource> open, int port, string? secret, IReadOnlyDictionary<MetricScope, double> groups,
    params IAsyncDisposable[] serving) : MetricSourceHarness
{
    private const string WrongSecret = "wr0ng-s3cret";

    private readonly List<IAsyncDisposable> _serving = [.. serving];
    private IMetricSource? _source;

    public override IMetricSource Source => _source ??= open(port, secret);

    public override IReadOnlyDictionary<MetricScope, double> Groups => groups;

    public override MetricScope Stranger { get; } = Some.Group("stranger");

    public override string? Secret => secret is null ? null : WrongSecret;

    public override Task<IMetricSource?> OpenAsync(Misbehaviour misbehaviour)
    {
        if (misbehaviour is Misbehaviour.Refusing)
        {
            return Task.FromResult(secret is null ? null : open(port, WrongSecret));
        }

        var bad = Port.Of(misbehaviour);
        if (bad is not null)
        {
            _serving.Add(bad);
        }

        return Task.FromResult<IMetricSource?>(open(bad?.Number ?? FreePort.Find(), secret is null ? null : WrongSecret));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        foreach (var one in Enumerable.Reverse(_serving))
        {
            await one.DisposeAsync();
        }
    }

    public static string Http(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}

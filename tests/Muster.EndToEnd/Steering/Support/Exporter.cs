using System.Globalization;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering.Support;

/// <summary>A page with one figure, <c>load</c>, which a test sets: for Prometheus at /metrics, as JSON elsewhere.</summary>
internal sealed class Exporter : IAsyncDisposable
{
    private readonly HttpSite _site;

    // Swapped whole: written by the test, read by who serves.
    private volatile string _load;

    public Exporter(double load)
    {
        _load = Text(load);
        _site = new(
            (request, _) => (200, request.Url!.AbsolutePath == "/metrics"
                ? $"# TYPE load gauge\nload {_load}\n"
                : $"{{\"load\": {_load}}}"),
            "text/plain; version=0.0.4",
            Ports.Next());
    }

    /// <summary>Where it is: address and port.</summary>
    public string Host => _site.Host;

    public void Set(double load) => _load = Text(load);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

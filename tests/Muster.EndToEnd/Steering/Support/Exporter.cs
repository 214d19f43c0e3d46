using System.Globalization;
using System.Net;
using System.Text;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering.Support;

/// <summary>A page with one figure, <c>load</c>, which a test sets: for Prometheus at /metrics, as JSON elsewhere.</summary>
internal sealed class Exporter : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    // Swapped whole: written by the test, read by who serves.
    private volatile string _load;

    public Exporter(double load)
    {
        _load = Text(load);
        Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Next()}");
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where it is: address and port.</summary>
    public string Host { get; }

    public void Set(double load) => _load = Text(load);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var text = context.Request.Url!.AbsolutePath == "/metrics"
                    ? $"# TYPE load gauge\nload {_load}\n"
                    : $"{{\"load\": {_load}}}";
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes(text));
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening)
                {
                    return;
                }
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace Muster.Metrics.Tests.Support;

/// <summary>A web server that answers as a test says, and remembers what was asked.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    /// <param name="answer">Says status and body for a request and its body.</param>
    public Site(Func<HttpListenerRequest, string, (int Status, string Body)> answer)
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port.Free()}");
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    /// <summary>Answers everything with this.</summary>
    public Site(string body, int status = 200)
        : this((_, _) => (status, body))
    {
    }

    public string Url { get; }

    /// <summary>Path and query of each request, as they were sent.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>The header of each request.</summary>
    public ConcurrentQueue<WebHeaderCollection> Headers { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(Func<HttpListenerRequest, string, (int Status, string Body)> answer)
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var asked = await reader.ReadToEndAsync();
                Asked.Enqueue(context.Request.RawUrl!);
                Headers.Enqueue((WebHeaderCollection)context.Request.Headers);
                var (status, body) = answer(context.Request, asked);
                context.Response.StatusCode = status;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
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

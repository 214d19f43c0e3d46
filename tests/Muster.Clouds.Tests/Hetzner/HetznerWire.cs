using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>A server of HTTP that writes down what it is asked, and answers with what it is given.</summary>
internal sealed class HetznerWire : IAsyncDisposable
{
    private const int AttemptsMax = 5;

    private readonly HttpListener _listener;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-hetzner-wire-");
    private readonly Task _serving;

    private HetznerWire(HttpListener listener, int port, Func<string, string> answer)
    {
        _listener = listener;
        var token = Path.Combine(_directory.FullName, "token");
        File.WriteAllText(token, new string('t', 64));
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Cloud = Opened.Now("hetzner", new CloudSetup
        {
            Name = "falkenstein",
            DataDirectory = _directory.FullName,
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("endpoint", $"http://127.0.0.1:{port}/v1").Add("token_file", token),
            Say = Said.Add,
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        });
        _serving = ServeAsync(answer);
    }

    /// <summary>What was asked: method, path with query, and body.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the cloud has said.</summary>
    public List<string> Said { get; } = [];

    public ICloud Cloud { get; }

    /// <param name="answer">The body to answer a request with; by default one server that was made.</param>
    public static Task<HetznerWire> StartAsync(Func<string, string>? answer = null)
    {
        var (listener, port) = Listen();
        return Task.FromResult(new HetznerWire(
            listener, port, answer ?? (_ =>
                """{"server":{"id":42,"name":"a","status":"initializing","labels":{}},"action":{"id":1,"status":"running"}}""")));
    }

    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        _listener.Stop();
        await _serving;
        _directory.Delete(recursive: true);
    }

    private static (HttpListener Listener, int Port) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Daemons.FreePort.Find();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (attempt < AttemptsMax)
            {
                // Another test has taken the port since.
                listener.Close();
            }
        }
    }

    private async Task ServeAsync(Func<string, string> answer)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (
                error is HttpListenerException or ObjectDisposedException or SocketException or InvalidOperationException)
            {
                // Stopped, in the middle of a wait or just before one: the test is over.
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var asked = $"{context.Request.HttpMethod} {context.Request.RawUrl} {await reader.ReadToEndAsync()}".TrimEnd();
            Requests.Add(asked);
            var bytes = Encoding.UTF8.GetBytes(answer(asked));
            context.Response.ContentType = "application/json";
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
    }
}

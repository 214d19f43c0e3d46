using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Muster.Testing;

/// <summary>A web server on the loopback address that answers, one request after the other, as a test says.</summary>
internal sealed class HttpSite : IAsyncDisposable
{
    private const int AttemptsMax = 5;

    private readonly Func<HttpListenerRequest, string, (int Status, string Body)> _answer;
    private readonly string _contentType;
    private readonly HttpListener _listener;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private ExceptionDispatchInfo? _failure;

    /// <param name="answer">Says status and body for a request and its body.</param>
    /// <param name="contentType">What every answer is said to be.</param>
    /// <param name="port">Where it listens; any free one unless said.</param>
    public HttpSite(
        Func<HttpListenerRequest, string, (int Status, string Body)> answer, string contentType = "application/json", int? port = null)
    {
        (_answer, _contentType) = (answer, contentType);
        (_listener, Host) = Listen(port);
        _serving = ServeAsync();
    }

    /// <summary>Address and port.</summary>
    public string Host { get; }

    /// <summary>Without a slash at the end.</summary>
    public string Url => $"http://{Host}";

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        _listener.Close();
        await _serving;
        _failure?.Throw();
    }

    private static (HttpListener Listener, string Host) Listen(int? port)
    {
        for (var attempt = 1; ; attempt++)
        {
            var host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port ?? FreePort.Find()}");
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://{host}/");
            try
            {
                listener.Start();
                return (listener, host);
            }
            catch (HttpListenerException) when (attempt < AttemptsMax && port is null)
            {
                // Another test has taken the port since.
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (await NextAsync() is { } context)
        {
            try
            {
                await AnswerAsync(context);
            }
            catch (Exception error) when (IsOver(error))
            {
                // The client has gone in the middle, or the test has ended: who waits for this answer sees that by itself.
                context.Response.Abort();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var (status, body) = AnswerOf(context.Request, await reader.ReadToEndAsync());
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = status;
        context.Response.ContentType = _contentType;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }

    /// <summary>What the test says. Where it fails instead, the client gets a 500, and the test its failure when the site ends.</summary>
    private (int Status, string Body) AnswerOf(HttpListenerRequest request, string body)
    {
        try
        {
            return _answer(request, body);
        }
        catch (Exception error)
        {
            _failure ??= ExceptionDispatchInfo.Capture(error);
            return (500, "the test's own answer failed");
        }
    }

    /// <summary>The next request; null when the site is closed.</summary>
    /// <remarks>
    /// A listener that is closed just when it is asked for the next request may never answer: nobody waits for it alone.
    /// </remarks>
    private async Task<HttpListenerContext?> NextAsync()
    {
        if (_stopped.Task.IsCompleted)
        {
            return null;
        }

        try
        {
            var next = _listener.GetContextAsync();
            if (await Task.WhenAny(next, _stopped.Task) == next)
            {
                return await next;
            }

            _ = next.ContinueWith(
                static closed => _ = closed.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            return null;
        }
        catch (Exception error) when (IsOver(error) && _stopped.Task.IsCompleted)
        {
            return null;
        }
    }

    private static bool IsOver(Exception error) =>
        error is HttpListenerException or ObjectDisposedException or SocketException or InvalidOperationException or IOException;
}

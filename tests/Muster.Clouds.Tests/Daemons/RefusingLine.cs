using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>A socket before a daemon's own that answers certain requests itself, and passes all others on.</summary>
internal sealed class RefusingLine : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-line-");
    private readonly HttpMessageInvoker _daemon;
    private readonly WebApplication _app;

    private RefusingLine(string daemon, Func<string, Task<(HttpStatusCode Status, string Body)?>> refuse)
    {
        _daemon = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket));
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (await refuse($"{context.Request.Method} {context.Request.Path}") is { } answer)
            {
                context.Response.StatusCode = (int)answer.Status;
                await context.Response.WriteAsync(answer.Body);
                return;
            }

            await PassAsync(context);
        });
    }

    /// <summary>Where it listens.</summary>
    public string Socket => Path.Combine(_directory.FullName, "socket");

    /// <param name="daemon">The socket behind it.</param>
    /// <param name="refuse">What it answers to a method and a path; null where the daemon is to answer.</param>
    public static async Task<RefusingLine> OpenAsync(string daemon, Func<string, Task<(HttpStatusCode Status, string Body)?>> refuse)
    {
        var line = new RefusingLine(daemon, refuse);
        await line._app.StartAsync();
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _daemon.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task PassAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), $"http://daemon{context.Request.Path}{context.Request.QueryString}");
        if (context.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await _daemon.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

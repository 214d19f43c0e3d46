using Google.Protobuf;

using Microsoft.AspNetCore.Http;

using Muster.Terraform.Logs;

namespace Muster.Terraform.Rpc;

/// <summary>The methods that can be called, by path, and the protocol around them: gRPC as plugins speak it.</summary>
/// <remarks>
/// Written out, since Terraform starts the provider several times a command, and the usual server finds its methods by reflection: that was
/// a good third of a start (docs/decisions/0133-a-start-of-the-provider.md). A call's deadline is the caller's affair: who gives up resets
/// the stream, and that cancels the call.
/// </remarks>
/// <param name="log">Told of what goes wrong.</param>
internal sealed class RpcMethods(PluginLog log)
{
    /// <summary>Largest message taken; far above any configuration, and Terraform itself takes more.</summary>
    private const int MessageBytesMax = 256 * 1024 * 1024;

    private const string ContentType = "application/grpc";

    private readonly Dictionary<string, Func<HttpContext, Task>> _methods = new(StringComparer.Ordinal);

    /// <summary>The paths of all methods.</summary>
    public IReadOnlyCollection<string> Paths => _methods.Keys;

    /// <summary>Adds a method that takes one message and answers with one.</summary>
    public void Add<TRequest, TResponse>(string path, MessageParser<TRequest> parser, Func<TRequest, Task<TResponse>> method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _methods.Add(path, async context =>
        {
            var request = await MessageFrames.ReadOneAsync(context.Request.BodyReader, parser, MessageBytesMax, context.RequestAborted);
            var response = await method(request);
            MessageFrames.Write(context.Response.BodyWriter, response);
        });

    /// <summary>Adds a method whose answer is a stream that stays empty. What the caller sends is not read.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="untilOver">Returns when the stream is over; cancelled when the caller is gone.</param>
    public void AddSilent(string path, Func<CancellationToken, Task> untilOver) => _methods.Add(path, async context =>
    {
        // Whoever opened it waits for the headers.
        await context.Response.StartAsync(context.RequestAborted);
        await untilOver(context.RequestAborted);
    });

    /// <summary>Answers one request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) is not true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        context.Response.ContentType = ContentType;
        var (status, message) = await CallAsync(context);
        context.Response.AppendTrailer("grpc-status", status.ToString("D"));
        if (message is not null)
        {
            // The protocol's escapes for what is not plain ASCII; a plain space may be escaped too.
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        }
    }

    private async Task<(RpcStatus Status, string? Message)> CallAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!_methods.TryGetValue(path, out var method))
        {
            return (RpcStatus.Unimplemented, $"no method {path}");
        }

        try
        {
            await method(context);
            return (RpcStatus.Ok, null);
        }
        catch (RpcException error)
        {
            log.Write(PluginLogLevel.Error, "a call cannot be answered", ("method", path), ("error", error.Message));
            return (error.Status, error.Message);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            log.Write(PluginLogLevel.Error, "a call failed", ("method", path), ("error", error.ToString()));
            return (RpcStatus.Unknown, error.Message);
        }
    }
}

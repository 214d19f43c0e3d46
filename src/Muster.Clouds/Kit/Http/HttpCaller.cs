using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>
/// Calls a service over HTTP, at the pace of the operation, and knows of
/// each failure whether the call can have happened. Never repeats one.
/// </summary>
/// <param name="handler">Sends; disposed with this.</param>
/// <param name="service">What is called.</param>
/// <param name="timeProvider">The clock of time-outs.</param>
internal sealed class HttpCaller(HttpMessageHandler handler, HttpService service, TimeProvider timeProvider) : IDisposable
{
    /// <summary>The most of an answer that is read: a listing of tens of thousands has half of it.</summary>
    private const int AnswerMibMax = 64;

    private const int ErrorMibMax = 1;
    private const int Mib = 1024 * 1024;

    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: true);

    /// <summary>A request body.</summary>
    public static HttpContent Json(JsonObject value) => Json(Encoding.UTF8.GetBytes(value.ToJsonString()));

    /// <inheritdoc cref="Json(ReadOnlyMemory{byte})"/>
    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type) => Json(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>A request body that is JSON already.</summary>
    public static HttpContent Json(ReadOnlyMemory<byte> json) =>
        new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Calls, and reads the answer whole.</summary>
    /// <param name="method">GET and HEAD change nothing; of anything else a broken connection leaves a doubt.</param>
    /// <param name="path">Path and query below the service's address, escaped.</param>
    /// <param name="body">Given away with the call; null for none.</param>
    /// <param name="cancellationToken">Ends it; the call may happen all the same.</param>
    /// <param name="timeout">How long it may take; null for the usual.</param>
    /// <exception cref="CloudException">No answer came: see <see cref="CallDoubt"/>.</exception>
    public async Task<HttpAnswer> CallAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(service.Address, path)) { Content = body };
        return await CallAsync(request, CallOf(method, path), cancellationToken, timeout);
    }

    /// <summary>Sends a request, and reads the answer whole.</summary>
    /// <param name="request">The request, with its whole address; the caller disposes it.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="cancellationToken">Ends it; the call may happen all the same.</param>
    /// <param name="timeout">How long it may take; null for the usual.</param>
    /// <param name="isLook">
    /// Whether it changes nothing, where the method does not say it: SOAP has POST alone. Null for the method's word.
    /// </param>
    /// <exception cref="CloudException">No answer came: see <see cref="CallDoubt"/>.</exception>
    public async Task<HttpAnswer> CallAsync(
        HttpRequestMessage request, string call, CancellationToken cancellationToken, TimeSpan? timeout = null, bool? isLook = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var changesNothing = isLook ?? CallDoubt.IsLook(request.Method);
        var doubt = changesNothing ? CloudErrorKind.Unavailable : CallDoubt.Of(request.Method);
        if (service.IsPaced)
        {
            await (changesNothing ? CallPace.BeforeReadAsync(cancellationToken) : CallPace.BeforeWriteAsync(cancellationToken));
        }

        var wait = timeout ?? service.Timeout;
        using var expiry = new CancellationTokenSource(wait, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            using var response = await _invoker.SendAsync(request, both.Token);
            await response.Content.LoadIntoBufferAsync(AnswerMibMax * Mib, both.Token);
            return await AnswerAsync(response, call, doubt, both.Token);
        }
        catch (OperationCanceledException error) when (ConnectionFailure.IsConnectTimeout(error) && !both.IsCancellationRequested)
        {
            throw Broken(error, call, doubt);
        }
        catch (AuthorizationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"{call}: what proves who asks could not be had within {wait.TotalSeconds:0.#} s, and nothing was sent",
                innerException: error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(
                doubt, $"{call}: {service.Name} at {service.Shown} did not answer within {wait.TotalSeconds:0.#} s", innerException: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Broken(error, call, doubt);
        }
    }

    /// <summary>Calls for a stream of lines that goes on for as long as somebody reads.</summary>
    /// <param name="path">Path and query below the service's address, escaped.</param>
    /// <param name="refusal">The exception that an answer other than a success means.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException">No stream came.</exception>
    public async Task<LineStream> LinesAsync(string path, Func<HttpAnswer, CloudException> refusal, CancellationToken cancellationToken)
    {
        await CallPace.BeforeReadAsync(cancellationToken);
        var call = CallOf(HttpMethod.Get, path);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Address, path));
            var response = await _invoker.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                // The reader owns the stream, and the stream the connection.
                var lines = await response.Content.ReadAsStreamAsync(cancellationToken);
                return new(lines, call, error => Broken(error, call, CloudErrorKind.Unavailable));
            }

            using (response)
            {
                await response.Content.LoadIntoBufferAsync(ErrorMibMax * Mib, cancellationToken);
                throw refusal(await AnswerAsync(response, call, CloudErrorKind.Unavailable, cancellationToken));
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested))
        {
            throw Broken(error, call, CloudErrorKind.Unavailable);
        }
    }

    /// <summary>Opens a web socket below the service's address.</summary>
    /// <param name="path">Path and query, escaped.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException">None came.</exception>
    public async Task<MessageStream> SocketAsync(string path, CancellationToken cancellationToken)
    {
        var call = CallOf(HttpMethod.Get, path);
        return (await SocketAsync(
            new Uri(service.Address, path), call,
            status => new CloudException(
                CloudErrorKind.Unavailable, $"{call}: {service.Name} at {service.Shown} opens no stream of events (status {status})"),
            cancellationToken))!;
    }

    /// <summary>Opens a web socket.</summary>
    /// <param name="url">Its address, of HTTP.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="refusal">The exception that a refusal of that status means; null where it means that there is no such socket.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The socket's messages, or null where there is none.</returns>
    /// <exception cref="CloudException">None came.</exception>
    public async Task<MessageStream?> SocketAsync(
        Uri url, string call, Func<int, CloudException?> refusal, CancellationToken cancellationToken)
    {
        await CallPace.BeforeReadAsync(cancellationToken);
        var address = new UriBuilder(url) { Scheme = url.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs };
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(address.Uri, _invoker, cancellationToken);
            return new(socket, call, error => Broken(error, call, CloudErrorKind.Unavailable));
        }
        catch (Exception error)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            switch (error)
            {
                case WebSocketException when status != 0:
                    return refusal(status) is { } refused ? throw refused : null;
                case WebSocketException { InnerException: CloudException cause }:
                    // What proves who asks could not be had.
                    throw cause;
                case WebSocketException or HttpRequestException or IOException:
                case OperationCanceledException
                    when ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested:
                    throw Broken(error, call, CloudErrorKind.Unavailable);
                default:
                    throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private string CallOf(HttpMethod method, string path) => $"{service.Name} {method} /{path.Split('?')[0].TrimStart('/')}";

    private async Task<HttpAnswer> AnswerAsync(
        HttpResponseMessage response, string call, CloudErrorKind doubt, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new(call, response.StatusCode, body, RetryAfter.Read(response, now), doubt)
        {
            Date = response.Headers.Date,
            ReceivedAt = now,
            Reason = response.ReasonPhrase,
        };
    }

    /// <summary>What a failure of the connection means.</summary>
    private CloudException Broken(Exception error, string call, CloudErrorKind doubt)
    {
        if (error is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            return new CloudException(
                doubt,
                $"{call}: {service.Name} at {service.Shown} answers with more than {AnswerMibMax} MiB, which is no answer",
                innerException: error);
        }

        var kind = service.ConnectionProves && IsCredentialRefused(error) ? CloudErrorKind.Unauthorized : CallDoubt.Of(error, doubt);
        return new CloudException(kind, $"{call}: {service.NoAnswer(kind)}: {service.Why(error)}", innerException: error);
    }

    private static bool IsCredentialRefused(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            // With TLS 1.3 a server refuses a client's certificate only after the handshake, as an alert on the first read.
            if (cause is AuthenticationException or SocketException { SocketErrorCode: SocketError.AccessDenied } || IsAlert(cause))
            {
                return true;
            }
        }

        return false;
    }

    // SSL_alert names of RFC 8446 §6.2, as OpenSSL words them; there is no type for them.
    private static bool IsAlert(Exception cause) =>
        cause.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)
        && (cause.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            || cause.Message.Contains("unknown ca", StringComparison.OrdinalIgnoreCase));
}

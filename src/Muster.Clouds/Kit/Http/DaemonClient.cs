using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>Speaks HTTP with a daemon, and knows of each failure whether the request can have happened.</summary>
internal sealed class DaemonClient : IDisposable
{
    /// <summary>The most of an answer that is read: a listing of tens of thousands has half of it.</summary>
    private const int AnswerMibMax = 64;

    private const int Mib = 1024 * 1024;

    private readonly DaemonEndpoint _endpoint;
    private readonly string _name;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;

    /// <param name="endpoint">Where it listens.</param>
    /// <param name="name">What to call it in messages: <c>docker</c>.</param>
    /// <param name="timeout">How long one call may take unless it says otherwise.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    public DaemonClient(DaemonEndpoint endpoint, string name, TimeSpan timeout, TimeProvider timeProvider)
    {
        _endpoint = endpoint;
        _name = name;
        _timeout = timeout;
        _timeProvider = timeProvider;
        Invoker = new HttpClient(DaemonHandler.Make(endpoint)) { BaseAddress = endpoint.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The connections, for a web socket over them.</summary>
    public HttpClient Invoker { get; }

    /// <summary>Where it listens.</summary>
    public DaemonEndpoint Endpoint => _endpoint;

    /// <summary>A request body.</summary>
    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Calls, and reads the answer whole.</summary>
    /// <param name="method">GET and HEAD change nothing; of anything else a broken connection leaves a doubt.</param>
    /// <param name="path">Path and query, escaped.</param>
    /// <param name="body">Given away with the call; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="timeout">How long it may take; null for the usual.</param>
    /// <exception cref="CloudException">No answer came.</exception>
    public async Task<DaemonAnswer> CallAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var doubt = DoubtOf(method);
        await (doubt is CloudErrorKind.Unavailable ? CallPace.BeforeReadAsync(cancellationToken) : CallPace.BeforeWriteAsync(cancellationToken));
        var call = $"{_name} {method} /{path.Split('?')[0].TrimStart('/')}";
        using var expiry = new CancellationTokenSource(timeout ?? _timeout, _timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            using var response = await Invoker.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await response.Content.LoadIntoBufferAsync(AnswerMibMax * Mib, both.Token);
            return new DaemonAnswer(call, response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token), RetryAfterHeader.Read(response.Headers, _timeProvider.GetUtcNow()), doubt);
        }
        catch (OperationCanceledException error) when (ConnectionFailure.IsConnectTimeout(error) && !both.IsCancellationRequested)
        {
            throw Translate(error, call, doubt);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(doubt, $"{call} was not answered within {(timeout ?? _timeout).TotalSeconds} s", innerException: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Translate(error, call, doubt);
        }
    }

    /// <summary>Calls, and hands the answer's stream out. The caller disposes the response.</summary>
    /// <exception cref="CloudException">No answer came.</exception>
    public async Task<HttpResponseMessage> StreamAsync(string path, CancellationToken cancellationToken)
    {
        await CallPace.BeforeReadAsync(cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            return await Invoker.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested))
        {
            throw Translate(error, $"{_name} GET /{path.Split('?')[0]}", CloudErrorKind.Unavailable);
        }
    }

    /// <summary>Reads the whole of an answer that was handed out, an error for one.</summary>
    /// <exception cref="HttpRequestException">It is longer than any answer is, or broke off.</exception>
    public static async Task<byte[]> ReadWholeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(Mib, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>What a failure of the connection means.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="call">What was called.</param>
    /// <param name="doubt">The kind when the request may have arrived.</param>
    public CloudException Translate(Exception error, string call, CloudErrorKind doubt)
    {
        if (error is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            return new CloudException(doubt, $"{call}: {_name} at {_endpoint.Shown} answers with more than {AnswerMibMax} MiB, which is no answer", innerException: error);
        }

        var kind = KindOf(error, doubt);
        var what = kind switch
        {
            CloudErrorKind.Unauthorized => "does not take the credential",
            CloudErrorKind.Unavailable => "cannot be reached",
            _ => "broke off",
        };
        return new CloudException(kind, $"{call}: {_name} at {_endpoint.Shown} {what}: {Why(error)}", innerException: error);
    }

    /// <inheritdoc/>
    public void Dispose() => Invoker.Dispose();

    private static CloudErrorKind DoubtOf(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head ? CloudErrorKind.Unavailable : CloudErrorKind.Ambiguous;

    private static CloudErrorKind KindOf(Exception error, CloudErrorKind doubt)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            // With TLS 1.3 a server refuses a client's certificate only after the handshake, as an alert on the first read.
            if (cause is AuthenticationException or SocketException { SocketErrorCode: SocketError.AccessDenied } || IsAlert(cause))
            {
                return CloudErrorKind.Unauthorized;
            }
        }

        return ConnectionFailure.WasNeverSent(error) ? CloudErrorKind.Unavailable : doubt;
    }

    // SSL_alert names of RFC 8446 §6.2, as OpenSSL words them; there is no type for them.
    private static bool IsAlert(Exception cause) =>
        cause.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)
        && (cause.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) || cause.Message.Contains("unknown ca", StringComparison.OrdinalIgnoreCase));

    private string Why(Exception error) => _endpoint.SocketPath is { } path
        ? SocketFile.Describe(path, error, _endpoint.Programs, $"set {_endpoint.Field("endpoint")}")
        : ConnectionFailure.Describe(error, _endpoint.Address);
}

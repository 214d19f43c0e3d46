using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Triton.Signing;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton;

/// <summary>Calls CloudAPI: signs, sends, and tells what an answer or its absence means. Never repeats a call.</summary>
internal sealed class CloudApi : IDisposable
{
    /// <summary>The load balancer in front drops a silent connection after 55 s: ours are gone before, so none breaks under a request.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A page of 1,000 machines with all their metadata is some MB; more is a mistake.</summary>
    private const int AnswerBytesMax = 64 * 1024 * 1024;

    private readonly TritonCloudOptions _options;
    private readonly RequestSigner _signer;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly string _root;

    public CloudApi(TritonCloudOptions options, RequestSigner signer, X509Certificate2Collection? authorities, TimeProvider time)
    {
        _options = options;
        _signer = signer;
        _time = time;
        _root = $"{options.Url!.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(options.Account)}";
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = IdleMax,
            AutomaticDecompression = DecompressionMethods.All,
        };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        _http = new(handler, disposeHandler: true);
    }

    /// <summary>The MD5 fingerprint of the key that signs.</summary>
    public string KeyFingerprint => _signer.KeyFingerprint;

    /// <summary>Looks. A refusal is an exception.</summary>
    public async Task<CloudApiAnswer> GetAsync(string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsSuccess ? answer : throw Refused(answer);
    }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Below the account, escaped: <c>/machines</c>.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">
    /// There is no answer. <see cref="CloudErrorKind.Unavailable"/>: it surely did not happen; <see cref="CloudErrorKind.Ambiguous"/>: it may have.
    /// </exception>
    public async Task<CloudApiAnswer> SendAsync(
        HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var changes = method != HttpMethod.Get;
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, _root + path);
        await SignAsync(request.Headers, either.Token);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new("application/json") } };
        }
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(AnswerBytesMax, either.Token);
            return new(
                call, changes, response.StatusCode, await response.Content.ReadAsStringAsync(either.Token),
                RetryAfter(response.Headers.RetryAfter), response.Headers.Date);
        }
        catch (HttpRequestException error)
        {
            throw new CloudException(
                changes && !IsBeforeSending(error) ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
                $"{call}: no answer from {_options.Url!.Authority}: {Innermost(error)}",
                innerException: error);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(
                changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
                $"{call}: no answer from {_options.Url!.Authority} within {_options.Timeout.TotalSeconds:0.#} s",
                innerException: error);
        }
    }

    /// <summary>Opens the change feed.</summary>
    /// <returns>The socket, or null when this CloudAPI has no such thing.</returns>
    public async Task<WebSocket?> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            var (date, authorization) = await _signer.SignAsync(cancellationToken);
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Date", date);
            socket.Options.SetRequestHeader("Authorization", authorization);
            socket.Options.SetRequestHeader("Accept-Version", _options.AcceptVersion);
            var url = new UriBuilder(_root + path);
            url.Scheme = url.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
            await socket.ConnectAsync(url.Uri, _http, cancellationToken);
            return socket;
        }
        catch (WebSocketException error)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (int)status switch
            {
                400 or 404 or 405 or 426 or 501 => null,
                401 or 403 => throw new CloudException(CloudErrorKind.Unauthorized, $"the change feed is refused ({(int)status})", innerException: error),
                _ => throw new CloudException(CloudErrorKind.Unavailable, $"the change feed does not open: {Innermost(error)}", innerException: error),
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The exception that an answer means.</summary>
    public CloudException Refused(CloudApiAnswer answer) => CloudApiErrors.Translate(answer, _time.GetUtcNow());

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _signer.Dispose();
    }

    private async ValueTask SignAsync(HttpRequestHeaders headers, CancellationToken cancellationToken)
    {
        var (date, authorization) = await _signer.SignAsync(cancellationToken);
        headers.TryAddWithoutValidation("Date", date);
        headers.TryAddWithoutValidation("Authorization", authorization);
        headers.TryAddWithoutValidation("Accept", "application/json");
        headers.TryAddWithoutValidation("Accept-Version", _options.AcceptVersion);
        headers.TryAddWithoutValidation("User-Agent", "muster");
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static bool IsBeforeSending(HttpRequestException error) => error.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static string Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error.Message;
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Triton.Api;

/// <summary>The way to CloudAPI, whoever signs: sends a signed request and tells what an answer or its absence means. Never repeats a call.</summary>
internal sealed class CloudApiChannel : IDisposable
{
    /// <summary>The load balancer in front drops a silent connection after 55 s: ours are gone before, so none breaks under a request.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A page of 1,000 machines with all their metadata is some MB; more is a mistake.</summary>
    private const int AnswerBytesMax = 64 * 1024 * 1024;

    private readonly Uri _url;
    private readonly string _acceptVersion;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;

    public CloudApiChannel(Uri url, string acceptVersion, TimeSpan timeout, X509Certificate2Collection? authorities, TimeProvider timeProvider)
    {
        (_url, _acceptVersion, _timeout, _timeProvider) = (url, acceptVersion, timeout, timeProvider);
        var handler = OutboundHandler.Make(ConnectTimeout, url);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.PooledConnectionIdleTimeout = IdleMax;
        handler.AutomaticDecompression = DecompressionMethods.All;
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        Http = new(handler, disposeHandler: true);
    }

    /// <summary>What sends, for what is no plain request.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Where everything of an account is.</summary>
    public string RootOf(string account) => $"{_url.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(account)}";

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="url">The whole address, escaped.</param>
    /// <param name="signAsync">Puts on what proves who asks; within the time-out.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">
    /// There is no answer. <see cref="CloudErrorKind.Unavailable"/>: it surely did not happen; <see cref="CloudErrorKind.Ambiguous"/>: it may have.
    /// </exception>
    public async Task<CloudApiAnswer> SendAsync(
        HttpMethod method, string call, string url, Func<CancellationToken, ValueTask<(string Date, string Authorization)>> signAsync,
        ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var changes = method != HttpMethod.Get;
        using var timeout = new CancellationTokenSource(_timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, url);
        AddHeaders(request.Headers, await signAsync(either.Token));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new("application/json") } };
        }

        try
        {
            using var response = await Http.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(AnswerBytesMax, either.Token);
            return new(
                call, changes, response.StatusCode, await response.Content.ReadAsStringAsync(either.Token),
                RetryAfterHeader.Read(response.Headers, _timeProvider.GetUtcNow()), response.Headers.Date);
        }
        catch (Exception error) when (error is HttpRequestException || (ConnectionFailure.IsConnectTimeout(error) && !either.IsCancellationRequested))
        {
            throw new CloudException(
                changes && !ConnectionFailure.WasNeverSent(error) ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
                $"{call}: no answer from CloudAPI: {Why(error)}",
                innerException: error);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(
                changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
                $"{call}: no answer from {_url.Authority} within {_timeout.TotalSeconds:0.#} s",
                innerException: error);
        }
    }

    /// <summary>The exception that an answer means.</summary>
    public CloudException Refused(CloudApiAnswer answer) => CloudApiErrors.Translate(answer, _timeProvider.GetUtcNow());

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();

    /// <summary>Why no answer came, in a sentence that names the server.</summary>
    public string Why(Exception error) => ConnectionFailure.Describe(error, _url);

    private void AddHeaders(HttpRequestHeaders headers, (string Date, string Authorization) signed)
    {
        headers.TryAddWithoutValidation("Date", signed.Date);
        headers.TryAddWithoutValidation("Authorization", signed.Authorization);
        headers.TryAddWithoutValidation("Accept", "application/json");
        headers.TryAddWithoutValidation("Accept-Version", _acceptVersion);
        headers.TryAddWithoutValidation("User-Agent", "muster");
    }
}

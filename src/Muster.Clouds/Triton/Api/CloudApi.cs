using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Triton.Signing;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Api;

/// <summary>CloudAPI as one account: every call is signed with one key, and waits for its turn. Never repeats a call.</summary>
internal sealed class CloudApi : IDisposable
{
    private readonly TritonCloudOptions _options;
    private readonly RequestSigner _signer;
    private readonly HttpCaller _caller;

    public CloudApi(TritonCloudOptions options, RequestSigner signer, X509Certificate2Collection? authorities, TimeProvider timeProvider)
    {
        _options = options;
        _signer = signer;
        _caller = CloudApiHttp.Open(options.Url!, options.AcceptVersion, options.Timeout, authorities, signer.SignAsync, timeProvider);
    }

    /// <summary>The MD5 fingerprint of the key that signs.</summary>
    public string KeyFingerprint => _signer.KeyFingerprint;

    /// <summary>Looks. A refusal is an exception.</summary>
    public async Task<HttpAnswer> GetAsync(string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer : throw CloudApiErrors.Translate(answer);
    }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Below the account, escaped: <c>/machines</c>.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">
    /// There is no answer. <see cref="CloudErrorKind.Unavailable"/>: it surely did not happen; <see cref="CloudErrorKind.Ambiguous"/>: it
    /// may have.
    /// </exception>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Address(path)) { Content = body is { } json ? HttpCaller.Json(json) : null };
        return await _caller.CallAsync(request, call, cancellationToken);
    }

    /// <summary>Opens the change feed.</summary>
    /// <returns>Its messages, or null when this CloudAPI has no such thing.</returns>
    public Task<MessageStream?> ChangesAsync(CancellationToken cancellationToken) => _caller.SocketAsync(
        Address("/changefeed"), "the change feed",
        status => status switch
        {
            400 or 404 or 405 or 426 or 501 => null,
            401 or 403 => new CloudException(CloudErrorKind.Unauthorized, $"the change feed is refused ({status})"),
            _ => new CloudException(CloudErrorKind.Unavailable, $"the change feed does not open (status {status})"),
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _caller.Dispose();
        _signer.Dispose();
    }

    private Uri Address(string path) => CloudApiHttp.AddressOf(_options.Url!, _options.Account, path);
}

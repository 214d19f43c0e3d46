using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Triton.Signing;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Api;

/// <summary>CloudAPI as one account: every call is signed with one key, and waits for its turn. Never repeats a call.</summary>
internal sealed class CloudApi : IDisposable
{
    private readonly TritonCloudOptions _options;
    private readonly RequestSigner _signer;
    private readonly CloudApiChannel _channel;
    private readonly string _root;

    public CloudApi(TritonCloudOptions options, RequestSigner signer, X509Certificate2Collection? authorities, TimeProvider timeProvider)
    {
        _options = options;
        _signer = signer;
        _channel = new(options.Url!, options.AcceptVersion, options.Timeout, authorities, timeProvider);
        _root = _channel.RootOf(options.Account);
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
        await (method == HttpMethod.Get ? CallPace.BeforeReadAsync(cancellationToken) : CallPace.BeforeWriteAsync(cancellationToken));
        return await _channel.SendAsync(method, call, _root + path, _signer.SignAsync, body, cancellationToken);
    }

    /// <summary>Opens the change feed.</summary>
    /// <returns>The socket, or null when this CloudAPI has no such thing.</returns>
    public async Task<WebSocket?> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        await CallPace.BeforeReadAsync(cancellationToken);
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
            await socket.ConnectAsync(url.Uri, _channel.Http, cancellationToken);
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
                _ => throw new CloudException(
                    CloudErrorKind.Unavailable, $"the change feed does not open: {_channel.Why(error)}", innerException: error),
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The exception that an answer means.</summary>
    public CloudException Refused(CloudApiAnswer answer) => _channel.Refused(answer);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _signer.Dispose();
    }
}

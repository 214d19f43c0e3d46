using System.Net;
using System.Net.Sockets;

namespace Muster.Health.Probes;

/// <summary>A connection to one instance that carries calls of gRPC: HTTP/2 without TLS (h2c), by the platform's client.</summary>
internal sealed class GrpcConnection : IDisposable
{
    // In KiB: what a server says before a message of a few bytes.
    private const int HeadersMax = 16;

    // A little more than the longest interval between two probes.
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(61);

    private readonly HttpMessageInvoker _client;
    private KeptConnections? _place;

    public GrpcConnection(IPEndPoint address, ProbeSockets sockets) => _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = HeadersMax,
        PooledConnectionIdleTimeout = IdleMax,
        ConnectCallback = async (_, cancellationToken) =>
            new NetworkStream(await sockets.ConnectAsync(address, cancellationToken), ownsSocket: true),
    });

    /// <summary>One call; the answer's body is not read yet.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, cancellationToken);

    /// <summary>Takes a place among those that are kept; false where there is none.</summary>
    public bool TryKeep(KeptConnections kept)
    {
        if (_place is null && kept.TryTake())
        {
            _place = kept;
        }

        return _place is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _place?.Return();
        _place = null;
    }
}

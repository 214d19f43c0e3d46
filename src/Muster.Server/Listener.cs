using System.Net;
using System.Text.Json;

using Muster.Api;

namespace Muster.Server;

/// <summary>Says who listens on an address that is in use.</summary>
internal static class Listener
{
    /// <summary>A Muster on this machine answers in milliseconds; somebody else may never.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether what answers there is a Muster server.</summary>
    public static async Task<bool> IsMusterAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        // Who listens everywhere also listens here; and no proxy knows this machine's loopback.
        var host = address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : address.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address.Address;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = 64 * 1024 };
        try
        {
            var answer = await http.GetByteArrayAsync(new Uri($"http://{new IPEndPoint(host, address.Port)}/healthz"), cancellationToken);
            return JsonSerializer.Deserialize(answer, ApiJson.Default.HealthView) is not null;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

using Muster.Core.Health;
using Muster.Outbound;

namespace Muster.Health.Probes;

/// <summary>A connection to one instance that carries one request after the other.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private KeptConnections? _place;

    private HttpConnection(Socket socket, Stream stream) => (_socket, Stream) = (socket, stream);

    /// <summary>What goes to and fro.</summary>
    public Stream Stream { get; }

    /// <summary>
    /// Whether nobody has closed it, as far as can be told without asking. Over TLS that cannot be told: what lies there may be a ticket.
    /// </summary>
    public bool IsOpen
    {
        get
        {
            try
            {
                return Stream is SslStream || !_socket.Poll(0, SelectMode.SelectRead);
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Opens one.</summary>
    /// <exception cref="SocketException">None came about.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not believed.</exception>
    public static async ValueTask<HttpConnection> OpenAsync(
        ProbePlan plan, IPEndPoint address, ProbeSockets sockets, CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(await sockets.ConnectAsync(address, cancellationToken), ownsSocket: true);
        if (plan.Check.Kind is ProbeKind.Http)
        {
            return new(stream.Socket, stream);
        }

        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = NameOf(plan, address),
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = plan.Check.VerifyTls ? CertificateJudge.Judge : AsAsked,
                },
                cancellationToken);
            return new(stream.Socket, secure);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

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
        Stream.Dispose();
        _place?.Return();
        _place = null;
    }

    // Somebody asked that certificates of this group are not believed in: that one is shown is enough.
    private static bool AsAsked(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null;

    /// <summary>For whom the certificate must be: the Host header's name, else the address.</summary>
    private static string NameOf(ProbePlan plan, IPEndPoint address)
    {
        if (plan.Host is not { Length: > 0 } host)
        {
            return address.Address.ToString();
        }

        var name = host.LastIndexOf(':') is var colon and > 0 && !host.EndsWith(']') && host.IndexOf(':') == colon ? host[..colon] : host;
        return name.StartsWith('[') && name.LastIndexOf(']') is var end and > 0 ? name[1..end] : name;
    }
}

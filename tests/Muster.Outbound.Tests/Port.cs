using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Muster.Outbound.Tests;

/// <summary>A port on which something answers every connection in its own way.</summary>
internal sealed class Port : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private volatile bool _isOver;

    /// <param name="serve">What it does with a connection.</param>
    public Port(Func<NetworkStream, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers every request's head with these bytes, and hangs up.</summary>
    public static Port Saying(string text) => new(async stream =>
    {
        await ReadSomeAsync(stream);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
    });

    /// <summary>Answers 200 over TLS.</summary>
    public static Port Tls(X509Certificate2 certificate) => new(async stream =>
    {
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(certificate);
        await ReadSomeAsync(tls);
        await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray());
    });

    /// <summary>A certificate signed by itself.</summary>
    public static X509Certificate2 Certificate(DateTimeOffset from, DateTimeOffset to, params string[] names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=the-server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var made = request.CreateSelfSigned(from, to);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        _listener.Stop();
        await _serving;
        _listener.Dispose();
    }

    private static async Task ReadSomeAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        _ = await stream.ReadAtLeastAsync(buffer, minimumBytes: 1, throwOnEndOfStream: false);
    }

    private async Task ServeAsync(Func<NetworkStream, Task> serve)
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                await serve(stream);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client under test hung up, which is what most of these tests are about.
            }
            catch (Exception error) when (_isOver && error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}

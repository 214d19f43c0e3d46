using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Muster.Health.Tests.Support;

/// <summary>A port on which something answers every connection in its own way.</summary>
internal sealed class Port : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _serving;
    private readonly List<Task> _connections = [];
    private int _accepted;
    private long _sent;

    /// <param name="serve">What it does with a connection.</param>
    /// <param name="address">Where; loopback unless given.</param>
    public Port(Func<Stream, CancellationToken, Task> serve, IPAddress? address = null)
    {
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes that an endless answer came to.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>A port that nobody has.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Answers each request of a connection with these bytes, one after the other, and hangs up after the last.</summary>
    public static Port Saying(params string[] answers) => new(async (stream, over) =>
    {
        foreach (var answer in answers)
        {
            await RequestAsync(stream, over);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), over);
        }
    });

    /// <summary>Answers with these bytes, one at a time, however small the pieces are that come of it.</summary>
    public static Port Dripping(string answer) => new(async (stream, over) =>
    {
        await RequestAsync(stream, over);
        foreach (var one in Encoding.Latin1.GetBytes(answer))
        {
            await stream.WriteAsync(new[] { one }, over);
        }
    });

    /// <summary>Answers with these bytes, and says nothing more.</summary>
    public static Port Stopping(string text) => new(async (stream, over) =>
    {
        await RequestAsync(stream, over);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), over);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over);
    });

    /// <summary>Answers with these bytes, and then with the filler for as long as anybody listens.</summary>
    public static Port Endless(string text, string filler)
    {
        Port? port = null;
        return port = new(async (stream, over) =>
        {
            await RequestAsync(stream, over);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), over);
            var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(filler, Math.Max(1, 4096 / filler.Length))));
            while (true)
            {
                await stream.WriteAsync(bytes, over);
                Interlocked.Add(ref port!._sent, bytes.Length);
            }
        });
    }

    /// <summary>Answers 200 to each request, over TLS.</summary>
    public static Port Tls(X509Certificate2 certificate) => new(async (stream, over) =>
    {
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, over);
        while (await RequestAsync(tls, over) > 0)
        {
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray(), over);
        }
    });

    /// <summary>A certificate signed by itself.</summary>
    public static X509Certificate2 Certificate(DateTimeOffset from, DateTimeOffset to, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=the-server", key, HashAlgorithmName.SHA256);
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
        await _over.CancelAsync();
        _listener.Stop();
        await _serving;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _over.Dispose();
    }

    /// <summary>What came next; nothing at the end.</summary>
    private static async Task<int> RequestAsync(Stream stream, CancellationToken over) =>
        await stream.ReadAtLeastAsync(new byte[64 * 1024], minimumBytes: 1, throwOnEndOfStream: false, over);

    private async Task ServeAsync(Func<Stream, CancellationToken, Task> serve)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_over.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client, serve));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                await serve(stream, _over.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The probe hung up, or the test is over.
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

using Muster.Outbound.Proxies;
using Muster.Outbound.Tests.Proxies;

namespace Muster.Outbound.Tests;

/// <summary>What the platform really throws, and what is made of it.</summary>
public sealed class ConnectionFailureTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_port_without_a_listener_refuses()
    {
        var port = FreePort();

        Assert.Equal($"nobody listens at 127.0.0.1:{port} (connection refused)", await WhyAsync($"http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_named() =>
        Assert.StartsWith(
            "the name no-such-host.invalid is not known (", await WhyAsync("http://no-such-host.invalid:7474"), StringComparison.Ordinal);

    [Fact]
    public async Task Https_to_a_plain_port_says_so()
    {
        await using var port = Port.Saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(
            $"127.0.0.1:{port.Number} does not speak TLS: use http:// if that is meant, or the port that does",
            await WhyAsync($"https://127.0.0.1:{port.Number}"));
    }

    [Fact]
    public async Task Https_to_a_port_that_hangs_up_asks_whether_it_speaks_TLS()
    {
        await using var port = Port.Saying("");

        Assert.Equal(
            $"127.0.0.1:{port.Number} closed the connection in the TLS handshake: does it speak TLS?",
            await WhyAsync($"https://127.0.0.1:{port.Number}"));
    }

    [Fact]
    public async Task Http_to_a_port_of_TLS_says_so()
    {
        // What .NET and OpenSSL do with it: hang up; an alert without a line's end. Go's line is an answer, see below.
        await using var silent = Port.Tls(Port.Certificate(Now - Day, Now + Day, "127.0.0.1"));
        await using var alert = Port.Saying("\u0015\u0003\u0001\u0000\u0002\u0002\u0046");

        Assert.Contains("if it speaks TLS, use https://", await WhyAsync($"http://127.0.0.1:{silent.Number}"), StringComparison.Ordinal);
        Assert.Equal(
            $"127.0.0.1:{alert.Number} closed the connection without an answer: if it speaks TLS, use https://",
            await WhyAsync($"http://127.0.0.1:{alert.Number}"));
    }

    [Fact]
    public async Task What_is_no_HTTP_at_all_is_told()
    {
        await using var port = Port.Saying("SSH-2.0-OpenSSH_9.2\r\n");

        Assert.Equal(
            $"127.0.0.1:{port.Number} answers with something that is not HTTP: if it speaks TLS, use https://",
            await WhyAsync($"http://127.0.0.1:{port.Number}"));
    }

    [Fact]
    public async Task A_certificate_that_nobody_signed_is_refused_with_its_name()
    {
        await using var port = Port.Tls(Port.Certificate(Now - Day, Now + Day, "127.0.0.1"));

        Assert.Equal(
            $"127.0.0.1:{port.Number} shows a certificate that is signed by itself (CN=the-server), "
            + "and is not among those that are trusted here",
            await WhyAsync($"https://127.0.0.1:{port.Number}"));
    }

    [Fact]
    public async Task A_certificate_for_other_names_is_refused_with_them()
    {
        using var certificate = Port.Certificate(Now - Day, Now + Day, "a.example", "b.example", "192.0.2.1");
        await using var port = Port.Tls(certificate);

        Assert.Equal(
            $"127.0.0.1:{port.Number} shows a certificate that is for a.example, b.example, 192.0.2.1 and not for that name",
            await WhyAsync($"https://127.0.0.1:{port.Number}", trusted: certificate));
    }

    [Fact]
    public async Task A_certificate_out_of_its_time_is_refused_with_the_time()
    {
        var ended = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        using var old = Port.Certificate(ended - Day, ended, "127.0.0.1");
        using var young = Port.Certificate(Now + Day, Now + (2 * Day), "127.0.0.1");
        await using var oldPort = Port.Tls(old);
        await using var youngPort = Port.Tls(young);

        Assert.Equal(
            $"127.0.0.1:{oldPort.Number} shows a certificate that expired at 2020-01-02 03:04:05Z",
            await WhyAsync($"https://127.0.0.1:{oldPort.Number}", trusted: old));
        Assert.Contains(
            "shows a certificate that is valid only from ",
            await WhyAsync($"https://127.0.0.1:{youngPort.Number}", trusted: young),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_trusted_is_good()
    {
        using var certificate = Port.Certificate(Now - Day, Now + Day, "127.0.0.1");
        await using var port = Port.Tls(certificate);

        Assert.Equal("no failure", await WhyAsync($"https://127.0.0.1:{port.Number}", trusted: certificate));
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_no_cancellation()
    {
        using var handler = OutboundHandler.Make(TimeSpan.FromMilliseconds(50), new Uri("http://10.0.0.1"));
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Stream.Null;
        };
        using var http = new HttpClient(handler);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.GetAsync(new Uri("http://10.0.0.1/")));

        Assert.True(ConnectionFailure.IsConnectTimeout(error));
        Assert.True(ConnectionFailure.WasNeverSent(error));
        Assert.Equal(
            "no connection to 10.0.0.1 came about in time: is it the right address, and does a firewall drop the packets?",
            ConnectionFailure.Describe(error, new("http://10.0.0.1/"), ProxyPolicyTests.Policy()));
    }

    [Fact]
    public async Task A_client_s_patience_that_is_over_says_nothing_of_a_connection()
    {
        using var handler = OutboundHandler.Make(Timeout.InfiniteTimeSpan, new Uri("http://10.0.0.1"));
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Stream.Null;
        };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromMilliseconds(50) };

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.GetAsync(new Uri("http://10.0.0.1/")));

        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.False(ConnectionFailure.IsConnectTimeout(error));
        Assert.False(ConnectionFailure.WasNeverSent(error));
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named_without_its_password()
    {
        await using var port = Port.Saying("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        var policy = ProxyPolicyTests.Policy(("HTTPS_PROXY", $"http://jane:secret@127.0.0.1:{port.Number}"));

        Assert.Equal(
            $"the proxy http://127.0.0.1:{port.Number} (HTTPS_PROXY) makes no connection to muster.example (502): "
            + "is it a proxy, and may it go there? NO_PROXY=muster.example leaves it out",
            await WhyAsync("https://muster.example", policy));
    }

    [Fact]
    public async Task A_proxy_that_wants_a_password_says_where_it_goes()
    {
        await using var port = Port.Saying("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        var policy = ProxyPolicyTests.Policy(("ALL_PROXY", $"127.0.0.1:{port.Number}"));

        Assert.Equal(
            $"the proxy http://127.0.0.1:{port.Number} (ALL_PROXY) wants a user and a password (407): "
            + "ALL_PROXY=http://USER:PASSWORD@HOST:PORT",
            await WhyAsync("https://muster.example", policy));
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        var port = FreePort();

        Assert.Equal(
            $"nobody listens at the proxy http://127.0.0.1:{port} (HTTP_PROXY) (connection refused)",
            await WhyAsync("http://muster.example", ProxyPolicyTests.Policy(("HTTP_PROXY", $"127.0.0.1:{port}"))));
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_is_told_and_not_passed_by() => Assert.StartsWith(
        "HTTP_PROXY is 'ftp://x'",
        await WhyAsync("http://muster.example", ProxyPolicyTests.Policy(("HTTP_PROXY", "ftp://x"))),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_proxy_gets_the_password_of_its_variable()
    {
        var heads = new List<string>();
        await using var port = new Port(async stream =>
        {
            var buffer = new byte[16 * 1024];
            for (var count = await stream.ReadAsync(buffer); count > 0; count = await stream.ReadAsync(buffer))
            {
                heads.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, count));
                await stream.WriteAsync(heads.Count == 1
                    ? "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray()
                    : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        });

        var why = await WhyAsync(
            "http://muster.example/x", ProxyPolicyTests.Policy(("HTTP_PROXY", $"http://jane:secret@127.0.0.1:{port.Number}")));

        Assert.Equal("no failure", why);
        Assert.StartsWith("GET http://muster.example/x HTTP/1.1", heads[0], StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Basic amFuZTpzZWNyZXQ=", heads[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        400, "Client sent an HTTP request to an HTTPS server.\n", "muster.example:7474 speaks TLS: use https:// instead of http://")]
    [InlineData(
        400, "<h1>The plain HTTP request was sent to HTTPS port</h1>", "muster.example:7474 speaks TLS: use https:// instead of http://")]
    [InlineData(502, "", "HTTP 502, and not from Muster: something in between answers, or the address is another service's")]
    public void An_answer_of_somebody_else_is_told(int status, string body, string sentence) =>
        Assert.Equal(
            sentence, ForeignAnswer.Describe(status, body, new("http://muster.example:7474"), "Muster", ProxyPolicyTests.Policy()));

    [Fact]
    public void An_answer_of_a_proxy_names_it() => Assert.Equal(
        "HTTP 503, and not from Muster: the proxy http://p.example:3128 (HTTP_PROXY) answers, or something behind it; "
        + "NO_PROXY=muster.example leaves it out",
        ForeignAnswer.Describe(
            503, "", new("http://muster.example:7474"), "Muster", ProxyPolicyTests.Policy(("HTTP_PROXY", "http://u:p@p.example:3128"))));

    private static async Task<string> WhyAsync(string url, ProxyPolicy? policy = null, X509Certificate2? trusted = null)
    {
        var address = new Uri(url);
        policy ??= ProxyPolicyTests.Policy();
        using var handler = OutboundHandler.Make(TimeSpan.FromSeconds(20), policy, address);
        if (trusted is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { trusted },
            };
        }

        using var http = new HttpClient(handler);
        try
        {
            using var answer = await http.GetAsync(address);
            return "no failure";
        }
        catch (HttpRequestException error)
        {
            return ConnectionFailure.Describe(error, address, policy);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

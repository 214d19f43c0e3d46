using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Probes;

public sealed class HttpsProbeTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_certificate_for_another_name_is_unhealthy_and_told()
    {
        using var certificate = Port.Certificate(Now.AddDays(-1), Now.AddDays(1), "other.test");
        await using var port = Port.Tls(certificate);

        var result = await Probing.OnceAsync(Some.Check(ProbeKind.Https, port.Number));

        Assert.Equal(Verdict.Unhealthy, result.Verdict);
        Assert.StartsWith("shows a certificate that is for other.test and not for that name", result.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("web.test")]
    [InlineData("web.test:8443")]
    public async Task A_certificate_must_be_for_the_address_or_the_host_that_was_asked_for(string? host)
    {
        using var certificate = Port.Certificate(Now.AddDays(-1), Now.AddDays(1), "web.test", "127.0.0.1");
        await using var port = Port.Tls(certificate);
        var headers = ImmutableSortedDictionary<string, string>.Empty;

        var result = await Probing.OnceAsync(
            Some.Check(ProbeKind.Https, port.Number) with { Headers = host is null ? headers : headers.Add("Host", host) });

        // Nobody here trusts it; that the name is right is all there is to see.
        Assert.StartsWith("shows a certificate that is signed by itself", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_unhealthy_and_told()
    {
        using var certificate = Port.Certificate(Now.AddDays(-2), Now.AddDays(-1), "127.0.0.1");
        await using var port = Port.Tls(certificate);

        var result = await Probing.OnceAsync(Some.Check(ProbeKind.Https, port.Number));

        Assert.Equal(Verdict.Unhealthy, result.Verdict);
        Assert.StartsWith("shows a certificate that expired at ", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_asks_for_trust_any_certificate_will_do_and_the_connection_is_kept()
    {
        using var certificate = Port.Certificate(Now.AddDays(-2), Now.AddDays(-1), "other.test");
        await using var port = Port.Tls(certificate);
        using var probing = new Probing(
            Some.Check(ProbeKind.Https, port.Number) with { VerifyTls = false, Timeout = TimeSpan.FromSeconds(50), BodyContains = "hi" });

        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());

        Assert.Equal(1, port.Accepted);
    }

    [Fact]
    public async Task A_server_without_TLS_is_unhealthy()
    {
        await using var port = Port.Saying("HTTP/1.1 400 Bad Request\r\n\r\n");

        var result = await Probing.OnceAsync(Some.Check(ProbeKind.Https, port.Number));

        Assert.Equal(Verdict.Unhealthy, result.Verdict);
        Assert.StartsWith("the TLS handshake failed: ", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_never_ends_is_bounded_too()
    {
        await using var port = Port.Stopping("");
        using var probing = new Probing(Some.Check(ProbeKind.Https, port.Number) with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ProbeResult.Unhealthy("no answer within 200ms"), await probing.AskAsync());
    }
}

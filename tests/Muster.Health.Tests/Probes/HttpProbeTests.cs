using System.Collections.Immutable;
using System.Net;

using Microsoft.AspNetCore.Http;

using Muster.Core.Health;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Probes;

public sealed class HttpProbeTests
{
    private static readonly RequestDelegate Ok = context => context.Response.WriteAsync("all is well");

    [Fact]
    public async Task An_expected_answer_is_healthy()
    {
        await using var site = await WebSite.StartAsync(Ok);

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: site.Port)));
    }

    [Theory]
    [InlineData(503, "answered 503")]
    [InlineData(404, "answered 404")]
    public async Task Another_answer_is_unhealthy_and_told(int status, string why)
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Unhealthy(why), await Probing.OnceAsync(Some.Check(port: site.Port)));
    }

    [Fact]
    public async Task What_is_expected_is_the_group_s_affair()
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: site.Port) with { Expect = "200-299,401" }));
    }

    [Fact]
    public async Task The_request_is_what_was_asked_for_and_nothing_more()
    {
        await using var site = await WebSite.StartAsync(Ok);
        var check = Some.Check(port: site.Port) with
        {
            Method = "POST",
            Path = "/healthz?deep=1",
            Headers = new Dictionary<string, string> { ["host"] = "web.example", ["X-Probe"] = "1", ["user-agent"] = "mine" }
                .ToImmutableSortedDictionary(),
        };

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(check));

        var (line, headers) = Assert.Single(site.Requests);
        Assert.Equal("POST /healthz?deep=1 HTTP/1.1", line);
        Assert.Equal(
            ["Accept */*", "Content-Length 0", "Host web.example", "User-Agent mine", "X-Probe 1"],
            headers.Select(header => $"{header.Key} {header.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_host_is_the_address_unless_somebody_says()
    {
        await using var site = await WebSite.StartAsync(Ok);

        await Probing.OnceAsync(Some.Check(port: site.Port));

        Assert.Equal($"127.0.0.1:{site.Port}", Assert.Single(site.Requests).Headers["Host"]);
    }

    [Fact]
    public async Task An_instance_with_IPv6_alone_is_probed()
    {
        await using var site = await WebSite.StartAsync(Ok, IPAddress.IPv6Loopback);

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: site.Port), Some.Instance(address: "::1")));
        Assert.Equal($"[::1]:{site.Port}", Assert.Single(site.Requests).Headers["Host"]);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });

        Assert.Equal(
            ProbeResult.Unhealthy("answered 302, and redirects are not followed"), await Probing.OnceAsync(Some.Check(port: site.Port)));
        Assert.Single(site.Requests);
    }

    [Fact]
    public async Task A_redirect_may_be_what_is_expected()
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: site.Port) with { Expect = "302" }));
        Assert.Single(site.Requests);
    }

    [Theory]
    [InlineData("is well", true)]
    [InlineData("is ill", false)]
    public async Task The_body_must_contain_what_was_asked_for(string text, bool isThere)
    {
        await using var site = await WebSite.StartAsync(Ok);

        var result = await Probing.OnceAsync(Some.Check(port: site.Port) with { BodyContains = text });

        Assert.Equal(
            isThere ? ProbeResult.Healthy : ProbeResult.Unhealthy($"answered 200, without '{text}' in the first 64 KiB"), result);
    }

    [Theory]
    [InlineData("0.75", 0.75)]
    [InlineData(" 12 ", 12.0)]
    [InlineData("1e3", 1000.0)]
    [InlineData("", null)]
    [InlineData("12%", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("1e300", null)]
    [InlineData(null, null)]
    public async Task How_busy_an_instance_is_stands_in_the_header_that_its_group_names(string? value, double? load)
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            if (value is not null)
            {
                context.Response.Headers["x-load"] = value;
            }

            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        var check = Some.Check(port: site.Port) with { BusyHeader = "X-Load" };

        Assert.Equal(load, (await Probing.OnceAsync(check)).Load);
        Assert.Equal(load, (await Probing.OnceAsync(check with { Expect = "503" })).Load);
        Assert.Null((await Probing.OnceAsync(check with { BusyHeader = null })).Load);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public async Task The_body_is_searched_for_64_KiB(int after, bool isFound)
    {
        await using var site = await WebSite.StartAsync(async context =>
        {
            await context.Response.WriteAsync(new string('x', after * 1024));
            await context.Response.WriteAsync("needle");
        });

        var result = await Probing.OnceAsync(Some.Check(port: site.Port) with { BodyContains = "needle" });

        Assert.Equal(isFound ? Verdict.Healthy : Verdict.Unhealthy, result.Verdict);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n", "x")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "400\r\n{0}\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "x")]
    public async Task A_body_without_end_is_read_to_a_bound(string head, string filler)
    {
        await using var port = Port.Endless(head, filler.Replace("{0}", new string('x', 0x400), StringComparison.Ordinal));

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: port.Number)));

        // What was read, and what the two sockets took in meanwhile; nobody waited for the end.
        Assert.True(port.Sent < 9 * 1024 * 1024, $"{port.Sent} bytes");
    }

    [Theory]
    [InlineData("X: y\r\n")]
    [InlineData("x")]
    public async Task A_head_without_end_is_unhealthy(string filler)
    {
        await using var port = Port.Endless("HTTP/1.1 200 OK\r\n", filler);

        Assert.Equal(
            ProbeResult.Unhealthy("answered with more in front of the body than anybody reads"),
            await Probing.OnceAsync(Some.Check(port: port.Number)));
    }

    [Fact]
    public async Task Interim_answers_without_end_are_unhealthy()
    {
        await using var port = Port.Endless("", "HTTP/1.1 103 Early Hints\r\n\r\n");

        Assert.Equal(
            ProbeResult.Unhealthy("answered with more in front of the body than anybody reads"),
            await Probing.OnceAsync(Some.Check(port: port.Number)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    public async Task The_time_out_bounds_the_whole_probe(string beginning)
    {
        await using var port = Port.Stopping(beginning);
        using var probing = new Probing(Some.Check(port: port.Number) with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ProbeResult.Unhealthy("no answer within 200ms"), await probing.AskAsync());
    }

    [Fact]
    public async Task A_time_out_that_comes_much_too_late_says_nothing_of_the_instance()
    {
        await using var port = Port.Stopping("");
        using var probing = new Probing(
            Some.Check(port: port.Number) with { Timeout = TimeSpan.FromMilliseconds(100) }, timeProvider: new SleepyTime());

        Assert.Equal(ProbeResult.Unknown("this server was too busy to hear its answer"), await probing.AskAsync());
    }

    [Fact]
    public async Task A_probe_that_is_dropped_says_nothing()
    {
        await using var port = Port.Stopping("");
        using var probing = new Probing(Some.Check(port: port.Number) with { Timeout = TimeSpan.FromMinutes(1) });
        using var stopping = new CancellationTokenSource();
        var asking = probing.AskAsync(stopping.Token);
        await Patiently.UntilAsync(() => port.Accepted == 1, "the probe connects");

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patiently.ForAsync(asking, "the probe ends"));
    }

    [Fact]
    public async Task Nobody_listening_is_unhealthy() =>
        Assert.Equal(ProbeResult.Unhealthy("connection refused"), await Probing.OnceAsync(Some.Check(port: Port.Free())));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\n folded: line\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=y\r\nh\r\n1 \r\ni\r\n0\r\nTrailer: z\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    public async Task Whatever_is_HTTP_is_understood_in_one_piece_and_in_many(string answer)
    {
        await using var whole = Port.Saying(answer);
        await using var dripping = Port.Dripping(answer);
        var check = Some.Check() with { BodyContains = "hi" };

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(check with { Port = whole.Number }));
        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(check with { Port = dripping.Number }));
    }

    [Theory]
    [InlineData("", "closed the connection without an answer")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", "answered with something that is not HTTP/1.1")]
    [InlineData("HTTP/2 200 OK\r\n\r\n", "answered with something that is not HTTP/1.1")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "answered with something that is not HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n", "answered with a header that is none")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "answered with a Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "answered with a Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "answered with a Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "closed the connection before its answer was complete")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "closed the connection before its answer was complete")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", "answered with a body that is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "answered with a body that is not HTTP")]
    public async Task What_is_not_HTTP_is_unhealthy_and_told(string answer, string why)
    {
        await using var port = Port.Saying(answer);

        Assert.Equal(ProbeResult.Unhealthy(why), await Probing.OnceAsync(Some.Check(port: port.Number)));
    }

    [Fact]
    public async Task One_connection_serves_many_probes()
    {
        await using var site = await WebSite.StartAsync(Ok);
        using var probing = new Probing(Some.Check(port: site.Port) with { Timeout = TimeSpan.FromSeconds(50), BodyContains = "well" });

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        }

        Assert.Equal((5, 1, 1L), (site.Requests.Count, site.Connections, probing.Connections));
    }

    [Fact]
    public async Task An_answer_to_HEAD_and_one_without_content_leave_the_connection_as_it_is()
    {
        await using var site = await WebSite.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "HEAD" ? 200 : 204;
            context.Response.ContentLength = context.Request.Method == "HEAD" ? 1000 : null;
            return Task.CompletedTask;
        });
        foreach (var method in new[] { "HEAD", "GET" })
        {
            using var probing = new Probing(Some.Check(port: site.Port) with { Timeout = TimeSpan.FromSeconds(50), Method = method });
            Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
            Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
            Assert.Equal(1, probing.Connections);
        }
    }

    [Fact]
    public async Task A_connection_that_was_closed_between_two_probes_is_opened_again()
    {
        await using var port = Port.Saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        using var probing = new Probing(Some.Check(port: port.Number) with { Timeout = TimeSpan.FromSeconds(50) });

        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());

        Assert.Equal(2, port.Accepted);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    public async Task A_connection_that_may_not_go_on_is_closed(string answer)
    {
        await using var port = Port.Saying(answer, answer);
        using var probing = new Probing(Some.Check(port: port.Number) with { Timeout = TimeSpan.FromSeconds(50) });

        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());

        Assert.Equal(2, port.Accepted);
    }

    [Fact]
    public async Task Connections_beyond_those_that_are_kept_are_opened_anew()
    {
        await using var site = await WebSite.StartAsync(Ok);
        using var probing = new Probing(Some.Check(port: site.Port) with { Timeout = TimeSpan.FromSeconds(50) }, keptMax: 0);

        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());

        Assert.Equal(2, site.Connections);
    }

    [Fact]
    public async Task No_proxy_of_the_environment_is_asked()
    {
        await using var site = await WebSite.StartAsync(Ok);
        Environment.SetEnvironmentVariable("http_proxy", $"http://127.0.0.1:{Port.Free()}");
        try
        {
            Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(port: site.Port)));
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", null);
        }
    }

    /// <summary>A clock by which every time-out was noticed long after it was over.</summary>
    private sealed class SleepyTime : TimeProvider
    {
        private long _asked;

        public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Increment(ref _asked) * 10 * TimestampFrequency);
    }
}

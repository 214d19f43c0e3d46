using Microsoft.AspNetCore.Http;

using Muster.Core.Health;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Probes;

/// <summary>The probe against the health service of Grpc.AspNetCore, which somebody else wrote.</summary>
public sealed class GrpcProbeTests
{
    [Fact]
    public async Task A_server_that_serves_is_healthy_and_one_connection_serves_many_probes()
    {
        await using var site = await WebSite.StartGrpcAsync(("", () => true));
        using var probing = new Probing(Of(site) with { Timeout = TimeSpan.FromSeconds(50) });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
        }

        Assert.Equal((1, 1L), (site.Connections, probing.Connections));
    }

    [Fact]
    public async Task A_service_is_asked_about_by_name()
    {
        var longName = new string('x', 200);
        await using var site = await WebSite.StartGrpcAsync(("", () => true), ("shop", () => false), (longName, () => true));

        Assert.Equal(ProbeResult.Unhealthy("says NOT_SERVING"), await Probing.OnceAsync(Of(site) with { Service = "shop" }));
        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Of(site) with { Service = longName }));
    }

    [Fact]
    public async Task A_service_that_comes_back_is_healthy_again()
    {
        var serves = false;
        await using var site = await WebSite.StartGrpcAsync(("", () => serves));
        using var probing = new Probing(Of(site) with { Timeout = TimeSpan.FromSeconds(50) });

        Assert.Equal(ProbeResult.Unhealthy("says NOT_SERVING"), await probing.AskAsync());
        serves = true;
        Assert.Equal(ProbeResult.Healthy, await probing.AskAsync());
    }

    [Fact]
    public async Task A_service_that_the_server_does_not_know_is_unhealthy()
    {
        await using var site = await WebSite.StartGrpcAsync(("", () => true));

        Assert.Equal(
            ProbeResult.Unhealthy("does not know the service 'blog'"), await Probing.OnceAsync(Of(site) with { Service = "blog" }));
    }

    [Fact]
    public async Task A_server_of_HTTP_2_without_gRPC_is_unhealthy()
    {
        await using var site = await WebSite.StartHttp2Async(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Unhealthy("answered 404, and not by gRPC"), await Probing.OnceAsync(Of(site)));
    }

    [Fact]
    public async Task An_answer_without_end_is_read_to_a_bound()
    {
        await using var site = await WebSite.StartHttp2Async(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 1024), context.RequestAborted);
            }
        });

        Assert.Equal(ProbeResult.Unhealthy("answered with a message that is too long"), await Probing.OnceAsync(Of(site)));
    }

    [Fact]
    public async Task A_server_of_HTTP_1_is_unhealthy()
    {
        await using var site = await WebSite.StartAsync(context => context.Response.WriteAsync("hi"));

        var result = await Probing.OnceAsync(Of(site));

        Assert.Equal(Verdict.Unhealthy, result.Verdict);
    }

    [Fact]
    public async Task Nobody_listening_is_unhealthy() =>
        Assert.Equal(ProbeResult.Unhealthy("connection refused"), await Probing.OnceAsync(Some.Check(ProbeKind.Grpc, Port.Free())));

    [Fact]
    public async Task A_server_that_says_nothing_is_unhealthy_when_the_time_is_over()
    {
        await using var port = Port.Stopping("");
        using var probing = new Probing(Some.Check(ProbeKind.Grpc, port.Number) with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ProbeResult.Unhealthy("no answer within 200ms"), await probing.AskAsync());
    }

    private static HealthCheck Of(WebSite site) => Some.Check(ProbeKind.Grpc, site.Port);
}

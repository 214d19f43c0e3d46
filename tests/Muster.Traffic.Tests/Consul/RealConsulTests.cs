using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Consul;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Consul;

/// <summary>The source on Consul's own agent, which judges what the simulated one takes.</summary>
public sealed class RealConsulTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_is_registered_drained_and_deregistered()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "consul"))),
            "consul is not on the PATH");
        var port = FreePort.Find();
        await using var agent = Daemon.Start(
            ["consul", "agent", "-dev", "-bind=127.0.0.1", "-http-port", port.ToString(CultureInfo.InvariantCulture), "-dns-port=-1",
             "-grpc-port=-1", "-grpc-tls-port=-1", "-server-port", FreePort.Find().ToString(CultureInfo.InvariantCulture),
             "-serf-lan-port", FreePort.Find().ToString(CultureInfo.InvariantCulture),
             "-serf-wan-port", FreePort.Find().ToString(CultureInfo.InvariantCulture)]);
        await agent.UntilListeningAsync(port);
        await using var web = new WebInstance();
        await using var source = new ConsulKind().Open(new()
        {
            Source = "registry",
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("url", $"http://127.0.0.1:{port}").Add("check_interval", "1s").Add("settle", "1s"),
            Time = TimeProvider.System,
        });
        var scope = Some.Scope(new() { Source = "registry", Service = "web", Attribute = "port" });
        var member = Some.Member(1, web.Port);

        // It has no leader in its first seconds.
        await Patiently.UntilAsync(
            async () =>
            {
                try
                {
                    await source.JoinAsync(scope, member, Cancellation);
                    return (await source.ListAsync(scope, [member], Cancellation)).Any(entry => entry.Verdict is Verdict.Healthy);
                }
                catch (TrafficException error) when (error.Kind is TrafficErrorKind.Unavailable)
                {
                    return false;
                }
            },
            "its check finds it", TimeSpan.FromMinutes(2));
        await Patiently.UntilAsync(async () => (await source.DrainAsync(scope, member, Cancellation)).IsEmpty, "it is empty");
        await Patiently.UntilAsync(
            async () =>
            {
                var entries = await source.ListAsync(scope, [], Cancellation);
                await Task.WhenAll(entries.Select(entry => source.LeaveAsync(scope, entry, Cancellation)));
                return entries.IsEmpty;
            },
            "it is gone");
    }
}

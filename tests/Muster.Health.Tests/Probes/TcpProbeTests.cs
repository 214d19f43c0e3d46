using System.Net;

using Muster.Core.Health;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Probes;

public sealed class TcpProbeTests
{
    private static readonly Func<Stream, CancellationToken, Task> Nothing = (_, _) => Task.CompletedTask;

    [Fact]
    public async Task A_connection_that_opens_is_healthy()
    {
        await using var port = new Port(Nothing);

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(ProbeKind.Tcp, port.Number)));
    }

    [Fact]
    public async Task It_opens_over_IPv6_as_well()
    {
        await using var port = new Port(Nothing, IPAddress.IPv6Loopback);

        Assert.Equal(ProbeResult.Healthy, await Probing.OnceAsync(Some.Check(ProbeKind.Tcp, port.Number), Some.Instance(address: "::1")));
    }

    [Fact]
    public async Task One_that_is_refused_is_unhealthy() =>
        Assert.Equal(ProbeResult.Unhealthy("connection refused"), await Probing.OnceAsync(Some.Check(ProbeKind.Tcp, Port.Free())));
}

using System.Net.Sockets;

using Muster.Core.Health;
using Muster.Health.Probes;

namespace Muster.Health.Tests.Probes;

public sealed class ProbeFailureTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, Verdict.Unhealthy)]
    [InlineData(SocketError.ConnectionReset, Verdict.Unhealthy)]
    [InlineData(SocketError.TimedOut, Verdict.Unhealthy)]
    [InlineData(SocketError.HostUnreachable, Verdict.Unhealthy)]
    [InlineData(SocketError.NetworkUnreachable, Verdict.Unknown)]
    [InlineData(SocketError.NetworkDown, Verdict.Unknown)]
    [InlineData(SocketError.AddressNotAvailable, Verdict.Unknown)]
    [InlineData(SocketError.TooManyOpenSockets, Verdict.Unknown)]
    [InlineData(SocketError.NoBufferSpaceAvailable, Verdict.Unknown)]
    [InlineData(SocketError.AccessDenied, Verdict.Unknown)]
    [InlineData(SocketError.SocketError, Verdict.Unknown)]
    public void What_is_our_own_fault_is_held_against_nobody(SocketError error, Verdict verdict) =>
        Assert.Equal(verdict, ProbeFailure.Of(new IOException("broken", new SocketException((int)error)))?.Verdict);

    [Fact]
    public void A_bug_is_none_of_the_instance_s() => Assert.Null(ProbeFailure.Of(new InvalidOperationException()));
}

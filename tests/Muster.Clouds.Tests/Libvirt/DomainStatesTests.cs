using Muster.Clouds.Libvirt.Domains;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Libvirt;

public sealed class DomainStatesTests
{
    [Theory]
    [InlineData(0, 0, InstanceState.Unknown, "libvirt does not know its state")]
    [InlineData(1, 1, InstanceState.Running, "running")]
    [InlineData(2, 0, InstanceState.Running, "blocked")]
    [InlineData(3, 0, InstanceState.Stopped, "paused")]
    [InlineData(3, 1, InstanceState.Stopped, "paused by hand")]
    [InlineData(3, 2, InstanceState.Running, "paused while it moves to another host")]
    [InlineData(3, 5, InstanceState.Stopped, "paused after an error of its disk; is the host's disk full?")]
    [InlineData(3, 10, InstanceState.Failed, "its system crashed")]
    [InlineData(3, 11, InstanceState.Provisioning, "starting")]
    [InlineData(3, 99, InstanceState.Stopped, "paused")]
    [InlineData(4, 0, InstanceState.Terminating, "shutting down")]
    [InlineData(5, 0, InstanceState.Stopped, "shut off")]
    [InlineData(5, 1, InstanceState.Stopped, "its system shut down")]
    [InlineData(5, 2, InstanceState.Stopped, "destroyed by hand")]
    [InlineData(5, 3, InstanceState.Failed, "its system or its hypervisor crashed")]
    [InlineData(5, 6, InstanceState.Failed, "its hypervisor died, or did not start")]
    [InlineData(6, 0, InstanceState.Failed, "its system crashed")]
    [InlineData(7, 0, InstanceState.Stopped, "suspended by its own system")]
    [InlineData(12, 3, InstanceState.Unknown, "libvirt's state 12/3")]
    public void Each_state_means_this(int state, int reason, InstanceState expected, string detail) =>
        Assert.Equal((expected, detail), DomainStates.Of(state, reason));

    [Theory]
    [InlineData(3, 1, true)]
    [InlineData(3, 5, false)]
    [InlineData(5, 0, null)]
    [InlineData(5, 1, null)]
    [InlineData(5, 2, true)]
    [InlineData(5, 3, false)]
    [InlineData(5, 5, true)]
    [InlineData(6, 1, false)]
    public void Whether_it_was_on_order_is_told_where_libvirt_tells(int state, int reason, bool? expected) =>
        Assert.Equal(expected, DomainStates.OnOrder(state, reason));
}

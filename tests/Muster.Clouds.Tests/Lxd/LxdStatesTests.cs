using Muster.Clouds.Lxd;
using Muster.Clouds.Lxd.Wire;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Lxd;

public sealed class LxdStatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Stopped", false, 5, InstanceState.Provisioning, true)]
    [InlineData("Error", false, 5, InstanceState.Provisioning, true)]
    [InlineData("Stopped", false, 24 * 60, InstanceState.Failed, false)]
    [InlineData("Stopped", true, 5, InstanceState.Stopped, false)]
    [InlineData("Starting", false, 5, InstanceState.Provisioning, false)]
    [InlineData("Running", true, 5, InstanceState.Running, false)]
    public void What_was_made_and_never_started_is_half_made_for_as_long_as_a_launch_may_take(
        string status, bool wasStarted, int ageMinutes, InstanceState state, bool isHalfMade)
    {
        var instance = LxdStates.Instance(
            new()
            {
                Name = "web",
                Status = status,
                CreatedAt = Now.AddMinutes(-ageMinutes),
                LastUsedAt = wasStarted ? Now.AddMinutes(-1) : DateTimeOffset.UnixEpoch,
            },
            Now,
            isEnding: false,
            addresses: []);

        Assert.Equal((state, isHalfMade), (instance.State, instance.IsHalfMade));
    }
}

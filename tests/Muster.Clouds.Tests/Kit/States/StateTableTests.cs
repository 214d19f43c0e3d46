using Muster.Clouds.Kit.States;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Kit.States;

public sealed class StateTableTests
{
    private static readonly StateTable Table = new(
        new("RUNNING", InstanceState.Running),
        new("BUILD", InstanceState.Provisioning, $"building: {StateRow.Told}")
        {
            BootMax = TimeSpan.FromMinutes(5), Stuck = $"never came up: {StateRow.Told}",
        });

    [Theory]
    [InlineData("RUNNING", 60, InstanceState.Running, "RUNNING")]
    [InlineData("BUILD", 5, InstanceState.Provisioning, "building: disk")]
    [InlineData("BUILD", 6, InstanceState.Failed, "never came up: disk")]
    [InlineData("SHELVED", 0, InstanceState.Unknown, "SHELVED")]
    [InlineData(null, 0, InstanceState.Unknown, null)]
    public void A_word_means_a_state(string? word, int ageMinutes, InstanceState state, string? detail) =>
        Assert.Equal((state, detail), Table.Of(word, TimeSpan.FromMinutes(ageMinutes), "disk"));
}

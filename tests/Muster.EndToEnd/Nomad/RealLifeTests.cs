using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With a real Nomad, where the machine has one: 1.7 or newer, since it must sign what tasks show.</summary>
public sealed class RealLifeTests
{
    [Fact]
    public async Task Groups_are_made_repaired_scaled_and_drained_by_checks_that_Nomad_starts() =>
        await Life.WholeAsync(await RealAgent.StartAsync(), "scale");

    [Fact]
    public async Task A_living_group_moves_to_Nomad_and_back_without_an_instance_touched() =>
        await Life.MovedAsync(await RealAgent.StartAsync(), "scale");
}

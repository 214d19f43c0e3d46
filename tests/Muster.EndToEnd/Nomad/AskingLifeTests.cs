using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With the simulated Nomad, whose tasks ask the server.</summary>
[Collection(StoriesCollection.Name)]
public sealed class AskingLifeTests(Stories stories)
{
    internal static IEnumerable<Func<Task>> All => [WholeAsync, MovedAsync];

    [Fact]
    public Task Groups_are_made_repaired_scaled_and_drained_by_checks_that_Nomad_starts() => stories.Of(WholeAsync);

    [Fact]
    public Task A_living_group_moves_to_Nomad_and_back_without_an_instance_touched() => stories.Of(MovedAsync);

    private static async Task WholeAsync() => await Life.WholeAsync(await SimulatedAgent.StartAsync(), "ask");

    private static async Task MovedAsync() => await Life.MovedAsync(await SimulatedAgent.StartAsync(), "ask");
}

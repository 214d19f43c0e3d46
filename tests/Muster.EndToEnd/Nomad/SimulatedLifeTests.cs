using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With the simulated Nomad.</summary>
public sealed class SimulatedLifeTests : LifeTests
{
    private protected override async Task<INomadAgent> StartAgentAsync() => await SimulatedAgent.StartAsync();
}

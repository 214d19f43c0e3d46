using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With the simulated Nomad, whose tasks are the engine.</summary>
public sealed class SimulatedLifeTests() : LifeTests("scale")
{
    private protected override async Task<INomadAgent> StartAgentAsync() => await SimulatedAgent.StartAsync();
}

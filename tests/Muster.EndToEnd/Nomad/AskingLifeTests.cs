using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With the simulated Nomad, whose tasks ask the server.</summary>
public sealed class AskingLifeTests() : LifeTests("ask")
{
    private protected override async Task<INomadAgent> StartAgentAsync() => await SimulatedAgent.StartAsync();
}

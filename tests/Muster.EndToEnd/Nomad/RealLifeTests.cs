using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With a real Nomad, where the machine has one.</summary>
public sealed class RealLifeTests : LifeTests
{
    private protected override async Task<INomadAgent> StartAgentAsync() => await RealAgent.StartAsync();
}

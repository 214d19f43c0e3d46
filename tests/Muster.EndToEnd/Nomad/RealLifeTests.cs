using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>With a real Nomad, where the machine has one: 1.7 or newer, since it must sign what tasks show.</summary>
public sealed class RealLifeTests() : LifeTests("scale")
{
    private protected override async Task<INomadAgent> StartAgentAsync() => await RealAgent.StartAsync();
}

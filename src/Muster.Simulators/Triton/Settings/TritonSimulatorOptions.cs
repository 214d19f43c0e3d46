using Muster.Simulators.Kit;

namespace Muster.Simulators.Triton.Settings;

/// <summary>What a simulated CloudAPI is like; every member may be changed while it runs.</summary>
/// <remarks>Tags lag as lists do; a new machine shows at once. It takes 10 requests a second of each family, after 30 at once.</remarks>
public sealed class TritonSimulatorOptions : SimulatorOptions
{
    /// <summary>Between the check of a name and its being taken: two requests within it both pass.</summary>
    public TimeSpan NameRace { get; set; }

    /// <summary>Whether there is a change feed.</summary>
    public bool ChangeFeed { get; set; } = true;
}

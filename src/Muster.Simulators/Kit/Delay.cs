namespace Muster.Simulators.Kit;

/// <summary>A time that varies: from half of it to one and a half with spread 0.5.</summary>
/// <param name="Typical">The middle.</param>
/// <param name="Spread">How far it goes to both sides, as a share.</param>
public readonly record struct Delay(TimeSpan Typical, double Spread = 0)
{
    internal TimeSpan Draw(Random random) => Typical * (1 + (Spread * ((2 * random.NextDouble()) - 1)));
}

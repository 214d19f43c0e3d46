namespace Muster.Simulation.Worlds;

/// <summary>What becomes of one call to the store.</summary>
/// <param name="Before">From the call to its commit.</param>
/// <param name="After">From the commit to the answer.</param>
/// <param name="FailsBefore">Answered with "unavailable", and nothing was committed.</param>
/// <param name="FailsAfter">Answered with "unavailable", although it was committed: the connection broke in between.</param>
internal readonly record struct StoreFate(TimeSpan Before, TimeSpan After, bool FailsBefore, bool FailsAfter);

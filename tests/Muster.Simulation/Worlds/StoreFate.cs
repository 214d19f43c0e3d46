namespace Muster.Simulation.Worlds;

/// <summary>What becomes of one call to the store.</summary>
/// <param name="Before">From the call to its commit.</param>
/// <param name="After">From the commit to the answer.</param>
/// <param name="FailsBefore">Answered with "unavailable", and nothing was committed.</param>
/// <param name="FailsAfter">The connection broke after it was committed: "ambiguous".</param>
/// <param name="Conflicts">How long it was tried again, because others changed the same; null when they did not.</param>
/// <param name="Timeout">How long a call hangs whose process is cut off.</param>
/// <param name="Arrives">Whether a call that is on its way when its process is cut off is committed.</param>
internal readonly record struct StoreFate(
    TimeSpan Before, TimeSpan After, bool FailsBefore, bool FailsAfter, TimeSpan? Conflicts, TimeSpan Timeout, bool Arrives);

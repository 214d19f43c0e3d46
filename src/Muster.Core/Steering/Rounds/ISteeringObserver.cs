namespace Muster.Core.Steering.Rounds;

/// <summary>Hears what steering rounds do, for logs and metrics. Called from one thread; must neither block nor throw.</summary>
public interface ISteeringObserver
{
    /// <summary>A round ended.</summary>
    /// <param name="report">What it did.</param>
    void OnRound(RoundReport report);

    /// <summary>A round failed as a whole, and is tried again.</summary>
    /// <param name="error">Why. Anything but a store's exception is a bug.</param>
    void OnFailed(Exception error);
}

/// <summary>What a steering round did.</summary>
/// <param name="Groups">Groups that were steered here.</param>
/// <param name="Moved">Groups whose level was moved.</param>
/// <param name="Blind">Policies without data.</param>
/// <param name="Duration">How long it took, the sources among it.</param>
/// <param name="Late">How long after its time it began.</param>
public sealed record RoundReport(int Groups, int Moved, int Blind, TimeSpan Duration, TimeSpan Late);

/// <summary>What the rounds of one server come to since its start.</summary>
/// <param name="Rounds">Rounds finished.</param>
/// <param name="Failed">Rounds that failed as a whole.</param>
/// <param name="Moves">Times that a level was moved.</param>
/// <param name="LastDuration">How long the last round took.</param>
public sealed record RoundFigures(long Rounds, long Failed, long Moves, TimeSpan LastDuration);

namespace Muster.Core.Health;

/// <summary>Tells what the probes of one server come to.</summary>
public interface IProbeFigures
{
    /// <summary>A probe began so much later than it was due. Handlers neither block nor throw.</summary>
    event Action<TimeSpan>? Began;

    /// <summary>The figures of this moment.</summary>
    ProbeFigures Figures { get; }
}

namespace Muster.Clouds.Conformance;

/// <summary>One thing that every cloud does, whatever is behind it.</summary>
/// <param name="Sentence">What, as a sentence.</param>
/// <param name="Try">Tries it in an installation of its own.</param>
internal sealed record CloudRule(string Sentence, Func<RuleRun, Task> Try)
{
    /// <summary>As it is told to people.</summary>
    public override string ToString() => Sentence;
}

namespace Muster.Clouds.Conformance;

/// <summary>How a cloud fared with one rule.</summary>
/// <param name="Rule">Its sentence.</param>
/// <param name="Verdict">Whether it was kept.</param>
/// <param name="Reason">Why it was broken or skipped; null when kept.</param>
/// <param name="Duration">How long the trial took.</param>
public sealed record RuleOutcome(string Rule, RuleVerdict Verdict, string? Reason, TimeSpan Duration);

/// <summary>Whether a rule was kept.</summary>
public enum RuleVerdict
{
    /// <summary>It was.</summary>
    Kept,

    /// <summary>It was not.</summary>
    Broken,

    /// <summary>It does not apply here.</summary>
    Skipped,
}

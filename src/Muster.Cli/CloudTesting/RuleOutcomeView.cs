namespace Muster.Cli.CloudTesting;

/// <summary>One line of <c>muster cloud test --json</c>.</summary>
/// <param name="Rule">Its sentence.</param>
/// <param name="Verdict"><c>kept</c>, <c>broken</c> or <c>skipped</c>.</param>
/// <param name="Reason">Why it is not kept; null when it is.</param>
/// <param name="ElapsedMs">Milliseconds the trial took.</param>
internal sealed record RuleOutcomeView(string Rule, string Verdict, string? Reason, double ElapsedMs);

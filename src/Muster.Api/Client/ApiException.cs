using Muster.Api.Problems;

namespace Muster.Api.Client;

/// <summary>The server refused or failed, and said why.</summary>
/// <param name="problem">What it said.</param>
public sealed class ApiException(ProblemView problem) : Exception(Sentence(problem))
{
    /// <summary>What it said.</summary>
    public ProblemView Problem { get; } = problem;

    /// <summary>How long it asked to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    private static string Sentence(ProblemView problem) =>
        problem.Errors.Count == 0
            ? problem.Detail
            : string.Join("; ", problem.Errors.Select(Sentence));

    private static string Sentence(FieldErrorView error) =>
        error.Value is null ? $"{error.Field} is missing: {error.Allowed}" : $"{error.Field} is '{error.Value}': {error.Allowed}";
}

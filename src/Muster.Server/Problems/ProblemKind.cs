namespace Muster.Server.Problems;

/// <summary>A kind of problem: its stable code, its HTTP status, and what it asks of the user and of the operator.</summary>
/// <param name="Code">Stable: programs branch on it.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Remedy">What to do about it; printed in <c>docs/api/errors.md</c>.</param>
public sealed record ProblemKind(string Code, int Status, string Title, string Remedy)
{
    /// <summary>The kind as a URI.</summary>
    public string Type => $"urn:muster:problem:{Code}";
}

namespace Muster.Core.Groups;

/// <summary>Where a change of a group comes from: a person, a schedule, a policy; each leaves its name and its reason.</summary>
/// <param name="Author">Who: the name of a token, or <c>dev</c>.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in the author's words; null when none was given.</param>
public sealed record ChangeOrigin(string Author, DateTimeOffset At, string? Reason = null)
{
    /// <summary>Longest reason, in characters: a sentence or two, not a report.</summary>
    public const int ReasonLengthMax = 1024;

    /// <summary>How every description of a change ends: <c>by alice: the fair begins</c>.</summary>
    public override string ToString() => string.IsNullOrWhiteSpace(Reason) ? $"by {Author}" : $"by {Author}: {Reason.Trim()}";
}

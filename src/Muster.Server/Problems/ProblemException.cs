using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Server.Problems;

/// <summary>Ends a request with a problem of a certain kind.</summary>
/// <param name="kind">Which.</param>
/// <param name="detail">What happened here and what to do about it.</param>
/// <param name="errors">The wrong fields, if it is about fields.</param>
/// <param name="retryAfter">When to try again, where that is known.</param>
public sealed class ProblemException(
    ProblemKind kind, string detail, ImmutableArray<InputError> errors = default, TimeSpan? retryAfter = null) : Exception(detail)
{
    /// <summary>Of which kind.</summary>
    public ProblemKind Kind { get; } = kind;

    /// <summary>The wrong fields, if it is about fields.</summary>
    public ImmutableArray<InputError> Errors { get; } = errors.IsDefault ? [] : errors;

    /// <summary>When to try again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>A problem that has a sentence of its own, and one field or header to change.</summary>
    public static ProblemException Said(ProblemKind kind, string sentence, string field, string? value, string allowed) =>
        new(kind, sentence, [new(field, value, allowed)]);

    /// <summary>That a name is taken.</summary>
    /// <param name="what">By what, in a word.</param>
    /// <param name="name">Which.</param>
    public static ProblemException DuplicateName(string what, string name) => Said(
        ProblemKinds.DuplicateName,
        $"a {what} named {name} exists already",
        "name",
        name,
        $"another name: a {what} named {name} exists already");

    /// <summary>A problem with one field or header.</summary>
    public static ProblemException About(ProblemKind kind, string field, string? value, string allowed)
    {
        var error = new InputError(field, value, allowed);
        return new(kind, error.ToString(), [error]);
    }
}

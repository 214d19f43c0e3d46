using System.Collections.Immutable;

namespace Muster.Core;

/// <summary>One thing wrong with an input: which field, what was given, what is allowed.</summary>
/// <param name="Field">The field as the user wrote it, in snake_case: <c>capacity.desired</c>.</param>
/// <param name="Value">What was given, as text; null when nothing was. Never a secret.</param>
/// <param name="Allowed">What is allowed, in words: <c>0 to 1000</c>.</param>
public sealed record InputError(string Field, string? Value, string Allowed)
{
    /// <summary>The sentence for the user.</summary>
    public override string ToString() =>
        Value is null ? $"{Field} is missing: {Allowed}" : $"{Field} is '{Value}': {Allowed}";

    /// <summary>What was given, short enough for an error message; null when nothing was.</summary>
    internal static string? Shown(string? text) => text?.Length switch
    {
        null or 0 => null,
        > 200 => $"{text.AsSpan(0, 60)}... ({text.Length} characters)",
        _ => text,
    };
}

/// <summary>An input was refused; says every wrong field at once, and nothing was changed.</summary>
public class InputException(ImmutableArray<InputError> errors)
    : Exception(string.Join("; ", errors))
{
    /// <summary>One error.</summary>
    public InputException(string field, string? value, string allowed)
        : this([new InputError(field, value, allowed)])
    {
    }

    /// <summary>Every wrong field; never empty.</summary>
    public ImmutableArray<InputError> Errors { get; } = errors;

    /// <summary>Throws when <paramref name="errors"/> has any.</summary>
    /// <exception cref="InputException">There is at least one error.</exception>
    public static void ThrowIfAny(ImmutableArray<InputError>.Builder errors)
    {
        if (errors.Count > 0)
        {
            throw new InputException(errors.ToImmutable());
        }
    }
}

namespace Muster.Core;

/// <summary>The rule for names of templates, groups, accounts and clouds.</summary>
/// <remarks>
/// <c>.</c> and <c>..</c> are none: every HTTP client folds them out of a path, so nothing of that name could be reached.
/// </remarks>
public static class EntityName
{
    /// <summary>Longest name, in characters; the original contract's limit.</summary>
    public const int LengthMax = 182;

    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "1 to 182 characters of A-Z a-z 0-9 . _ -";

    /// <summary>Whether <paramref name="name"/> keeps the rule.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= LengthMax } && !IsDots(name) && name.All(IsAllowed);

    /// <summary>The rule in words for somebody who gave <paramref name="name"/>: the exception is told to those who met it.</summary>
    public static string RuleFor(string? name) => IsDots(name) ? $"{Rule}, and not . or .. alone" : Rule;

    private static bool IsDots(string? name) => name is "." or "..";

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}

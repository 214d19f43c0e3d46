namespace Muster.Core.Accounts;

/// <summary>Who owns templates and groups.</summary>
public sealed record Account
{
    /// <summary>The account of <c>muster dev</c> and of an installation that names no other.</summary>
    public const string DefaultName = "default";

    /// <summary>The rule for logins in words, for error messages.</summary>
    public const string LoginRule = "a login: 3 to 64 characters, a letter first, then letters, digits, _ . @ -";

    private const int LoginLengthMin = 3;
    private const int LoginLengthMax = 64;

    /// <summary>Stable id.</summary>
    public required AccountId Id { get; init; }

    /// <summary>
    /// Unique name: <see cref="EntityName"/> where Muster gave it; the login of an account at a cloud as it is there.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The id that the cloud gives the account of this name; null until its first caller came.</summary>
    public string? CloudId { get; init; }

    /// <summary>Whether callers who sign as this account are let in.</summary>
    public AccountAccess Access { get; init; }

    /// <summary>When a new credential was last ordered: the next signed request replaces one that is older. Null when never.</summary>
    public DateTimeOffset? KeyOrderedAt { get; init; }

    /// <summary>
    /// Most that all of its groups together may cost an hour, in the currency of the prices: launches that would pass it are held back.
    /// Null for no limit.
    /// </summary>
    public decimal? SpendPerHourMax { get; init; }

    /// <summary>Whether a text can be an account's or a user's login at a cloud.</summary>
    public static bool IsLogin(string? text) =>
        text is { Length: >= LoginLengthMin and <= LoginLengthMax } && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-');
}

/// <summary>Whether callers who sign as an account are let in.</summary>
public enum AccountAccess
{
    /// <summary>Nobody said: the whitelist decides, and lets in none that is not on it.</summary>
    Unlisted,

    /// <summary>On the whitelist.</summary>
    Allowed,

    /// <summary>Kept out, whitelist or not.</summary>
    Denied,
}

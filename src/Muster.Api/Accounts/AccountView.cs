using System.Text.Json.Serialization;

namespace Muster.Api.Accounts;

/// <summary>An account, and whether callers who sign as it are let in on <c>/v1/tsg</c>.</summary>
public sealed record AccountView
{
    /// <summary>Stable id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its login at the cloud; <c>default</c> is the installation's own, for bearers of tokens.</summary>
    public required string Name { get; init; }

    /// <summary><c>allowed</c>, <c>denied</c>, or <c>unlisted</c>: let in only where there is no whitelist.</summary>
    public required string Access { get; init; }

    /// <summary>The id that the cloud gives it; null until its first caller came.</summary>
    public string? CloudId { get; init; }

    /// <summary>When a new service key was last ordered; a request signed after that makes it. Null when never.</summary>
    public DateTimeOffset? KeyOrderedAt { get; init; }

    /// <summary>Most that all of its groups together may cost an hour. Left out where there is no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? SpendPerHourMax { get; init; }

    /// <summary>
    /// What all of its groups together cost an hour now, as it counts against the limit. Left out where no price is known.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? SpendPerHour { get; init; }

    /// <summary>What amounts are in, such as <c>EUR</c>. Left out where no price is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Currency { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

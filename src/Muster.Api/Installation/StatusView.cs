using System.Text.Json.Serialization;

using Muster.Api.Clouds;

namespace Muster.Api.Installation;

/// <summary>How the server is.</summary>
public sealed record StatusView
{
    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Made once with the store; the tag <c>muster.installation</c>.</summary>
    public required Guid InstallationId { get; init; }

    /// <summary>When the server started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The newest position of the audit trail.</summary>
    public required long Position { get; init; }

    /// <summary>Why nothing is launched or terminated; null when the installation is not paused.</summary>
    public PauseView? Paused { get; init; }

    /// <summary>What Muster remembers with.</summary>
    public required StoreView Store { get; init; }

    /// <summary>
    /// What the figures are of: <c>installation</c>, or <c>account</c> for a caller who may see no more; null from a
    /// server that knows no scopes.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>The servers that share the store and live, by holder; none for a caller of scope <c>account</c>.</summary>
    public required IReadOnlyList<ServerView> Servers { get; init; }

    /// <summary>What makes level checks happen; null for a caller of scope <c>account</c>.</summary>
    public required PulseView? Pulse { get; init; }

    /// <summary>The prices in force. Left out where there is none, and for tokens of scope <c>account</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricesView? Prices { get; init; }

    /// <summary>Calls to each cloud; for a caller of scope <c>account</c> those made with the account's own credential.</summary>
    public required IReadOnlyList<CloudCallsView> Clouds { get; init; }
}

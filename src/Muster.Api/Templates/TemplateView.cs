namespace Muster.Api.Templates;

/// <summary>A template as it is kept.</summary>
public sealed record TemplateView
{
    /// <summary>Stable id; also the tag <c>muster.template</c> of every instance made from it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique per account among the living.</summary>
    public required string Name { get; init; }

    /// <summary>The configured cloud it launches on.</summary>
    public required string Cloud { get; init; }

    /// <summary>Start of each instance's name; null means the group's name.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>What the cloud boots.</summary>
    public required string Image { get; init; }

    /// <summary>How big; null for the cloud's default.</summary>
    public string? Size { get; init; }

    /// <summary>Networks to attach, in order; empty for the cloud's default.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Whether the cloud's firewall is on for the instance.</summary>
    public required bool FirewallEnabled { get; init; }

    /// <summary>Handed to the instance at first boot.</summary>
    public string? UserData { get; init; }

    /// <summary>Facts handed to the instance.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Tags put on the instance beside Muster's own.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Options that only this kind of cloud knows.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was archived; null while it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

using System.Collections.Immutable;

namespace Muster.Core.Templates;

/// <summary>What an instance is. Immutable: a change is a new template.</summary>
public sealed record Template
{
    /// <summary>Stable id; also the tag <c>muster.template</c> of every instance made from it.</summary>
    public required TemplateId Id { get; init; }

    /// <summary>Its owner.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Unique per account among the living; see <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The configured cloud it launches on, by name.</summary>
    public required string Cloud { get; init; }

    /// <summary>Start of each instance's name; null means the group's name.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>What the cloud boots: an image id or name; for <c>local</c>, a command line.</summary>
    public required string Image { get; init; }

    /// <summary>How big: a package, instance type or limits, in the cloud's own words; null for the cloud's default.</summary>
    public string? Size { get; init; }

    /// <summary>Networks to attach, in order; empty for the cloud's default.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>Whether the cloud's firewall is on for the instance.</summary>
    public bool FirewallEnabled { get; init; }

    /// <summary>Handed to the instance at first boot, unread by Muster; at most 64 KiB.</summary>
    public string? UserData { get; init; }

    /// <summary>Facts handed to the instance.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Tags put on the instance beside Muster's own; none may start with <c>muster.</c>.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Options that only this kind of cloud knows.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was archived; null while it lives. An archived template starts no new group.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

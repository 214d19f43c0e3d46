using System.Text.Json.Serialization;

namespace Muster.Api.Templates;

/// <summary>A template to make. Templates are immutable: a change is a new template.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TemplateInput
{
    /// <summary>Unique per account among the living; 1 to 182 characters of A-Z a-z 0-9 . _ -. Required.</summary>
    public string? Name { get; init; }

    /// <summary>The configured cloud it launches on, by name. Required.</summary>
    public string? Cloud { get; init; }

    /// <summary>Start of each instance's name; the group's name when left out.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>What the cloud boots: an image id or name; for <c>local</c>, a command line. Required.</summary>
    public string? Image { get; init; }

    /// <summary>How big, in the cloud's own words; the cloud's default when left out.</summary>
    public string? Size { get; init; }

    /// <summary>Networks to attach, in order; the cloud's default when left out. At most 16.</summary>
    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>Whether the cloud's firewall is on for the instance; off when left out.</summary>
    public bool? FirewallEnabled { get; init; }

    /// <summary>Handed to the instance at first boot, unread by Muster; at most 64 KiB as UTF-8.</summary>
    public string? UserData { get; init; }

    /// <summary>Facts handed to the instance; at most 64.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Tags put on the instance beside Muster's own; none may start with <c>muster.</c>; at most 64.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Options that only this kind of cloud knows; at most 64.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}

using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Core;

namespace Muster.Clouds.Gce.Naming;

/// <summary>Names and ids of instances, and what a link says.</summary>
internal static partial class GceNames
{
    /// <summary>Between zone and name in an instance's id: neither can hold it, and no address has to escape it.</summary>
    private const char Between = '.';

    /// <summary>Names of RFC 1035: small letters, digits and dashes.</summary>
    public static NameRule Rule { get; } = new()
    {
        LengthMax = 63,
        First = char.IsAsciiLetterLower,
        Rest = c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-',
    };

    /// <summary>The name that Google takes for one of Muster's. A capital letter becomes a small one, everything else a dash.</summary>
    public static string For(string name)
    {
        var taken = Rule.For(name.ToLowerInvariant());
        return taken.EndsWith('-') ? $"{taken[..^1]}0" : taken;
    }

    /// <summary>The id of an instance: names are given out once in a zone.</summary>
    public static InstanceId IdOf(string zone, string name) => new($"{zone}{Between}{name}");

    /// <summary>Zone and name of an id; false for one that no instance can have.</summary>
    public static bool TryRead(string id, out string zone, out string name)
    {
        var at = id.IndexOf(Between, StringComparison.Ordinal);
        (zone, name) = at < 0 ? ("", id) : (id[..at], id[(at + 1)..]);
        return IsName(zone) && IsName(name);
    }

    /// <summary>Whether it can be the name of anything at Google's, and so a part of a path.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>The last part of a link: <c>e2-small</c> of <c>https://.../machineTypes/e2-small</c>.</summary>
    public static string? LastOf(string? link) => link is null ? null : link[(link.LastIndexOf('/') + 1)..];

    /// <summary>What follows a part of a link: the project of <c>.../projects/p/zones/...</c>; null where it has no such part.</summary>
    public static string? PartOf(string? link, string part)
    {
        var parts = link?.Split('/') ?? [];
        var at = Array.IndexOf(parts, part);
        return at >= 0 && at + 1 < parts.Length ? parts[at + 1] : null;
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Name();
}

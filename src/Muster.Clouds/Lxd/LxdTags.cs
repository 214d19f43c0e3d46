using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>Tags as configuration keys: Muster's own as <c>user.muster.*</c>, others as <c>user.tag.*</c>.</summary>
internal static class LxdTags
{
    /// <summary>Where metadata go; a guest reads them through <c>/dev/lxd</c>.</summary>
    public const string MetadataPrefix = "user.meta.";

    /// <summary>Keeps a name that LXD does not take.</summary>
    public const string NameKey = "user.muster-name";

    /// <summary>All keys that say whose an instance is begin so.</summary>
    public const string ReservedPrefix = "user.muster";

    // An empty value means no key to LXD.
    private const string EmptyKey = "user.muster-empty";
    private const string OwnPrefix = "user.";
    private const string OtherPrefix = "user.tag.";

    /// <summary>The key of a tag.</summary>
    public static string Key(string tag) =>
        tag.StartsWith(MusterTags.Prefix, StringComparison.Ordinal) ? OwnPrefix + tag : OtherPrefix + tag;

    /// <summary>Whether a key holds a tag, or what Muster writes beside its tags.</summary>
    public static bool IsTag(string key) =>
        key.StartsWith(OtherPrefix, StringComparison.Ordinal) || key.StartsWith(ReservedPrefix, StringComparison.Ordinal);

    /// <summary>Puts tags into a configuration.</summary>
    public static void Write(ImmutableSortedDictionary<string, string> tags, IDictionary<string, string> config)
    {
        foreach (var (tag, value) in tags.Where(tag => tag.Value.Length > 0))
        {
            config[Key(tag)] = value;
        }

        if (string.Join('\n', tags.Where(tag => tag.Value.Length == 0).Select(tag => tag.Key)) is { Length: > 0 } empty)
        {
            config[EmptyKey] = empty;
        }
    }

    /// <summary>Reads them back.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IReadOnlyDictionary<string, string?> config)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in config)
        {
            if (key.StartsWith(OtherPrefix, StringComparison.Ordinal))
            {
                tags[key[OtherPrefix.Length..]] = value ?? "";
            }
            else if (key.StartsWith(OwnPrefix + MusterTags.Prefix, StringComparison.Ordinal))
            {
                tags[key[OwnPrefix.Length..]] = value ?? "";
            }
        }

        foreach (var tag in config.GetValueOrDefault(EmptyKey)?.Split('\n') ?? [])
        {
            tags[tag] = "";
        }

        return tags.ToImmutable();
    }
}

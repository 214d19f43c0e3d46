using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>Tags as EC2 has them: Muster's and a template's as they are, the instance's name as <c>Name</c>.</summary>
/// <remarks>
/// EC2 takes any characters in keys and values. A template's own tag cannot begin with <c>muster.</c>, nor be <see cref="NameKey"/> or
/// begin with <c>aws:</c>, which is refused; so no two tags become one.
/// </remarks>
internal static class Ec2Tags
{
    /// <summary>Where consoles show an instance's name.</summary>
    public const string NameKey = "Name";

    /// <summary>What a template's metadata become.</summary>
    public const string MetadataPrefix = MusterTags.Prefix + "meta.";

    /// <summary>Amazon's own.</summary>
    public const string AmazonPrefix = "aws:";

    /// <summary>EC2 takes so many on one thing.</summary>
    public const int CountMax = 50;

    /// <summary>Longest key, in characters.</summary>
    public const int KeyLengthMax = 127;

    /// <summary>Longest value, in characters.</summary>
    public const int ValueLengthMax = 256;

    /// <summary>The tags to put on.</summary>
    /// <param name="name">The instance's name.</param>
    /// <param name="tags">Muster's tags and the template's.</param>
    /// <param name="metadata">The template's metadata.</param>
    public static ImmutableSortedDictionary<string, string> Write(
        string name, ImmutableSortedDictionary<string, string> tags, ImmutableSortedDictionary<string, string> metadata) =>
        tags.SetItems(metadata).SetItem(NameKey, name);

    /// <summary>Reads them back.</summary>
    public static ImmutableSortedDictionary<string, string> Read(ImmutableSortedDictionary<string, string> tags) =>
        tags.RemoveRange(tags.Keys.Where(key => key == NameKey || key.StartsWith(MetadataPrefix, StringComparison.Ordinal)));
}

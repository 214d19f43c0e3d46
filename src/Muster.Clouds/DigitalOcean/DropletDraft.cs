using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Makes of a droplet the template for more of its kind.</summary>
internal static class DropletDraft
{
    private static readonly (string Feature, string Option)[] Features =
        [("backups", "backups"), ("ipv6", "ipv6"), ("monitoring", "monitoring")];

    /// <exception cref="CloudException">Its image is not told, as to a token without image:read.</exception>
    public static TemplateDraft Of(Droplet droplet)
    {
        var image = droplet.Image ?? throw new CloudException(
            CloudErrorKind.Unavailable,
            $"droplet {droplet.Id}: DigitalOcean does not tell its image; the token needs the scope image:read");
        var features = (droplet.Features ?? []).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (feature, option) in Features)
        {
            if (features.Contains(feature))
            {
                options[option] = "true";
            }
        }

        if (droplet.Region?.Slug is { } region)
        {
            options[DigitalOceanDescription.Region.Name] = region;
        }

        if (droplet.Networks?.V4?.Any(address => address?.Type is "public") is false)
        {
            options[DigitalOceanDescription.PublicNetworking.Name] = "false";
        }

        // A word without a colon is DigitalOcean's own kind of tag; the others are keys and values as Muster's.
        var words = (droplet.Tags ?? []).OfType<string>().ToArray();
        var bare = words.Where(word => !word.Contains(':', StringComparison.Ordinal)).ToArray();
        if (bare.Length > 0)
        {
            options[DigitalOceanDescription.Tags.Name] = string.Join(',', bare);
        }

        var tags = DropletTags.Read(words.Except(bare));
        return new()
        {
            Image = image.Slug ?? image.Id.ToString(CultureInfo.InvariantCulture),
            Size = droplet.SizeSlug,
            Networks = droplet.VpcUuid is { } vpc ? [vpc] : [],
            Tags = tags.RemoveRange(tags.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = options.ToImmutable(),
            LeftOut = LeftOut(droplet),
        };
    }

    private static ImmutableArray<string> LeftOut(Droplet droplet)
    {
        var left = ImmutableArray.CreateBuilder<string>();
        left.Add("DigitalOcean does not tell which SSH keys it was made with: set the option ssh_keys.");
        if ((droplet.VolumeIds ?? []).OfType<string>().ToArray() is { Length: > 0 } volumes)
        {
            left.Add($"It has volumes ({string.Join(", ", volumes)}), which a template cannot attach.");
        }

        if (droplet.SizeSlug?.StartsWith(DropletTemplates.GpuPrefix, StringComparison.Ordinal) is true)
        {
            left.Add("It is a GPU droplet, which Muster does not launch.");
        }

        return left.ToImmutable();
    }
}

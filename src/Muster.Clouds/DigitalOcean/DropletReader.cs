using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Turns droplets into instances.</summary>
internal static class DropletReader
{
    // A creation that fails leaves a droplet that stays new, or none: the one is over its boot time-out some day, the other vanishes.
    private static readonly StateTable States = new(
        new("new", InstanceState.Provisioning),
        new("active", InstanceState.Running),
        new("off", InstanceState.Stopped),
        new("archive", InstanceState.Stopped));

    /// <summary>What is wanted of a droplet that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(
        Id: "id", Name: "name", Tags: "tags", ReadTags: words => DropletTags.Read(words.Keys)) { HasNumberIds = true };

    /// <summary>What is wrong with a droplet that could be read; null when nothing is.</summary>
    public static string? Flaw(Droplet droplet) =>
        droplet.Id <= 0 ? "id is missing"
        : droplet.Tags?.Contains(null) is true ? "a tag is no text"
        : null;

    /// <summary>The droplet as an instance.</summary>
    public static Instance Read(Droplet droplet)
    {
        var tags = DropletTags.Read((droplet.Tags ?? []).OfType<string>());
        var (name, launch) = DropletNames.Read(droplet.Name ?? "", tags.GetValueOrDefault(DropletNames.PrefixTag));
        var (state, detail) = States.Of(droplet.Status);
        return new()
        {
            Id = new(droplet.Id.ToString(CultureInfo.InvariantCulture)),
            Name = name,
            State = state,
            StateDetail = detail,
            CreatedAt = droplet.CreatedAt ?? DateTimeOffset.UnixEpoch,
            Tags = Marked(tags.Remove(DropletNames.PrefixTag), launch?.ToString()),
            Zone = droplet.Region?.Slug,
            Addresses = Addresses(droplet),
            Attributes = Attributes(droplet),
        };
    }

    /// <summary>The droplet with all that DigitalOcean tells of it.</summary>
    public static Instance ReadDetails(Droplet droplet)
    {
        var instance = Read(droplet);
        var all = instance.Attributes.ToBuilder();
        Add(all, "memory", droplet.Memory?.ToString(CultureInfo.InvariantCulture));
        Add(all, "vcpus", droplet.Vcpus?.ToString(CultureInfo.InvariantCulture));
        Add(all, "disk", droplet.Disk?.ToString(CultureInfo.InvariantCulture));
        Add(all, "features", string.Join(',', (droplet.Features ?? []).OfType<string>()));
        Add(all, "volume_ids", string.Join(',', (droplet.VolumeIds ?? []).OfType<string>()));
        return instance with { Attributes = all.ToImmutable() };
    }

    /// <summary>Whether an instance carries the filter's tags: DigitalOcean filters by one of them.</summary>
    public static bool Carries(Instance instance, InstanceFilter filter) =>
        filter.Tags.All(wanted => instance.Tags.GetValueOrDefault(wanted.Key) == wanted.Value);

    private static ImmutableSortedDictionary<string, string> Marked(ImmutableSortedDictionary<string, string> tags, string? launch) =>
        launch is not null && tags.ContainsKey(MusterTags.Installation) ? tags.SetItem(MusterTags.Launch, launch) : tags;

    /// <summary>Those that are reached from everywhere first.</summary>
    private static ImmutableArray<string> Addresses(Droplet droplet) =>
    [
        .. (droplet.Networks?.V4 ?? []).Concat(droplet.Networks?.V6 ?? [])
            .OfType<DropletAddress>()
            .OrderBy(address => address.Type is "private")
            .Select(address => address.IpAddress)
            .OfType<string>()
            .Where(address => address.Length > 0)
            .Distinct(),
    ];

    private static ImmutableSortedDictionary<string, string> Attributes(Droplet droplet)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Add(attributes, "droplet", droplet.Name);
        Add(attributes, "image", ImageOf(droplet.Image));
        Add(attributes, "size", droplet.SizeSlug);
        Add(attributes, "vpc_uuid", droplet.VpcUuid);
        Add(attributes, "locked", droplet.Locked is true ? "true" : null);
        return attributes.ToImmutable();
    }

    /// <summary>An account's own images have no slug, and their names may be given again: the id says which it was.</summary>
    private static string? ImageOf(Image? image) =>
        image is null ? null : image.Slug ?? string.Create(CultureInfo.InvariantCulture, $"{image.Id} {image.Name}");

    private static void Add(ImmutableSortedDictionary<string, string>.Builder attributes, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            attributes[name] = value;
        }
    }
}

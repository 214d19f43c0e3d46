using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Writes what a creation is sent: of what is left to DigitalOcean, nothing.</summary>
internal static class DropletBody
{
    /// <param name="request">The launch.</param>
    /// <param name="spec">What its template asks for.</param>
    /// <param name="image">The image's id, where a name stands for it; null to go by the template.</param>
    public static ReadOnlyMemory<byte> Write(LaunchRequest request, DropletSpec spec, long? image)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", DropletNames.Of(request.Name, request.Launch));
            WriteText(json, "region", request.Zone ?? spec.Region);
            json.WriteString("size", spec.Size);
            if ((image ?? spec.Image.Id) is { } id)
            {
                json.WriteNumber("image", id);
            }
            else
            {
                json.WriteString("image", spec.Image.Slug);
            }

            WriteKeys(json, spec.SshKeys);
            WriteFlag(json, "backups", spec.Backups, unlessSet: false);
            WriteFlag(json, "ipv6", spec.Ipv6, unlessSet: false);
            WriteFlag(json, "monitoring", spec.Monitoring, unlessSet: false);
            WriteFlag(json, "public_networking", spec.PublicNetworking, unlessSet: true);
            WriteText(json, "vpc_uuid", spec.Vpc);
            WriteText(json, "user_data", spec.UserData);
            json.WriteStartArray("tags");
            foreach (var tag in Tags(request, spec))
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The tags of a launch, in DigitalOcean's words; the launch itself is in the droplet's name.</summary>
    /// <exception cref="CloudException">One is longer than DigitalOcean takes.</exception>
    public static ImmutableArray<string> Tags(LaunchRequest request, DropletSpec spec)
    {
        var tags = request.Tags.Remove(MusterTags.Launch);
        if (DropletNames.PrefixOf(request.Name) is { } prefix)
        {
            tags = tags.SetItem(DropletNames.PrefixTag, prefix);
        }

        return [.. tags.Select(tag => WordOf(tag.Key, tag.Value)).Concat(spec.Tags).Distinct()];
    }

    private static string WordOf(string key, string value)
    {
        var word = DropletTags.Of(key, value);
        if (word.Length <= DropletTags.LengthMax)
        {
            return word;
        }

        if (key != MusterTags.GroupName)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"tags.{key} is '{value}': its tag at DigitalOcean has {word.Length} characters, and {DropletTags.LengthMax} are taken");
        }

        // A name for people: the group is known by its id.
        return WordOf(key, value[..^1]);
    }

    private static void WriteKeys(Utf8JsonWriter json, ImmutableArray<string> keys)
    {
        if (keys.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("ssh_keys");
        foreach (var key in keys)
        {
            if (long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                json.WriteNumberValue(id);
            }
            else
            {
                json.WriteStringValue(key);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool isOn, bool unlessSet)
    {
        if (isOn != unlessSet)
        {
            json.WriteBoolean(name, isOn);
        }
    }
}

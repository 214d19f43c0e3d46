using System.Buffers;
using System.Text.Json;

using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>Writes what a creation is sent: of what is left to OpenStack, nothing.</summary>
internal static class ServerBody
{
    /// <param name="request">The launch.</param>
    /// <param name="spec">What its template asks for.</param>
    /// <param name="parts">The ids of what that names.</param>
    /// <exception cref="CloudException">Its tags are more than a server has.</exception>
    public static ReadOnlyMemory<byte> Write(LaunchRequest request, OpenStackSpec spec, ServerParts parts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("server");
            json.WriteString("name", request.Name);
            json.WriteString("flavorRef", parts.Flavor);
            WriteImage(json, spec, parts);
            WriteNetworks(json, spec, parts);
            WriteMetadata(json, request);
            json.WriteStartArray("tags");
            foreach (var word in ServerTags.WordsOf(request.Tags))
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            WriteText(json, "key_name", spec.KeyName);
            if (!spec.SecurityGroups.IsEmpty)
            {
                json.WriteStartArray("security_groups");
                foreach (var group in spec.SecurityGroups)
                {
                    json.WriteStartObject();
                    json.WriteString("name", group);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            WriteText(json, "availability_zone", request.Zone ?? spec.AvailabilityZone);
            if (spec.ConfigDrive)
            {
                json.WriteBoolean("config_drive", value: true);
            }

            WriteText(json, "user_data", spec.UserData);
            json.WriteEndObject();
            if (parts.ServerGroup is { } serverGroup)
            {
                json.WriteStartObject("os:scheduler_hints");
                json.WriteString("group", serverGroup);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteImage(Utf8JsonWriter json, OpenStackSpec spec, ServerParts parts)
    {
        if (spec.BootVolumeSize == 0)
        {
            json.WriteString("imageRef", parts.Image);
            return;
        }

        json.WriteStartArray("block_device_mapping_v2");
        json.WriteStartObject();
        json.WriteNumber("boot_index", 0);
        json.WriteString("uuid", parts.Image);
        json.WriteString("source_type", "image");
        json.WriteString("destination_type", "volume");
        json.WriteNumber("volume_size", spec.BootVolumeSize);
        WriteText(json, "volume_type", spec.VolumeType);
        // What a launch makes goes with it.
        json.WriteBoolean("delete_on_termination", value: true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteNetworks(Utf8JsonWriter json, OpenStackSpec spec, ServerParts parts)
    {
        if (spec.IsOffline || parts.Networks.IsEmpty)
        {
            json.WriteString("networks", spec.IsOffline ? OpenStackTemplates.NoNetwork : OpenStackTemplates.AnyNetwork);
            return;
        }

        json.WriteStartArray("networks");
        foreach (var network in parts.Networks)
        {
            json.WriteStartObject();
            json.WriteString("uuid", network);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, LaunchRequest request)
    {
        var items = ServerTags.Write(request.Tags);
        foreach (var (key, value) in request.Template.Metadata)
        {
            items[key] = value;
        }

        if (items.Count > ServerTags.ItemsMax)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: its tags and metadata are {items.Count} items, and a server has {ServerTags.ItemsMax}");
        }

        json.WriteStartObject("metadata");
        foreach (var (key, value) in items)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}

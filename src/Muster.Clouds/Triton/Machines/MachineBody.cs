using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Triton.Templates;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Writes what CreateMachine is sent.</summary>
internal static class MachineBody
{
    /// <summary>What the original service puts on its machines, so that its clients and scripts go on finding them.</summary>
    public const string TsgNameTag = "tsg.name";

    public const string TsgTemplateTag = "tsg.template";

    public const string NameTag = "name";

    /// <summary>The metadatum that cloud-init reads.</summary>
    public const string UserDataKey = "user-data";

    /// <summary>CloudAPI's own limit of a body.</summary>
    private const int BytesMax = 100_000;

    /// <exception cref="CloudException">It is larger than CloudAPI takes.</exception>
    public static ReadOnlyMemory<byte> Write(LaunchRequest request)
    {
        var template = request.Template;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", request.Name);
            json.WriteString("image", template.Image);
            json.WriteString("package", template.Size);
            json.WriteBoolean("firewall_enabled", template.FirewallEnabled);
            WriteTexts(json, "networks", template.Networks);
            WriteTexts(json, "affinity", TritonOptions.Affinity(template));
            TritonOptions.Write(json, template);
            WriteEntries(
                json, "metadata", template.UserData is { } userData ? template.Metadata.SetItem(UserDataKey, userData) : template.Metadata);
            WriteEntries(json, "tag", Tags(request));
            json.WriteEndObject();
        }

        return buffer.WrittenCount <= BytesMax
            ? buffer.WrittenMemory
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: {buffer.WrittenCount} bytes of user data, metadata and tags: CloudAPI takes {BytesMax}");
    }

    /// <summary>Writes what AddMachineTags is sent.</summary>
    public static ReadOnlyMemory<byte> WriteTags(ImmutableSortedDictionary<string, string> tags)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in tags)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static ImmutableSortedDictionary<string, string> Tags(LaunchRequest request)
    {
        var tags = request.Tags
            .SetItem(TsgNameTag, request.Tags.GetValueOrDefault(MusterTags.GroupName, request.Name))
            .SetItem(TsgTemplateTag, request.Template.Id.ToString());
        return tags.ContainsKey(NameTag) ? tags : tags.Add(NameTag, request.Name);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        if (texts.IsDefaultOrEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteEntries(Utf8JsonWriter json, string prefix, ImmutableSortedDictionary<string, string> entries)
    {
        foreach (var (key, value) in entries)
        {
            json.WriteString($"{prefix}.{key}", value);
        }
    }
}

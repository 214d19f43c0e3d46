using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Simulators.OpenStack;

/// <summary>Reads the body of a creation as the compute service's schema does: what it does not know is refused.</summary>
/// <remarks>openstack/nova:nova/api/openstack/compute/schemas/servers.py and nova/api/validation/parameter_types.py.</remarks>
internal static partial class ServerBodyReader
{
    private const int NameLengthMax = 255, TagsMax = 50, TagLengthMax = 60, ItemsMax = 128, UserDataMax = 65_535;

    // Each field with the first version that has it.
    private static readonly ImmutableDictionary<string, int> Fields = new Dictionary<string, int>
    {
        ["name"] = 1, ["imageRef"] = 1, ["flavorRef"] = 1, ["adminPass"] = 1, ["metadata"] = 1, ["networks"] = 1, ["OS-DCF:diskConfig"] = 1,
        ["accessIPv4"] = 1, ["accessIPv6"] = 1, ["availability_zone"] = 1, ["block_device_mapping"] = 1, ["block_device_mapping_v2"] = 1,
        ["config_drive"] = 1, ["key_name"] = 1, ["min_count"] = 1, ["max_count"] = 1, ["return_reservation_id"] = 1,
        ["security_groups"] = 1, ["user_data"] = 1, ["description"] = 19, ["tags"] = 52, ["trusted_image_certificates"] = 63,
        ["host"] = 74, ["hypervisor_hostname"] = 74, ["hostname"] = 90,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly ImmutableDictionary<string, int> VolumeFields = new Dictionary<string, int>
    {
        ["boot_index"] = 1, ["uuid"] = 1, ["source_type"] = 1, ["destination_type"] = 1, ["volume_size"] = 1, ["delete_on_termination"] = 1,
        ["device_name"] = 1, ["guest_format"] = 1, ["device_type"] = 1, ["disk_bus"] = 1, ["tag"] = 42, ["volume_type"] = 67,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly string[] NetworkFields = ["uuid", "port", "fixed_ip", "tag"];

    /// <summary>Reads it.</summary>
    /// <param name="json">The body.</param>
    /// <param name="caller">Whose call of which version.</param>
    /// <returns>The server, and the hints beside it.</returns>
    /// <exception cref="OpenStackRefusal">It is not as the schema says.</exception>
    public static (JsonObject Server, JsonObject? Hints) Read(byte[] json, CallerOfOpenStack caller)
    {
        var body = Parse(json);
        var other = body.Select(field => field.Key)
            .FirstOrDefault(key => key is not ("server" or "os:scheduler_hints" or "OS-SCH-HNT:scheduler_hints"));
        if (other is not null)
        {
            throw Unexpected(other);
        }

        var server = body["server"] as JsonObject ?? throw OpenStackRefusal.Bad("'server' is a required property");
        Known(server, Fields, caller);
        if (caller.Has(37) && server["networks"] is null)
        {
            throw Wrong("server", "", "'networks' is a required property");
        }

        _ = Text(server, "name", NameLengthMax) ?? throw Wrong("server", "", "'name' is a required property");
        _ = server["flavorRef"] ?? throw Wrong("server", "", "'flavorRef' is a required property");
        if (Text(server, "imageRef", NameLengthMax) is { Length: > 0 } image && !Guid.TryParse(image, out _))
        {
            throw Wrong("imageRef", image, $"'{image}' is not a 'uuid'");
        }

        CheckMetadata(server);
        CheckTags(server);
        CheckNetworks(server);
        CheckVolumes(server, caller);
        CheckUserData(server);
        foreach (var name in (string[])["key_name", "availability_zone"])
        {
            _ = Text(server, name, NameLengthMax);
        }

        if (server["config_drive"]?.GetValueKind() is not (null or JsonValueKind.True or JsonValueKind.False or JsonValueKind.String))
        {
            throw Wrong("config_drive", server["config_drive"]!.ToJsonString(), "is not one of the booleans");
        }

        var hints = (body["os:scheduler_hints"] ?? body["OS-SCH-HNT:scheduler_hints"]) as JsonObject;
        if (hints?["group"] is { } group && !Guid.TryParse((string?)group, out _))
        {
            throw Wrong("group", (string?)group ?? "", $"'{group}' is not a 'uuid'");
        }

        return (server, hints);
    }

    /// <summary>The refusal of a field.</summary>
    public static OpenStackRefusal Wrong(string field, string value, string why) =>
        OpenStackRefusal.Bad($"Invalid input for field/attribute {field}. Value: {value}. {why}");

    /// <summary>The metadata of a body.</summary>
    public static ImmutableSortedDictionary<string, string> MetadataOf(JsonObject server) =>
        (server["metadata"] as JsonObject ?? []).ToImmutableSortedDictionary(
            item => item.Key, item => (string)item.Value!, StringComparer.Ordinal);

    /// <summary>The texts of a list.</summary>
    public static ImmutableArray<string> TextsOf(JsonNode? list) => list is JsonArray array ? [.. array.Select(one => (string)one!)] : [];

    private static JsonObject Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw OpenStackRefusal.Bad("Malformed request body");
        }
        catch (JsonException)
        {
            throw OpenStackRefusal.Bad("Malformed request body");
        }
    }

    private static void Known(JsonObject body, ImmutableDictionary<string, int> fields, CallerOfOpenStack caller)
    {
        if (body.FirstOrDefault(field => !fields.TryGetValue(field.Key, out var since) || !caller.Has(since)).Key is { } unknown)
        {
            throw Unexpected(unknown);
        }
    }

    private static string? Text(JsonObject body, string name, int lengthMax) => body[name] switch
    {
        null => null,
        var value when value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() is var text && text.Length <= lengthMax =>
            text,
        var value => throw Wrong(name, value.ToJsonString(), $"is not a text of at most {lengthMax} characters"),
    };

    private static void CheckMetadata(JsonObject server)
    {
        if (server["metadata"] is null)
        {
            return;
        }

        var metadata = server["metadata"] as JsonObject ?? throw Wrong("metadata", "", "is not of type 'object'");
        foreach (var (key, value) in metadata)
        {
            if (!MetadataKey().IsMatch(key))
            {
                throw Wrong("metadata", key, "Additional properties are not allowed");
            }

            _ = Text(metadata, key, NameLengthMax);

            // The service's database has three bytes for a character.
            if (value is null || value.GetValue<string>().EnumerateRunes().Any(rune => !rune.IsBmp))
            {
                throw Wrong(key, "", "Incorrect string value");
            }
        }

        if (metadata.Count > ItemsMax)
        {
            throw OpenStackRefusal.Forbidden($"Maximum number of metadata items exceeds {ItemsMax}");
        }
    }

    private static void CheckTags(JsonObject server)
    {
        if (server["tags"] is null)
        {
            return;
        }

        var tags = server["tags"] as JsonArray ?? throw Wrong("tags", "", "is not of type 'array'");
        if (tags.Count > TagsMax)
        {
            throw Wrong("tags", "", $"expected at most {TagsMax} items");
        }

        foreach (var tag in tags)
        {
            if (tag?.GetValueKind() is not JsonValueKind.String || tag.GetValue<string>() is not { Length: >= 1 and <= TagLengthMax } text
                || text.AsSpan().ContainsAny(',', '/'))
            {
                throw Wrong("tags", tag?.ToJsonString() ?? "null", "is not a tag");
            }
        }
    }

    private static void CheckNetworks(JsonObject server)
    {
        if (server["networks"] is null
            || (server["networks"]!.GetValueKind() is JsonValueKind.String && (string?)server["networks"] is "auto" or "none"))
        {
            return;
        }

        var networks = server["networks"] as JsonArray ?? throw Wrong("networks", server["networks"]!.ToJsonString(), "is not valid");
        foreach (var network in networks)
        {
            var fields = network as JsonObject ?? throw Wrong("networks", "", "is not of type 'object'");
            if (fields.FirstOrDefault(field => !NetworkFields.Contains(field.Key)).Key is { } unknown)
            {
                throw Unexpected(unknown);
            }

            if (!Guid.TryParse((string?)fields["uuid"] ?? (string?)fields["port"], out _))
            {
                throw Wrong("uuid", (string?)fields["uuid"] ?? "", "is not a 'uuid'");
            }
        }
    }

    private static void CheckVolumes(JsonObject server, CallerOfOpenStack caller)
    {
        if (server["block_device_mapping_v2"] is null)
        {
            return;
        }

        foreach (var volume in server["block_device_mapping_v2"] as JsonArray ?? throw Wrong("block_device_mapping_v2", "", "is no list"))
        {
            Known(volume as JsonObject ?? throw Wrong("block_device_mapping_v2", "", "is not of type 'object'"), VolumeFields, caller);
        }
    }

    private static void CheckUserData(JsonObject server)
    {
        if (Text(server, "user_data", UserDataMax) is { } data)
        {
            try
            {
                _ = Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException)
            {
                throw Wrong("user_data", "", "is not a 'base64'");
            }
        }
    }

    private static OpenStackRefusal Unexpected(string name) =>
        OpenStackRefusal.Bad($"Additional properties are not allowed ('{name}' was unexpected)");

    [GeneratedRegex("^[a-zA-Z0-9-_:. ]{1,255}$")]
    private static partial Regex MetadataKey();
}

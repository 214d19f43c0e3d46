using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>Holds requests against the schemas that Proxmox's own API checks them by: names, types, bounds, patterns and formats.</summary>
internal sealed partial class SchemaJudge
{
    private const string NotDefined = "property is not defined in schema and the schema does not allow additional properties";

    private static readonly JsonElement Calls =
        JsonDocument.Parse(File.ReadAllText(RepositoryRoot.File("tests/Muster.Clouds.Tests/Proxmox/Schema/parameters.json"))).RootElement;

    /// <summary>Each call that was judged, with its parameters.</summary>
    public ConcurrentQueue<(string Call, IReadOnlyDictionary<string, string> Parameters)> Seen { get; } = [];

    /// <summary>Each refusal, in words.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    /// <summary>The names that an answer's fields may have, with their types; empty where the schema names none.</summary>
    public static Dictionary<string, string> FieldsOf(string call) =>
        Calls.GetProperty(call).GetProperty("returns").GetProperty("properties").EnumerateObject().ToDictionary(
            field => field.Name, field => field.Value.TryGetProperty("type", out var type) ? type.GetString()! : "");

    /// <summary>What is wrong with a request.</summary>
    public IReadOnlyDictionary<string, string> Judge(string call, IReadOnlyDictionary<string, string> parameters)
    {
        Seen.Enqueue((call, new SortedDictionary<string, string>(parameters.ToDictionary(), StringComparer.Ordinal)));
        if (!Calls.TryGetProperty(call, out var known))
        {
            Refused.Enqueue($"{call} is no call of the API");
            return new Dictionary<string, string> { ["call"] = "there is no such call" };
        }

        var schema = known.GetProperty("parameters").EnumerateObject().ToDictionary(one => one.Name, one => one.Value);
        var errors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            var why = !schema.TryGetValue(Numbered().Replace(name, "[n]"), out var property) && !schema.TryGetValue(name, out property)
                ? NotDefined
                : Flaw(property, value);
            if (why is not null)
            {
                errors[name] = why;
            }
        }

        var required = schema.Where(one => !one.Value.TryGetProperty("optional", out _)).Select(one => one.Key);
        foreach (var name in required.Except(parameters.Keys))
        {
            errors[name] = "property is missing and it is not optional";
        }

        foreach (var (name, why) in errors)
        {
            Refused.Enqueue($"{call}: {name}: {why}");
        }

        return errors;
    }

    private static string? Flaw(JsonElement property, string value)
    {
        string? Text(string field) => property.TryGetProperty(field, out var found) ? found.ToString() : null;
        var type = Text("type");
        if (type is "integer" or "number")
        {
            return !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                || (type == "integer" && number != decimal.Truncate(number)) ? $"type check ('{type}') failed - got '{value}'"
                : Text("minimum") is { } min && number < Number(min) ? $"value must have a minimum value of {min}"
                : Text("maximum") is { } max && number > Number(max) ? $"value must have a maximum value of {max}"
                : null;
        }

        if (type is "boolean")
        {
            return value is "0" or "1" or "yes" or "no" or "on" or "off" or "true" or "false"
                ? null
                : $"type check ('boolean') failed - got '{value}'";
        }

        if (property.TryGetProperty("enum", out var words) && words.EnumerateArray().All(word => word.GetString() != value))
        {
            return $"value '{value}' does not have a value in the enumeration";
        }

        if (Text("maxLength") is { } most && value.Length > int.Parse(most, CultureInfo.InvariantCulture))
        {
            return $"value may only be {most} characters long";
        }

        if (Text("pattern") is { } pattern && !Regex.IsMatch(value, $"^(?:{pattern.Replace("(?^:", "(?:", StringComparison.Ordinal)})$"))
        {
            return "value does not match the regex pattern";
        }

        return property.TryGetProperty("parts", out var parts) ? PartsFlaw(parts, value)
            : Text("format") is { } format ? FormatFlaw(format, value)
            : null;
    }

    // virtio,bridge=vmbr0,tag=20: the part without a name is that with "default_key".
    private static string? PartsFlaw(JsonElement parts, string value)
    {
        foreach (var part in value.Split(','))
        {
            var (name, text) = part.Split('=', 2) is [var key, var rest] ? (key, rest) : ("", part);
            var known = parts.EnumerateObject().FirstOrDefault(one =>
                name.Length == 0 ? one.Value.TryGetProperty("default_key", out _) : one.Name == name);
            if (known.Value.ValueKind is JsonValueKind.Undefined)
            {
                return $"invalid format - format error: {part}: {NotDefined}";
            }

            if (Flaw(known.Value, text) is { } why)
            {
                return $"invalid format - format error: {part}: {why}";
            }
        }

        return null;
    }

    // PVE::JSONSchema, PVE::QemuServer and PVE::QemuServer::Cloudinit.
    private static string? FormatFlaw(string format, string value) => format switch
    {
        "pve-vmid" => Is(value, "[1-9][0-9]{2,8}"),
        "pve-node" => Is(value, "[a-zA-Z0-9]([a-zA-Z0-9\\-]*[a-zA-Z0-9])?"),
        "pve-storage-id" => Is(value, "[a-zA-Z][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]"),
        "pve-poolid" => Is(value, "[A-Za-z0-9.\\-_]+(/[A-Za-z0-9.\\-_]+){0,2}"),
        "pve-bridge-id" => Is(value, "[a-zA-Z][a-zA-Z0-9_]{1,9}"),
        "dns-name" => Is(value, "([a-zA-Z0-9]([a-zA-Z0-9\\-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9]([a-zA-Z0-9\\-]*[a-zA-Z0-9])?"),
        "pve-tag-list" => value.Split([';', ',', ' ', '\0'], StringSplitOptions.RemoveEmptyEntries)
            .Select(tag => Is(tag, "(?i)[a-z0-9_][a-z0-9_\\-+.]*")).FirstOrDefault(why => why is not null),
        "urlencoded" => Is(value, "[-%a-zA-Z0-9_.!~*'()]*"),
        "address-list" => value.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .All(address => System.Net.IPAddress.TryParse(address, out _)) ? null : $"value '{value}' is no list of addresses",
        "pve-qm-ipconfig" => value.Split(',').Select(part => Is(part, "ip=dhcp|ip6=dhcp|ip6=auto|(gw|ip|gw6|ip6)=[0-9a-fA-F.:/]+"))
            .FirstOrDefault(why => why is not null),
        "pve-qm-cicustom" => value.Split(',').Select(part => Is(part, "(user|vendor|network|meta)=[^:/]+:.+"))
            .FirstOrDefault(why => why is not null),
        "pve-storage-content" or "pve-storage-content-list" => Is(value, "images|rootdir|vztmpl|iso|backup|snippets|import|none"),
        "pve-configid-list" => Is(value, "[a-zA-Z0-9_,\\-]*"),
        _ => $"the judge does not know the format {format} of '{value}'",
    };

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string? Is(string value, string form) =>
        Regex.IsMatch(value, $"^(?:{form})\\z", RegexOptions.Singleline) ? null : $"value '{value}' does not look like {form}";

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Numbered();
}

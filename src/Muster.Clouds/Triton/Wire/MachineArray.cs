using System.Text.Json;

namespace Muster.Clouds.Triton.Wire;

/// <summary>Reads a listing of machines by hand.</summary>
/// <remarks>
/// The serializer's description of a machine is built at its first use, in part by reflection, and a run that does nothing reads one
/// listing and ends: building it took ten times as long as reading. The serializer still decides whatever is not plain.
/// </remarks>
internal static class MachineArray
{
    /// <summary>The machines.</summary>
    /// <returns>Null where anything is not as a listing of good machines has it: then the serializer tells what.</returns>
    public static IReadOnlyList<Machine>? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return ReadAll(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // What is wrong with it, the serializer says.
            return null;
        }
    }

    private static List<Machine>? ReadAll(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartArray)
        {
            return null;
        }

        var machines = new List<Machine>();
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            machines.Add(ReadOne(ref reader));
        }

        // Nothing but white space may follow: reading on throws at anything else.
        return reader.TokenType is JsonTokenType.EndArray && !reader.Read() ? machines : null;
    }

    private static Machine ReadOne(ref Utf8JsonReader reader)
    {
        var machine = new Machine();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            ReadField(ref reader, machine);
        }

        return machine;
    }

    private static void ReadField(ref Utf8JsonReader reader, Machine machine)
    {
        var name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "id": machine.Id = reader.GetString() ?? throw new FormatException("id is null"); break;
            case "name": machine.Name = reader.GetString(); break;
            case "state": machine.State = reader.GetString() ?? throw new FormatException("state is null"); break;
            case "brand": machine.Brand = reader.GetString(); break;
            case "image": machine.Image = reader.GetString(); break;
            case "package": machine.Package = reader.GetString(); break;
            case "ips": machine.Ips = Texts(ref reader); break;
            case "primaryIp": machine.PrimaryIp = reader.GetString(); break;
            case "created": machine.Created = Time(ref reader); break;
            case "tags": machine.Tags = Map(ref reader); break;
            case "deletion_protection": machine.DeletionProtection = Switch(ref reader); break;
            case "compute_node": machine.ComputeNode = reader.GetString(); break;
            case "type": machine.Type = reader.GetString(); break;
            case "memory": machine.Memory = Number(ref reader); break;
            case "disk": machine.Disk = Number(ref reader); break;
            case "updated": machine.Updated = Time(ref reader); break;
            case "docker": machine.Docker = Switch(ref reader); break;
            case "networks": machine.Networks = Texts(ref reader); break;
            case "dns_names": machine.DnsNames = Texts(ref reader); break;
            case "firewall_enabled": machine.FirewallEnabled = Switch(ref reader); break;
            case "metadata": machine.Metadata = Map(ref reader); break;
            default: reader.Skip(); break;
        }
    }

    private static bool? Switch(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Null ? null : reader.GetBoolean();

    private static long? Number(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Null ? null : reader.GetInt64();

    private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Null ? null : reader.GetDateTimeOffset();

    private static string[]? Texts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Null)
        {
            return null;
        }

        Expect(reader.TokenType, JsonTokenType.StartArray);
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            texts.Add(reader.GetString() ?? throw new FormatException("a text is null"));
        }

        return [.. texts];
    }

    private static Dictionary<string, JsonElement>? Map(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Null)
        {
            return null;
        }

        Expect(reader.TokenType, JsonTokenType.StartObject);
        var map = new Dictionary<string, JsonElement>();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            map[name] = JsonElement.ParseValue(ref reader);
        }

        return map;
    }

    private static void Expect(JsonTokenType actual, JsonTokenType expected)
    {
        if (actual != expected)
        {
            throw new FormatException($"{expected} is expected, and it is {actual}");
        }
    }
}

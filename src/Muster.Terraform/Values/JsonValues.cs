using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

namespace Muster.Terraform.Values;

/// <summary>Reads a value from JSON: how state lies in its file. There is no unknown in JSON.</summary>
internal static class JsonValues
{
    /// <exception cref="ValueException">It is no JSON.</exception>
    public static Value Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new ValueException($"not JSON: {error.Message}");
        }
    }

    private static Value Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => Value.Null,
        JsonValueKind.True => Value.Of(true),
        JsonValueKind.False => Value.Of(false),
        JsonValueKind.String => Value.Of(element.GetString()),
        JsonValueKind.Number => Value.Number.Parse(element.GetRawText()),
        JsonValueKind.Array => new Value.Sequence([.. element.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => ReadObject(element),
        _ => throw new UnreachableException($"JSON {element.ValueKind}"),
    };

    private static Value.Mapping ReadObject(JsonElement element)
    {
        var items = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            items[property.Name] = Read(property.Value);
        }

        return new(items.ToImmutable());
    }
}

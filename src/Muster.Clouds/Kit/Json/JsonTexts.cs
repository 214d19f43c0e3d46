using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Muster.Clouds.Kit.Json;

/// <summary>Reads fields and texts of elements that may be odd: names and texts that are none are in nobody's way.</summary>
internal static class JsonTexts
{
    /// <summary>The text of a field, or its first text where it is a list; null when it has none.</summary>
    public static string? Text(JsonElement element, string field) => Field(element, field) switch
    {
        { ValueKind: JsonValueKind.String } text => Text(text) is { Length: > 0 } value ? value : null,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind is JsonValueKind.String =>
            Text(list[0]),
        _ => null,
    };

    /// <summary>A text as it is; null where it is none in any language: half of a pair of UTF-16, or bytes that are no UTF-8.</summary>
    public static string? Text(JsonElement text) => Try(() => text.GetString());

    /// <summary>An element as it was written, with what is no text in it replaced.</summary>
    public static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>The value of a field; null when there is none.</summary>
    public static JsonElement? Field(JsonElement element, string field)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        JsonElement? found = null;
        foreach (var property in element.EnumerateObject())
        {
            // The last of several, as everybody reads them. Not by TryGetProperty: names that are no text are in its way.
            if (Try(() => property.Name) == field)
            {
                found = property.Value;
            }
        }

        return found;
    }

    internal static string? Try(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // What the platform throws for a text that cannot be one in .NET.
            return null;
        }
    }
}

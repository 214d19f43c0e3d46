using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox.Wire;

/// <summary>Reads answers: everything is in <c>data</c>; numbers and truths come as numbers or as texts, by the version.</summary>
internal static class PveJson
{
    private const int MessageMax = 300;

    /// <summary>Reads what is in <c>data</c>.</summary>
    /// <exception cref="CloudException">It is no such answer.</exception>
    public static T Read<T>(HttpAnswer answer, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return read(JsonTexts.Field(document.RootElement, "data") ?? throw new JsonException("it has no field data"));
        }
        catch (JsonException error)
        {
            throw new CloudException(
                answer.Doubt,
                answer.LooksLikeHtml
                    ? $"{answer.Call} was answered in HTML: something in front of Proxmox answers, or the address is not Proxmox's"
                    : $"{answer.Call} was answered with something that is not understood: {ForeignText.Shown(error.Message, MessageMax)}",
                innerException: error);
        }
    }

    /// <summary>The elements of a list.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static IEnumerable<JsonElement> Rows(JsonElement list) => list.ValueKind is JsonValueKind.Array
        ? list.EnumerateArray()
        : throw new JsonException($"a list is expected, and it is {list.ValueKind}");

    /// <summary>A text, or a number as it is written; null where there is none.</summary>
    public static string? Text(JsonElement element, string field) => JsonTexts.Field(element, field) switch
    {
        { ValueKind: JsonValueKind.String } text => JsonTexts.Text(text),
        { ValueKind: JsonValueKind.Number } number => JsonTexts.Raw(number),
        _ => null,
    };

    /// <summary>A whole number; null where there is none.</summary>
    public static long? Number(JsonElement element, string field) =>
        Text(element, field) is { } text
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : null;

    /// <summary>Whether a field is true: <c>1</c>, <c>"1"</c> or <c>true</c>.</summary>
    public static bool IsTrue(JsonElement element, string field) => JsonTexts.Field(element, field) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        _ => Text(element, field) is "1",
    };

    /// <summary>The texts of an object's fields.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    public static ImmutableDictionary<string, string> Texts(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            throw new JsonException($"an object is expected, and it is {element.ValueKind}");
        }

        var texts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var field in element.EnumerateObject())
        {
            if (Text(element, field.Name) is { } text)
            {
                texts[field.Name] = text;
            }
        }

        return texts.ToImmutable();
    }
}

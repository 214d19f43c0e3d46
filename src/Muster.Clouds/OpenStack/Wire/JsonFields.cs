using System.Globalization;
using System.Text.Json;

namespace Muster.Clouds.OpenStack.Wire;

/// <summary>Takes fields out of elements. What is not there, or is of another kind, is null.</summary>
internal static class JsonFields
{
    /// <summary>A field that is there and not null.</summary>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    /// <summary>A field's text.</summary>
    /// <exception cref="InvalidOperationException">It is a text in no language.</exception>
    public static string? Text(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A field's whole number, which some services write as a text.</summary>
    public static long? Number(this JsonElement element, string name) => element.Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text when long.TryParse(
            text.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    /// <summary>A field's time, in UTC where it does not say otherwise.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(
            element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
            ? time
            : null;

    /// <summary>Whether a field says that something is so.</summary>
    public static bool IsTrue(this JsonElement element, string name) => element.Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The elements of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The fields of an object; none where there is no object.</summary>
    public static IEnumerable<JsonProperty> Fields(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Object } fields ? fields.EnumerateObject() : [];
}

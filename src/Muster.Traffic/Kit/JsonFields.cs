using System.Text.Json;

namespace Muster.Traffic.Kit;

/// <summary>Reads answers field by field: one that is missing, or of another kind, is as if it were not there.</summary>
internal static class JsonFields
{
    /// <summary>A text; null for none.</summary>
    public static string? Text(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A whole number; null for none.</summary>
    public static long? Number(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>Whether it says yes.</summary>
    public static bool Flag(this JsonElement from, string name) => from.Member(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A value; null for none.</summary>
    public static JsonElement? Member(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The objects of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement? from) => from is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object)
        : [];
}

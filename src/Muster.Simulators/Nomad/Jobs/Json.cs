using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>Reads members of JSON that may be missing or null.</summary>
internal static class Json
{
    public static string Text(this JsonObject node, string name, string otherwise = "") =>
        node[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : otherwise;

    public static long Number(this JsonObject node, string name, long otherwise = 0) =>
        node[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : otherwise;

    public static bool Flag(this JsonObject node, string name, bool otherwise = false) =>
        node[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    public static JsonObject? Inner(this JsonObject node, string name) => node[name] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonObject node, string name) => (node[name] as JsonArray ?? []).OfType<JsonObject>();

    public static JsonNode? Copy(this JsonObject node, string name) => node[name]?.DeepClone();

    /// <summary>Null instead of an empty list or object, as Nomad says it.</summary>
    public static JsonNode? CopyIfAny(this JsonObject node, string name) => node[name] switch
    {
        JsonArray { Count: > 0 } array => array.DeepClone(),
        JsonObject { Count: > 0 } inner => inner.DeepClone(),
        _ => null,
    };
}

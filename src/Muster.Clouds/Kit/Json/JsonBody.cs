using System.Text.Json.Nodes;

namespace Muster.Clouds.Kit.Json;

/// <summary>An object that is sent, made field by field in the order in which they are added. What is null is left out.</summary>
internal sealed class JsonBody
{
    /// <summary>What it is so far.</summary>
    public JsonObject Object { get; } = [];

    /// <summary>Adds a text.</summary>
    public JsonBody Add(string name, string? value) => Put(name, value);

    /// <summary>Adds a whole number.</summary>
    public JsonBody Add(string name, long? value) => Put(name, value);

    /// <summary>Adds an amount.</summary>
    public JsonBody Add(string name, decimal? value) => Put(name, value);

    /// <summary>Adds true or false.</summary>
    public JsonBody Add(string name, bool? value) => Put(name, value);

    /// <summary>Adds an object.</summary>
    public JsonBody Add(string name, JsonObject? value) => Put(name, value);

    /// <summary>Adds a list of texts.</summary>
    public JsonBody Add(string name, IEnumerable<string>? values) => AddList(name, values?.Select(JsonNode? (value) => value));

    /// <summary>Adds a list of whole numbers.</summary>
    public JsonBody Add(string name, IEnumerable<long>? values) => AddList(name, values?.Select(JsonNode? (value) => value));

    /// <summary>Adds a list of objects.</summary>
    public JsonBody Add(string name, IEnumerable<JsonObject>? values) => AddList(name, values);

    /// <summary>Adds an object whose fields are texts.</summary>
    public JsonBody Add(string name, IEnumerable<KeyValuePair<string, string>>? values) =>
        Put(name, values is null ? null : OfTexts(values));

    /// <summary>Adds an object whose fields are objects.</summary>
    public JsonBody Add(string name, IEnumerable<KeyValuePair<string, JsonObject>>? values) => Put(
        name, values is null ? null : new JsonObject(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value))));

    /// <summary>An object whose fields are texts.</summary>
    public static JsonObject OfTexts(IEnumerable<KeyValuePair<string, string>> values) =>
        new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value)));

    private JsonBody AddList(string name, IEnumerable<JsonNode?>? values) =>
        Put(name, values is null ? null : new JsonArray([.. values]));

    private JsonBody Put(string name, JsonNode? value)
    {
        if (value is not null)
        {
            Object.Add(name, value);
        }

        return this;
    }
}

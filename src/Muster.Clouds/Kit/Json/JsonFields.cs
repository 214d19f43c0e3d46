using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Clouds.Kit.Json;

/// <summary>An object of an answer, which is read field by field.</summary>
/// <remarks>
/// A field that is missing or null is null. One of another kind than is asked for is a <see cref="JsonException"/> with its path: whoever
/// reads a list takes the element for odd then. See docs/decisions/0330-answers-are-read-field-by-field.md.
/// </remarks>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;

    /// <summary>The fields of an object.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonFields(JsonElement element) =>
        _object = element.ValueKind is JsonValueKind.Object ? element : throw new JsonException("it is no object");

    /// <summary>Reads a text that holds one object.</summary>
    /// <exception cref="JsonException">It does not, or the object is not what was expected.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json, Func<JsonFields, T> read)
    {
        using var document = JsonDocument.Parse(json);
        return read(new(document.RootElement));
    }

    /// <summary>A text.</summary>
    public string? Text(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.String && JsonTexts.Text(value) is { } text ? text
        : throw Wrong(name);

    /// <summary>A whole number.</summary>
    public long? Number(string name) =>
        Value<long>(name, JsonValueKind.Number, value => value.TryGetInt64(out var number) ? number : null);

    /// <summary>A whole number that is never large.</summary>
    public int? Small(string name) =>
        Value<int>(name, JsonValueKind.Number, value => value.TryGetInt32(out var number) ? number : null);

    /// <summary>A number with a fraction.</summary>
    public double? Fraction(string name) =>
        Value<double>(name, JsonValueKind.Number, value => value.TryGetDouble(out var number) ? number : null);

    /// <summary>An amount.</summary>
    public decimal? Amount(string name) =>
        Value<decimal>(name, JsonValueKind.Number, value => value.TryGetDecimal(out var number) ? number : null);

    /// <summary>True or false.</summary>
    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name),
    };

    /// <summary>A time of ISO 8601.</summary>
    public DateTimeOffset? Time(string name) =>
        Value<DateTimeOffset>(name, JsonValueKind.String, value => value.TryGetDateTimeOffset(out var time) ? time : null);

    /// <summary>Whatever it is, to be looked at later.</summary>
    public JsonElement? Any(string name) => Find(name)?.Clone();

    /// <summary>An object.</summary>
    public T? Object<T>(string name, Func<JsonFields, T> read) where T : class
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        try
        {
            return read(new(value));
        }
        catch (JsonException error)
        {
            throw Within(name, error);
        }
    }

    /// <summary>A list of objects; an element that is null stays so.</summary>
    public T[]? Array<T>(string name, Func<JsonFields, T> read) where T : class =>
        Elements(name, element => element.ValueKind is JsonValueKind.Null ? null! : read(new(element)));

    /// <summary>The same, immutable.</summary>
    public ImmutableArray<T>? List<T>(string name, Func<JsonFields, T> read) where T : class =>
        Array(name, read) is { } elements ? ImmutableArray.Create(elements) : null;

    /// <summary>A list of texts; an element that is null stays so.</summary>
    public string[]? Texts(string name) => Elements(
        name,
        element => element.ValueKind switch
        {
            JsonValueKind.Null => null!,
            JsonValueKind.String => TextOf(element),
            _ => throw new JsonException("it is no text", "$", null, null),
        });

    /// <summary>A list of whole numbers.</summary>
    public long[]? Numbers(string name) => Elements(
        name,
        element => element.ValueKind is JsonValueKind.Number && element.TryGetInt64(out var number)
            ? number
            : throw new JsonException("it is no whole number", "$", null, null));

    /// <summary>An object whose fields are texts.</summary>
    public Dictionary<string, string>? TextMap(string name) => Object(name, of => of.AsTextMap());

    /// <summary>This object, whose fields are texts.</summary>
    public Dictionary<string, string> AsTextMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in _object.EnumerateObject())
        {
            map[NameOf(property)] = property.Value.ValueKind switch
            {
                JsonValueKind.String => TextOf(property.Value),
                JsonValueKind.Null => null!,
                _ => throw Wrong(NameOf(property)),
            };
        }

        return map;
    }

    /// <summary>An object whose fields are objects.</summary>
    public Dictionary<string, T>? Map<T>(string name, Func<JsonFields, T> read) where T : class => Object(name, of => of.AsMap(read));

    private Dictionary<string, T> AsMap<T>(Func<JsonFields, T> read) where T : class
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var property in _object.EnumerateObject())
        {
            var name = NameOf(property);
            try
            {
                map[name] = read(new(property.Value));
            }
            catch (JsonException error)
            {
                throw Within(name, error);
            }
        }

        return map;
    }

    private T[]? Elements<T>(string name, Func<JsonElement, T> read)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Array)
        {
            throw Wrong(name);
        }

        var elements = new T[value.GetArrayLength()];
        var index = 0;
        try
        {
            foreach (var element in value.EnumerateArray())
            {
                elements[index++] = read(element);
            }
        }
        catch (JsonException error)
        {
            throw Within($"{name}[{index - 1}]", error);
        }

        return elements;
    }

    private JsonElement? Find(string name)
    {
        JsonElement? found;
        try
        {
            found = _object.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // A name that is no text is in the way: past it, slowly.
            found = JsonTexts.Field(_object, name);
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    private T? Value<T>(string name, JsonValueKind kind, Func<JsonElement, T?> read) where T : struct =>
        Find(name) is not { } value ? null
        : value.ValueKind == kind && read(value) is { } found ? found
        : throw Wrong(name);

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            // What the platform throws for a text that cannot be one in .NET.
            throw new JsonException("a name is a text in no language", "$", null, null, error);
        }
    }

    private static string TextOf(JsonElement value) =>
        JsonTexts.Text(value) ?? throw new JsonException("it is a text in no language", "$", null, null);

    private static JsonException Wrong(string name) => new($"{name} is not what it should be", $"$.{name}", null, null);

    private static JsonException Within(string name, JsonException error) => new(
        error.Message, error.Path is { Length: > 1 } path ? $"$.{name}{path[1..]}" : $"$.{name}", null, null, error);
}

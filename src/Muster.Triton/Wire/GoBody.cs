using System.Collections.Immutable;
using System.Text.Json;

using Muster.Server.Requests;

namespace Muster.Triton.Wire;

/// <summary>
/// Reads a JSON object as Go's encoding/json fills a struct: names in any
/// case, unknown ones ignored, the last of a name wins, null leaves it.
/// </summary>
internal sealed class GoBody : IDisposable
{
    /// <summary>What Go's decoder says of a body that ends too early, or is empty.</summary>
    public const string CutShort = "unexpected end of JSON input";

    private const int DepthMax = 64;

    private readonly JsonDocument _document;

    private GoBody(JsonDocument document) => _document = document;

    /// <summary>Takes any content type, as the original does.</summary>
    /// <exception cref="JsonException">It is no JSON, or no object.</exception>
    public static async Task<GoBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = Parse(await RequestBytes.ReadAsync(request, cancellationToken));
        if (document.RootElement.ValueKind is JsonValueKind.Object)
        {
            return new(document);
        }

        document.Dispose();
        throw new JsonException("the body is no JSON object");
    }

    /// <summary>A text; empty when it is left out.</summary>
    public string Text(string name) => Last(name, Text) ?? "";

    public bool Flag(string name) => Last(name, value => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => (bool?)false,
        _ => throw WrongKind(name),
    }) ?? false;

    /// <summary>A whole number; 0 when it is left out.</summary>
    public long Whole(string name) => Last(name, value =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? (long?)number : throw WrongKind(name)) ?? 0;

    /// <summary>A list of texts; empty when it is left out.</summary>
    public ImmutableArray<string> Texts(string name) => Last(name, value => value.ValueKind is JsonValueKind.Array
        ? (ImmutableArray<string>?)[.. value.EnumerateArray().Select(TextOrNull)]
        : throw WrongKind(name)) ?? [];

    /// <summary>A map of texts; empty when it is left out.</summary>
    public ImmutableSortedDictionary<string, string> Map(string name) => Last(name, value =>
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in value.ValueKind is JsonValueKind.Object ? value.EnumerateObject() : throw WrongKind(name))
        {
            entries[entry.Name] = TextOrNull(entry.Value);
        }

        return entries.ToImmutable();
    }) ?? ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A member that only the server sets: it is looked at, so that one that cannot be read is refused, and not used.</summary>
    public void Ignore(string name) => _ = Text(name);

    /// <summary>Like <see cref="Ignore"/>, for a time.</summary>
    public void IgnoreTime(string name)
    {
        if (Last(name, Text) is { } text && !GoTime.IsValid(text))
        {
            throw WrongKind(name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            JsonText.Ensure(json.Span, DepthMax);
            return JsonDocument.Parse(json, new() { MaxDepth = DepthMax });
        }
        catch (JsonException error) when (IsBeginning(json.Span))
        {
            throw new JsonException(CutShort, error);
        }
    }

    /// <summary>Whether more could follow: nothing in it is wrong but its end.</summary>
    private static bool IsBeginning(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Every one of a name must be readable, and the last that is not null counts.</summary>
    private T? Last<T>(string name, Func<JsonElement, T?> read)
    {
        T? last = default;
        foreach (var member in _document.RootElement.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind is not JsonValueKind.Null)
            {
                last = read(member.Value);
            }
        }

        return last;
    }

    private static string TextOrNull(JsonElement value) => value.ValueKind is JsonValueKind.Null ? "" : Text(value);

    private static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw WrongKind(value.ValueKind.ToString());

    private static JsonException WrongKind(string what) => new($"{what} is of another kind");
}

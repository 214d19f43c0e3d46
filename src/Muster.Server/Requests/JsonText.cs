using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Muster.Server.Requests;

/// <summary>Makes sure that every text in JSON is one. The parser lets pass what whoever reads it later would fail at.</summary>
public static class JsonText
{
    /// <summary>Reads it once, to its end.</summary>
    /// <param name="json">As it came.</param>
    /// <param name="depthMax">How deep it may be.</param>
    /// <exception cref="JsonException">
    /// It is not UTF-8, no JSON, too deep, or holds half a surrogate pair, in a value or in a name.
    /// </exception>
    public static void Ensure(ReadOnlySpan<byte> json, int depthMax)
    {
        if (!Utf8.IsValid(json))
        {
            throw new JsonException("the body is not UTF-8");
        }

        var reader = new Utf8JsonReader(json, new() { MaxDepth = depthMax });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                throw new JsonException(string.Create(
                    CultureInfo.InvariantCulture, $"byte {reader.TokenStartIndex + 1}: a text with half a surrogate pair is no text"));
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

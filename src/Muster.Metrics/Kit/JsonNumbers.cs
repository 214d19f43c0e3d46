using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Muster.Metrics.Kit;

/// <summary>Reads numbers out of JSON.</summary>
internal static class JsonNumbers
{
    /// <summary>Longer texts are no numbers that anybody means; the platform would look at each digit.</summary>
    private const int LengthMax = 1_000;

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789+-.eE");

    /// <summary>A number, or a text that is one; one beyond every bound reads as infinite. Null for everything else.</summary>
    public static double? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => Parse(element.GetRawText()),
        JsonValueKind.String => Parse(element.GetString()!),
        _ => null,
    };

    /// <summary>A number as programs write it: <c>91</c>, <c>-1.5e3</c>, <c>NaN</c>, <c>+Inf</c>; null for everything else.</summary>
    public static double? Parse(string text) => text.Length > LengthMax ? null : text switch
    {
        "NaN" or "nan" => double.NaN,
        "Inf" or "+Inf" or "inf" or "+inf" => double.PositiveInfinity,
        "-Inf" or "-inf" => double.NegativeInfinity,
        _ when double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out var number) && !text.AsSpan().ContainsAnyExcept(Characters) => number,
        _ => null,
    };

    /// <summary>What an element is, in words, for sentences.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "a number",
    };
}

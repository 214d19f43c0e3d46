using System.Buffers;
using System.Globalization;
using System.Text;

namespace Muster.Triton.Wire;

/// <summary>
/// Writes JSON byte for byte as Go's encoding/json does: no spaces, <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> escaped, absent lists and
/// maps <c>null</c>.
/// </summary>
/// <remarks>
/// <see cref="System.Text.Json.Utf8JsonWriter"/> escapes other characters,
/// and in capitals. Members follow each other in the order of the calls.
/// </remarks>
internal sealed class GoJson
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private bool _isFirst = true;

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public GoJson Begin(char bracket)
    {
        Separate();
        Put(bracket);
        _isFirst = true;
        return this;
    }

    public GoJson End(char bracket)
    {
        Put(bracket);
        _isFirst = false;
        return this;
    }

    public GoJson Name(string name)
    {
        Separate();
        Quote(name);
        Put(':');
        _isFirst = true;
        return this;
    }

    public GoJson Text(string name, string value)
    {
        Name(name);
        return Text(value);
    }

    public GoJson Text(string value)
    {
        Separate();
        Quote(value);
        return this;
    }

    public GoJson Number(string name, long value) => Name(name).Raw(value.ToString(CultureInfo.InvariantCulture));

    public GoJson Flag(string name, bool value) => Name(name).Raw(value ? "true" : "false");

    /// <summary>RFC 3339 in UTC, with as many digits as there are, at most six: what the store keeps.</summary>
    public GoJson Time(string name, DateTimeOffset value) =>
        Text(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>A list; one that is null is <c>null</c>.</summary>
    public GoJson Texts(string name, IEnumerable<string>? values)
    {
        Name(name);
        if (values is null)
        {
            return Raw("null");
        }

        Begin('[');
        foreach (var value in values)
        {
            Text(value);
        }

        return End(']');
    }

    /// <summary>A map, in the order given; one that is null or empty is <c>null</c>.</summary>
    public GoJson Map(string name, IReadOnlyCollection<KeyValuePair<string, string>> entries)
    {
        Name(name);
        if (entries.Count == 0)
        {
            return Raw("null");
        }

        Begin('{');
        foreach (var (key, value) in entries)
        {
            Text(key, value);
        }

        return End('}');
    }

    private GoJson Raw(string text)
    {
        Separate();
        Put(text);
        return this;
    }

    private void Separate()
    {
        if (!_isFirst)
        {
            Put(',');
        }

        _isFirst = false;
    }

    private void Quote(string text)
    {
        Put('"');
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (Escaped(text[i]) is { } escaped)
            {
                Put(text.AsSpan(start, i - start));
                Put(escaped);
                start = i + 1;
            }
        }

        Put(text.AsSpan(start));
        Put('"');
    }

    private static string? Escaped(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        _ => null,
    };

    private void Put(char c)
    {
        _bytes.GetSpan(1)[0] = (byte)c;
        _bytes.Advance(1);
    }

    private void Put(ReadOnlySpan<char> text) => Utf8.GetBytes(text, _bytes);
}

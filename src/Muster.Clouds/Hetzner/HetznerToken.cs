using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>The API token, as it is at each moment: its file is read anew for each call, so that a rotated one counts at once.</summary>
/// <param name="read">Reads the file, or the environment.</param>
/// <param name="where">Where it is, for messages.</param>
internal sealed class HetznerToken(Func<string> read, string where)
{
    /// <summary>What a token may look like: Hetzner's have 64 letters and digits.</summary>
    public const string Allowed = "an API token: 16 to 512 letters and digits";

    private const int LengthMin = 16, LengthMax = 512;

    // The API shows the beginning of a token in its refusals. Shorter parts of one are words like any other.
    private const int ShownMin = 8;

    private volatile string? _last;

    /// <summary>Whether a text can be a token.</summary>
    public static bool IsToken(string text) => text.Length is >= LengthMin and <= LengthMax && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>The token. While its file is being written anew, and for a moment is none, the last one.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unauthorized"/>: there is none, and never was.</exception>
    public string Read()
    {
        string? why = null;
        try
        {
            var text = read().Trim();
            if (IsToken(text))
            {
                return _last = text;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            why = error.Message;
        }

        return _last ?? throw new CloudException(
            CloudErrorKind.Unauthorized, $"{where} must hold {Allowed}{(why is null ? "" : $" ({why})")}");
    }

    /// <summary>A text without the token, and without every beginning of it that is longer than a word.</summary>
    public string Mask(string text)
    {
        if (_last is not { } token)
        {
            return text;
        }

        for (var begin = text.IndexOf(token[..ShownMin], StringComparison.Ordinal); begin >= 0;
            begin = text.IndexOf(token[..ShownMin], StringComparison.Ordinal))
        {
            var length = ShownMin;
            while (length < token.Length && begin + length < text.Length && text[begin + length] == token[length])
            {
                length++;
            }

            text = string.Concat(text.AsSpan(0, begin), "***", text.AsSpan(begin + length));
        }

        return text;
    }
}

namespace Muster.Clouds.Hetzner;

/// <summary>Takes a token out of what the API says: its refusals show the beginning of it.</summary>
internal static class TokenMask
{
    // Shorter parts of one are words like any other.
    private const int ShownMin = 8;

    /// <summary>A text without the token, and without every beginning of it that is longer than a word.</summary>
    /// <param name="text">What is said.</param>
    /// <param name="token">Of at least eight characters.</param>
    public static string Apply(string text, string token)
    {
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

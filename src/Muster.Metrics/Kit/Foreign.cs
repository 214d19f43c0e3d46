using System.Text;

using Muster.Outbound;

namespace Muster.Metrics.Kit;

/// <summary>Others' words, as they may stand in a sentence of ours.</summary>
internal static class Foreign
{
    /// <summary>Long enough for what a server says of a query.</summary>
    private const int WordsMax = 300;

    /// <summary>On one line, cut, and without what moves a cursor.</summary>
    public static string Words(string text) => ForeignText.Shown(string.Join(' ', text.Split((char[])['\r', '\n', '\t', ' '],
        StringSplitOptions.RemoveEmptyEntries)), WordsMax);

    /// <inheritdoc cref="Words(string)"/>
    public static string Words(ReadOnlySpan<byte> text) => Words(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * WordsMax)]));
}

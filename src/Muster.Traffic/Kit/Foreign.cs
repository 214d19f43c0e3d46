using System.Text;

using Muster.Core.Health;
using Muster.Outbound;

namespace Muster.Traffic.Kit;

/// <summary>Others' words, as they may stand in a sentence of ours.</summary>
internal static class Foreign
{
    private static readonly char[] Blanks = ['\r', '\n', '\t', ' '];

    /// <summary>On one line, cut to what a finding may say, and without what moves a cursor.</summary>
    public static string Words(string text)
    {
        var shown = ForeignText.Shown(
            string.Join(' ', text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)), Finding.DetailMax / 2);
        return shown.Length <= Finding.DetailMax ? shown : shown[..Finding.DetailMax];
    }

    /// <inheritdoc cref="Words(string)"/>
    public static string Words(ReadOnlySpan<byte> text) => Words(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4096)]));
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Prometheus;

/// <summary>One request that asks a query for several groups, and the text that it sends. Pure.</summary>
/// <remarks>
/// Each group's query gets a label with its number, and all are joined with <c>or</c>: a union, since no two have the same labels.
/// </remarks>
/// <param name="Groups">For which, in order: a series' label says the place in here.</param>
/// <param name="Text">PromQL.</param>
internal sealed record QueryBatch(ImmutableArray<MetricScope> Groups, string Text)
{
    /// <summary>The label that says for which group a series is.</summary>
    public const string NumberLabel = "muster_group";

    /// <summary>Proxies take a mebibyte unless told otherwise, and a form's escapes make a text up to three times longer.</summary>
    public const int LengthMax = 300_000;

    /// <summary>So that 10,000 groups need 50 requests, and no server's parser recurses deeply.</summary>
    public const int GroupsMax = 200;

    /// <summary>Cuts groups into requests.</summary>
    /// <param name="query">With placeholders.</param>
    /// <param name="groups">For which.</param>
    /// <param name="isScalar">Whether the query comes to a scalar, which has no labels.</param>
    public static IEnumerable<QueryBatch> Cut(string query, ImmutableArray<MetricScope> groups, bool isScalar)
    {
        var (text, first) = (new StringBuilder(), 0);
        for (var i = 0; i < groups.Length; i++)
        {
            var one = One(query, groups[i], i - first, isScalar);
            if (i > first && (i - first == GroupsMax || text.Length + one.Length + 4 > LengthMax))
            {
                yield return new(groups[first..i], text.ToString());
                text.Clear();
                first = i;
                one = One(query, groups[i], 0, isScalar);
            }

            text.Append(text.Length == 0 ? "" : " or ").Append(one);
        }

        if (first < groups.Length)
        {
            yield return new(groups[first..], text.ToString());
        }
    }

    private static string One(string query, MetricScope group, int number, bool isScalar)
    {
        // On a line of its own: a comment at the end of the query must not hide what follows.
        var filled = $"{Placeholders.Fill(query, group, Escape)}\n";
        var vector = isScalar ? $"vector({filled})" : filled;
        return string.Create(CultureInfo.InvariantCulture, $"label_replace({vector},\"{NumberLabel}\",\"{number}\",\"\",\"\")");
    }

    /// <summary>
    /// A value as it may stand inside of a string of PromQL: letters, digits and what names hold; all else as <c>\U</c>, which both kinds
    /// of
    /// quotes know.
    /// </summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || (char)rune.Value is '.' or '_' or '-'))
            {
                text.Append((char)rune.Value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}");
            }
        }

        return text.ToString();
    }
}

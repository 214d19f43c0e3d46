using System.Collections.Immutable;

namespace Muster.Core.Templates;

/// <summary>What a template leaves open in its user data and in the values of its metadata, until an instance is launched. Pure.</summary>
public static class Placeholders
{
    /// <summary>The token by which the instance reports its own health.</summary>
    public const string ReportToken = "{{muster.report_token}}";

    /// <summary>Where it reports.</summary>
    public const string ReportUrl = "{{muster.report_url}}";

    private const string Start = "{{muster.";
    private const string End = "}}";

    // A name that long is a slip that everybody recognizes.
    private const int ShownMax = 60;

    private static readonly string[] Known = [ReportToken, ReportUrl];

    /// <summary>Whether there is something to be filled in.</summary>
    public static bool AreIn(Template template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return IsIn(template.UserData) || template.Metadata.Values.Any(IsIn);
    }

    /// <summary>The template with what was left open.</summary>
    /// <param name="template">The template.</param>
    /// <param name="token">For <see cref="ReportToken"/>.</param>
    /// <param name="url">For <see cref="ReportUrl"/>.</param>
    public static Template Fill(Template template, string token, string url)
    {
        ArgumentNullException.ThrowIfNull(template);
        return template with
        {
            UserData = Filled(template.UserData),
            Metadata = template.Metadata.Values.Any(IsIn)
                ? template.Metadata.ToImmutableSortedDictionary(
                    entry => entry.Key, entry => Filled(entry.Value)!, template.Metadata.KeyComparer)
                : template.Metadata,
        };

        string? Filled(string? text) =>
            text?.Replace(ReportToken, token, StringComparison.Ordinal).Replace(ReportUrl, url, StringComparison.Ordinal);
    }

    /// <summary>Adds what nobody would fill in: a slip of the hand that would only show on the instance.</summary>
    internal static void Check(string field, string? text, ImmutableArray<InputError>.Builder errors)
    {
        if (text is null)
        {
            return;
        }

        for (var at = Next(0); at >= 0; at = Next(at + Start.Length))
        {
            if (!Known.Any(known => text.AsSpan(at).StartsWith(known, StringComparison.Ordinal)))
            {
                var end = text.IndexOf(End, at, StringComparison.Ordinal);
                var shown = text[at..Math.Min(end < 0 ? text.Length : end + End.Length, at + ShownMax)];
                errors.Add(new(field, InputError.Shown(shown), $"{string.Join(" or ", Known)}: nothing else of muster's is filled in"));
            }
        }

        int Next(int from) => text.IndexOf(Start, Math.Min(from, text.Length), StringComparison.Ordinal);
    }

    private static bool IsIn(string? text) => text?.Contains(Start, StringComparison.Ordinal) is true;
}

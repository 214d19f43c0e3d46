using System.Text.RegularExpressions;

namespace Muster.Simulators.Hetzner.Requests;

/// <summary>
/// A selector of labels: <c>k=v</c>, <c>k==v</c>, <c>k!=v</c>, <c>k</c>, <c>!k</c>, <c>k in (a,b)</c>, <c>k notin (a,b)</c>; all must hold.
/// </summary>
internal static partial class LabelSelector
{
    /// <summary>Whether labels fit.</summary>
    /// <exception cref="HetznerRefusal">It is no selector.</exception>
    public static bool Fits(string selector, IReadOnlyDictionary<string, string> labels) =>
        Terms().Split(selector).All(term => FitsTerm(term.Trim(), labels));

    private static bool FitsTerm(string term, IReadOnlyDictionary<string, string> labels)
    {
        if (Set().Match(term) is { Success: true } set)
        {
            var isAmong = labels.TryGetValue(set.Groups["key"].Value, out var value)
                && set.Groups["values"].Value.Split(',').Select(one => one.Trim()).Contains(value);
            return set.Groups["op"].Value == "in" ? isAmong : !isAmong;
        }

        if (Equality().Match(term) is { Success: true } equality)
        {
            var isEqual = labels.TryGetValue(equality.Groups["key"].Value, out var value) && value == equality.Groups["value"].Value;
            return equality.Groups["op"].Value == "!=" ? !isEqual : isEqual;
        }

        return Presence().Match(term) is { Success: true } presence
            ? labels.ContainsKey(presence.Groups["key"].Value) == !term.StartsWith('!')
            : throw HetznerRefusal.Input("label_selector", $"'{term}' is no term of a selector");
    }

    // Commas within brackets part no terms.
    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Terms();

    [GeneratedRegex(@"\A(?<key>[A-Za-z0-9._/-]+) +(?<op>in|notin) +\((?<values>[A-Za-z0-9._, -]*)\)\z")]
    private static partial Regex Set();

    [GeneratedRegex(@"\A(?<key>[A-Za-z0-9._/-]+)(?<op>!=|==?)(?<value>[A-Za-z0-9._-]*)\z")]
    private static partial Regex Equality();

    [GeneratedRegex(@"\A!?(?<key>[A-Za-z0-9._/-]+)\z")]
    private static partial Regex Presence();
}

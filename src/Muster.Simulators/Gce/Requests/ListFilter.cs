using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Simulators.Gce.Requests;

/// <summary>A list's filter: conditions that all must hold, as Google writes them now and as it did before.</summary>
internal sealed partial class ListFilter
{
    private readonly List<(string Field, string Sign, string Value)> _terms = [];

    private ListFilter()
    {
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="GceRefusal">It is none.</exception>
    public static ListFilter Read(string? text)
    {
        var filter = new ListFilter();
        var rest = (text ?? "").Trim();
        while (rest.Length > 0)
        {
            var match = Term().Match(rest);
            if (!match.Success)
            {
                throw GceRefusal.Invalid("filter", text, "Invalid list filter expression.");
            }

            var value = match.Groups["quoted"] is { Success: true } quoted ? quoted.Value : match.Groups["bare"].Value;
            filter._terms.Add((match.Groups["field"].Value, match.Groups["sign"].Value, value));
            rest = rest[match.Length..];
        }

        return filter;
    }

    /// <summary>Whether a thing is what it asks for.</summary>
    public bool Fits(JsonObject thing) => _terms.All(term =>
    {
        var (field, sign, wanted) = term;
        var value = Find(thing, field);
        return sign switch
        {
            "=" => value == wanted,
            "!=" => value != wanted,
            ":" => value is not null && (wanted == "*" || value.Contains(wanted, StringComparison.OrdinalIgnoreCase)),
            "eq" => value is not null && Regex.IsMatch(value, $"^(?:{wanted})$"),
            _ => value is null || !Regex.IsMatch(value, $"^(?:{wanted})$"),
        };
    });

    private static string? Find(JsonNode? thing, string field)
    {
        foreach (var part in field.Split('.'))
        {
            thing = (thing as JsonObject)?[part];
        }

        return thing?.ToString();
    }

    [GeneratedRegex(
        "^(AND\\s+)?\\(*\\s*(?<field>[A-Za-z][A-Za-z0-9_.-]*)\\s*(?<sign>!=|=|:|eq\\b|ne\\b)\\s*"
        + "(\"(?<quoted>[^\"]*)\"|(?<bare>[^\\s()\"]+))\\s*\\)*\\s*",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Term();
}

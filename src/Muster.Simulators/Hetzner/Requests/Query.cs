using System.Globalization;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Requests;

/// <summary>The parameters of a list, and its pages.</summary>
internal sealed class Query
{
    private const int PerPageDefault = 25, PerPageMax = 50;

    private readonly IQueryCollection _query;

    /// <param name="query">What came.</param>
    /// <param name="known">The parameters that this list has, beside <c>page</c> and <c>per_page</c>.</param>
    /// <exception cref="HetznerRefusal">Another one came.</exception>
    public Query(IQueryCollection query, params string[] known)
    {
        _query = query;
        if (query.Keys.FirstOrDefault(key => key is not ("page" or "per_page") && !known.Contains(key)) is { } unknown)
        {
            throw HetznerRefusal.Input(unknown, "there is no such parameter");
        }
    }

    /// <summary>A parameter; null where it is not given.</summary>
    public string? Text(string name) => _query[name] is { Count: > 0 } values ? values[0] : null;

    /// <summary>Every value of a parameter that may come several times.</summary>
    public string?[] All(string name) => _query[name].ToArray();

    /// <summary>Whether a row has the name and the labels that are asked for.</summary>
    public bool Fits(string? name, IReadOnlyDictionary<string, string> labels) =>
        (Text("name") is not { } wanted || wanted == name)
        && (Text("label_selector") is not { Length: > 0 } selector || LabelSelector.Fits(selector, labels));

    /// <summary>The page that is asked for.</summary>
    /// <param name="list">What the list is called.</param>
    /// <param name="rows">All rows, in order.</param>
    /// <param name="pageMax">The most rows of a page, where tests want fewer.</param>
    public Reply Page(string list, IReadOnlyList<JsonObject> rows, int pageMax = int.MaxValue)
    {
        var page = Number("page", 1, min: 1, max: int.MaxValue);
        var perPage = Math.Min(Number("per_page", PerPageDefault, min: 1, max: PerPageMax), pageMax);
        var last = Math.Max(1, (rows.Count + perPage - 1) / perPage);
        var skipped = (long)(page - 1) * perPage;
        var shown = skipped >= rows.Count ? [] : rows.Skip((int)skipped).Take(perPage);
        return new Reply(200, new JsonObject
        {
            [list] = new JsonArray([.. shown]),
            ["meta"] = new JsonObject
            {
                ["pagination"] = new JsonObject
                {
                    ["page"] = page,
                    ["per_page"] = perPage,
                    ["previous_page"] = page > 1 ? Math.Min(page - 1, last) : null,
                    ["next_page"] = page < last ? page + 1 : null,
                    ["last_page"] = last,
                    ["total_entries"] = rows.Count,
                },
            },
        });
    }

    private int Number(string name, int unlessSet, int min, int max) => Text(name) switch
    {
        null => unlessSet,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min
            && number <= max =>
            number,
        _ => throw HetznerRefusal.Input(name, $"must be a number from {min} to {max}"),
    };
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>Whether two answers have the same members of the same kinds, and the same in what a client acts on.</summary>
internal static class Shape
{
    /// <summary>Members whose very value counts.</summary>
    private static readonly HashSet<string> Values =
    [
        "Status", "ClientStatus", "DesiredStatus", "Stop", "Type", "TriggeredBy", "exit_code", "signal", "Version", "Queued", "Running",
        "Complete", "Dead", "Pending", "ValidationErrors", "Error", "Spec", "TimeZone", "ProhibitOverlap", "Attempts", "ConstraintFiltered",
        "DimensionExhausted", "NodesAvailable", "Failed", "State",
    ];

    /// <summary>
    /// Members of an allocation shown whole that say how it was placed, which nobody here reads; and the details of a difference.
    /// </summary>
    private static readonly HashSet<string> LeftOut =
        ["Metrics", "NetworkStatus", "Resources", "SharedResources", "TaskResources", "Diff", "CreatedEvals", "ClassEligibility"];

    /// <summary>The first difference, in words; null for none.</summary>
    public static string? Difference(JsonNode? recorded, JsonNode? answered, string where)
    {
        switch (recorded, answered)
        {
            case (JsonObject one, JsonObject other):
                return Members(one, other, where);
            case (JsonArray one, JsonArray other):
                return one.Count != other.Count
                    ? string.Create(CultureInfo.InvariantCulture, $"{where} has {other.Count} items, not {one.Count}")
                    : one.Zip(other)
                        .Select((pair, index) => Difference(pair.First, pair.Second, $"{where}[{index}]"))
                        .FirstOrDefault(difference => difference is not null);
            default:
                var name = where[(where.LastIndexOf('.') + 1)..];
                return Kind(recorded) != Kind(answered)
                        ? $"{where} is {answered?.ToJsonString() ?? "null"}, not {recorded?.ToJsonString() ?? "null"}"
                    : Values.Contains(name) && recorded?.ToJsonString() != answered?.ToJsonString()
                        ? $"{where} is {answered?.ToJsonString()}, not {recorded?.ToJsonString()}"
                    : null;
        }
    }

    private static string? Members(JsonObject one, JsonObject other, string where)
    {
        // Two versions of a text for people: what the members say is compared by those who act on it.
        var names = one.Select(member => member.Key).Except(LeftOut).Order(StringComparer.Ordinal).ToArray();
        var others = other.Select(member => member.Key).Except(LeftOut).Order(StringComparer.Ordinal).ToArray();
        return !names.SequenceEqual(others)
            ? $"{where} lacks [{string.Join(", ", names.Except(others))}], has [{string.Join(", ", others.Except(names))}] too many"
            : names
                .Select(name => Difference(one[name], other[name], $"{where}.{name}"))
                .FirstOrDefault(difference => difference is not null);
    }

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => JsonValueKind.Null,
        JsonValueKind.False => JsonValueKind.True,
        { } kind => kind,
    };
}

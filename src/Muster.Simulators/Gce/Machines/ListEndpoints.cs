using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Simulators.Gce.Requests;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Machines;

/// <summary>What Compute Engine lists.</summary>
internal sealed class ListEndpoints(GceSimulatorOptions options, GcePark park)
{
    private const int PageMax = 500;

    /// <summary>Instances, disks or network endpoint groups over all zones.</summary>
    public Reply Aggregated(string root, string what, Func<string, string?> query)
    {
        var filter = ListFilter.Read(query("filter"));
        List<(string Zone, string Name, JsonObject Json)> all = what switch
        {
            "instances" => park.Shown(machines => machines.Select(machine => (machine.Zone, machine.Name, machine.ToJson())).ToList()),
            "disks" => [.. park.Disks.Values.Select(disk => (disk.Zone, disk.Name, disk.ToJson()))],
            _ => park.Groups.Shown(root),
        };
        var (page, next) = Cut(
            all.Where(one => !options.UnreachableZones.Contains(one.Zone) && filter.Fits(one.Json))
                .OrderBy(one => $"{one.Zone}/{one.Name}", StringComparer.Ordinal),
            one => $"{one.Zone}/{one.Name}", query);
        var items = new JsonObject();
        foreach (var zone in options.Zones.Concat(options.UnreachableZones).Distinct())
        {
            var here = page.Where(one => one.Zone == zone).Select(one => (JsonNode?)one.Json).ToArray();
            items[$"zones/{zone}"] = options.UnreachableZones.Contains(zone)
                ? new JsonObject { ["warning"] = Warning("UNREACHABLE", $"The scope 'zones/{zone}' could not be reached.") }
                : here.Length > 0
                    ? new JsonObject { [what] = new JsonArray(here) }
                    : new JsonObject
                    {
                        ["warning"] = Warning("NO_RESULTS_ON_PAGE", $"There are no results for scope 'zones/{zone}' on this page."),
                    };
        }

        var reply = new JsonObject
        {
            ["kind"] = $"compute#{what[..^1]}AggregatedList",
            ["id"] = $"projects/{options.Project}/aggregated/{what}",
            ["items"] = items,
            ["selfLink"] = $"{root}/aggregated/{what}",
        };
        if (!options.UnreachableZones.IsEmpty)
        {
            reply["unreachables"] = new JsonArray(
                [.. options.UnreachableZones.Select(zone => (JsonNode?)JsonValue.Create($"zones/{zone}"))]);
        }

        return With(reply, next);
    }

    /// <summary>Instances, disks or network endpoint groups of one zone.</summary>
    public Reply OfZone(string root, string zone, string what, Func<string, string?> query)
    {
        List<JsonObject> all = what switch
        {
            "instances" => park.Shown(machines =>
                machines.Where(machine => machine.Zone == zone).Select(machine => machine.ToJson()).ToList()),
            "disks" => [.. park.Disks.Values.Where(disk => disk.Zone == zone).Select(disk => disk.ToJson())],
            _ => [.. park.Groups.Shown(root).Where(group => group.Zone == zone).Select(group => group.Json)],
        };
        return Plain(all, $"compute#{what[..^1]}List", $"{root}/zones/{zone}/{what}", query);
    }

    /// <summary>Anything else, as a list.</summary>
    public Reply Plain(IEnumerable<JsonObject> things, string kind, string link, Func<string, string?> query)
    {
        var filter = ListFilter.Read(query("filter"));
        var (page, next) = Cut(
            things.Where(filter.Fits).OrderBy(thing => (string?)thing["name"], StringComparer.Ordinal),
            thing => (string?)thing["name"] ?? "", query);
        return With(
            new JsonObject
            {
                ["kind"] = kind, ["id"] = link, ["selfLink"] = link, ["items"] = new JsonArray([.. page.Select(thing => (JsonNode?)thing)]),
            },
            next);
    }

    /// <summary>Things without a name, in the order of their keys.</summary>
    public Reply Keyed(IEnumerable<(string Key, JsonObject Json)> ordered, string kind, string link, Func<string, string?> query)
    {
        var filter = ListFilter.Read(query("filter"));
        var (page, next) = Cut(ordered.Where(one => filter.Fits(one.Json)), one => one.Key, query);
        return With(
            new JsonObject
            {
                ["kind"] = kind, ["id"] = link, ["items"] = new JsonArray([.. page.Select(one => (JsonNode?)one.Json)]),
            },
            next);
    }

    private (List<T> Page, string? Next) Cut<T>(IEnumerable<T> ordered, Func<T, string> key, Func<string, string?> query)
    {
        var max = PageMax;
        if (query("maxResults") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) || max is < 0 or > PageMax))
        {
            throw GceRefusal.Invalid("maxResults", text, "Acceptable values are 0 to 500, inclusive.");
        }

        max = Math.Min(max == 0 ? PageMax : max, options.PageMax);
        var after = query("pageToken") is { } token ? Decode(token) : null;
        var rest = ordered.Where(one => after is null || string.CompareOrdinal(key(one), after) > 0).Take(max + 1).ToList();
        if (rest.Count <= max)
        {
            return (rest, null);
        }

        rest.RemoveAt(max);
        return (rest, Convert.ToBase64String(Encoding.UTF8.GetBytes(key(rest[^1]))));
    }

    private static string Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw GceRefusal.Invalid("pageToken", token, "The page token is not valid.");
        }
    }

    private static Reply With(JsonObject reply, string? next)
    {
        if (next is not null)
        {
            reply["nextPageToken"] = next;
        }

        return new(200, reply);
    }

    private static JsonObject Warning(string code, string message) => new() { ["code"] = code, ["message"] = message };
}

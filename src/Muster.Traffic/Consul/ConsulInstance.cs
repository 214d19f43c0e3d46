using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core.Health;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Consul;

/// <summary>One instance of a service, as <c>/v1/health/service</c> tells of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Port">Its port.</param>
/// <param name="Meta">What was registered with it.</param>
/// <param name="IsInMaintenance">Whether it is taken out.</param>
/// <param name="Verdict">What its own checks say.</param>
/// <param name="Detail">Why; null where they do not say.</param>
internal sealed record ConsulInstance(
    string Id, string Address, int Port, ImmutableDictionary<string, string> Meta, bool IsInMaintenance, Verdict Verdict, string? Detail)
{
    /// <summary>How the check begins by which Consul takes a service out.</summary>
    public const string Maintenance = "_service_maintenance:";

    /// <summary>Reads one; null of an element that is none.</summary>
    public static ConsulInstance? Read(JsonElement entry)
    {
        if (entry.Member("Service") is not { } service || service.Text("ID") is not { Length: > 0 } id)
        {
            return null;
        }

        var (isOut, ofNode) = (false, (string?)null);
        var (verdict, detail) = (Verdict.Unknown, (string?)null);
        foreach (var check in entry.Member("Checks").Objects())
        {
            var name = check.Text("CheckID") ?? "";
            if (name.StartsWith(Maintenance, StringComparison.Ordinal))
            {
                isOut = true;
            }
            else if (check.Text("ServiceID") == id)
            {
                (verdict, detail) = Worse((verdict, detail), Of(check));
            }
            else if (check.Text("Status") == "critical")
            {
                // The node's own check is about the agent that has the service, and not about the member.
                ofNode ??= Foreign.Words($"its node's check {name} is critical");
            }
        }

        (verdict, detail) = ofNode is null ? (verdict, detail) : (Verdict.Unknown, ofNode);

        var meta = service.Member("Meta") is { ValueKind: JsonValueKind.Object } values
            ? values.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String)
                .ToImmutableDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal)
            : ImmutableDictionary<string, string>.Empty;
        return new(id, service.Text("Address") ?? "", (int)(service.Number("Port") ?? 0), meta, isOut, verdict, detail);
    }

    private static (Verdict, string?) Of(JsonElement check)
    {
        var output = check.Text("Output") is { Length: > 0 } said ? Foreign.Words(said) : null;
        return check.Text("Status") switch
        {
            "passing" => (Verdict.Healthy, output),
            // As for DNS: a warning takes nobody out.
            "warning" => (Verdict.Healthy, output),
            // So is one registered that was never made.
            "critical" when output is null => (Verdict.Unknown, "not checked yet"),
            "critical" => (Verdict.Unhealthy, output),
            _ => (Verdict.Unknown, output),
        };
    }

    private static (Verdict, string?) Worse((Verdict Verdict, string?) one, (Verdict Verdict, string?) other) =>
        (one.Verdict, other.Verdict) switch
        {
            (Verdict.Unhealthy, _) => one,
            (_, Verdict.Unhealthy) => other,
            (Verdict.Healthy, _) => one,
            _ => other,
        };
}

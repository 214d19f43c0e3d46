using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

using Muster.Api;
using Muster.Core.Groups;

namespace Muster.Server.Targets;

/// <summary>Writes a group's members in the forms that others pull.</summary>
internal static class TargetWriter
{
    /// <summary>The media type of a form.</summary>
    public static string MediaType(TargetFormat format) =>
        format is TargetFormat.Lines ? "text/plain; charset=utf-8" : "application/json";

    /// <summary>The members, in order of their addresses.</summary>
    /// <param name="query">The form.</param>
    /// <param name="group">Whose.</param>
    /// <param name="targets">Where they are reached.</param>
    public static byte[] Write(TargetQuery query, Group group, ImmutableArray<Target> targets) => query.Format switch
    {
        TargetFormat.Prometheus => Prometheus(group, targets),
        TargetFormat.Traefik => Traefik(query, group, targets),
        _ => Encoding.UTF8.GetBytes(string.Concat(targets.Select(target => $"{target.Address}\n"))),
    };

    /// <remarks>
    /// https://prometheus.io/docs/prometheus/latest/http_sd/ : a list of groups of targets. Labels that begin with __meta_ are there for
    /// relabelling, and dropped after it.
    /// </remarks>
    private static byte[] Prometheus(Group group, ImmutableArray<Target> targets) => Json(json =>
    {
        json.WriteStartArray();
        foreach (var target in targets)
        {
            json.WriteStartObject();
            json.WriteStartArray("targets");
            json.WriteStringValue(target.Address);
            json.WriteEndArray();
            json.WriteStartObject("labels");
            json.WriteString("__meta_muster_group", group.Name);
            json.WriteString("__meta_muster_instance_id", target.Instance.Id.Value);
            json.WriteString("__meta_muster_instance_name", target.Instance.Name);
            json.WriteString("__meta_muster_cloud", target.Cloud);
            if (target.Instance.Zone is { } zone)
            {
                json.WriteString("__meta_muster_zone", zone);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <remarks>Traefik's dynamic configuration: one service with the group's name, for a router of one's own to point at.</remarks>
    private static byte[] Traefik(TargetQuery query, Group group, ImmutableArray<Target> targets) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("http");
        json.WriteStartObject("services");
        json.WriteStartObject(group.Name);
        json.WriteStartObject("loadBalancer");
        json.WriteStartArray("servers");
        foreach (var target in targets)
        {
            json.WriteStartObject();
            json.WriteString("url", $"{query.Scheme}://{target.Address}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = ApiJson.Encoder }))
        {
            write(json);
        }

        return buffer.ToArray();
    }
}

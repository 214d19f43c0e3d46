using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Jobs;
using Muster.Simulators.Nomad.Requests;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Simulators.Nomad;

/// <summary>Jobs over HTTP.</summary>
internal sealed class JobEndpoints(NomadCluster cluster, NomadSimulatorOptions options)
{
    /// <summary><c>/v1/jobs</c> and <c>/v1/job/ID</c>, written.</summary>
    /// <exception cref="RefusedException">As Nomad refuses it.</exception>
    public Reply Register(JsonObject body, string? path, string? querySpace, string? queryRegion)
    {
        var job = JobValidation.Decode(body);
        if (path is not null && job.Text("ID") != path)
        {
            throw new RefusedException(400, "Job ID does not match name");
        }

        if ((queryRegion ?? job.Text("Region", "global")) != "global")
        {
            throw RefusedException.Broken("No path to region");
        }

        var space = querySpace ?? job.Text("Namespace", "default");
        var document = JobShape.Canonical(job, space, options.HasIdentities);
        ThrowIfInvalid(document);
        if (space != "default")
        {
            throw RefusedException.Broken($"job \"{job.Text("ID")}\" is in nonexistent namespace \"{space}\"");
        }

        var (changed, registered, evaluation) = cluster.Register(
            document, body.Flag("EnforceIndex") ? body.Number("JobModifyIndex") : null);
        return new(
            new JsonObject
            {
                ["EvalCreateIndex"] = evaluation?.CreateIndex ?? 0,
                ["EvalID"] = evaluation?.Id ?? "",
                ["Index"] = changed,
                ["JobModifyIndex"] = registered.JobModifyIndex,
                ["KnownLeader"] = false,
                ["LastContact"] = 0,
                ["Warnings"] = "",
            },
            changed);
    }

    /// <summary><c>/v1/validate/job</c>. Knows neither namespaces nor regions.</summary>
    public static Reply Validate(JsonObject body)
    {
        var errors = JobValidation.Check(JobShape.Canonical(JobValidation.Decode(body), "default", hasIdentities: true));
        return new(new JsonObject
        {
            ["DriverConfigValidated"] = true,
            ["Error"] = errors.IsEmpty ? "" : JobValidation.Listed(errors),
            ["ValidationErrors"] = errors.IsEmpty ? null : new JsonArray([.. errors.Select(error => (JsonNode?)error)]),
            ["Warnings"] = "",
        });
    }

    /// <summary><c>/v1/job/ID/plan</c>.</summary>
    /// <exception cref="RefusedException">As Nomad refuses it.</exception>
    public Reply Plan(string id, JsonObject body, string space)
    {
        var job = JobValidation.Decode(body);
        if (job.Text("ID") != id)
        {
            throw new RefusedException(400, "Job ID does not match");
        }

        var document = JobShape.Canonical(job, space, options.HasIdentities);
        ThrowIfInvalid(document);
        var known = cluster.Find(id, space);
        var failure = Placement.Failure(document, options);
        var group = document.Items("TaskGroups").First().Text("Name");
        var next = document["Periodic"] is null ? null : cluster.NextLaunch(document);
        return new(
            new JsonObject
            {
                ["Annotations"] = new JsonObject
                {
                    ["DesiredTGUpdates"] = new JsonObject
                    {
                        [group] = new JsonObject
                        {
                            ["Canary"] = 0, ["DestructiveUpdate"] = 0, ["Ignore"] = 0, ["InPlaceUpdate"] = 0, ["Migrate"] = 0,
                            ["Place"] = 1, ["Preemptions"] = 0, ["Stop"] = 0,
                        },
                    },
                    ["PreemptedAllocs"] = null,
                },
                ["CreatedEvals"] = null,
                ["Diff"] = body.Flag("Diff") ? Diff(known?.Document, document, id, group) : null,
                ["FailedTGAllocs"] = failure is null ? null : new JsonObject { [group] = failure },
                ["Index"] = known?.JobModifyIndex ?? 0,
                ["JobModifyIndex"] = known?.JobModifyIndex ?? 0,
                ["NextPeriodicLaunch"] = next is { } at ? Moment(at) : null,
                ["Warnings"] = "",
            },
            known?.JobModifyIndex ?? 0);
    }

    private static void ThrowIfInvalid(JsonObject document)
    {
        if (JobValidation.Check(document) is { IsEmpty: false } errors)
        {
            throw RefusedException.Broken(JobValidation.Listed(errors));
        }
    }

    /// <summary>Whether anything changes; not what.</summary>
    private static JsonObject Diff(JsonObject? before, JsonObject after, string id, string group)
    {
        var type = before is null ? "Added" : JsonNode.DeepEquals(before, after) ? "None" : "Edited";
        return new()
        {
            ["Fields"] = null,
            ["ID"] = id,
            ["Objects"] = null,
            ["TaskGroups"] = new JsonArray(new JsonObject
            {
                ["Fields"] = null,
                ["Name"] = group,
                ["Objects"] = null,
                ["Tasks"] = null,
                ["Type"] = type,
                ["Updates"] = null,
            }),
            ["Type"] = type,
        };
    }

    private static string Moment(DateTimeOffset at) =>
        at.ToString(at.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

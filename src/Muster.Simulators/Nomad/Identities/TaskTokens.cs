using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Jobs;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad.Identities;

/// <summary>
/// What a client does about the identities that a task asks for: files in the task's directory for secrets, before it starts.
/// </summary>
/// <remarks>The real one renews them at half of their time; here they last as long as they were asked to.</remarks>
internal static class TaskTokens
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes them.</summary>
    public static void Write(SimulatedAllocation allocation, string secrets, Keyring keys, DateTimeOffset now)
    {
        Directory.CreateDirectory(secrets, OwnerOnly | UnixFileMode.UserExecute);
        foreach (var identity in allocation.Task.Items("Identities").Where(identity => identity.Flag("File")))
        {
            var path = Path.Combine(secrets, $"nomad_{identity.Text("Name")}.jwt");
            using var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            using var writer = new StreamWriter(file);
            writer.Write(keys.Active.Sign(Claims(allocation, identity, now)));
        }
    }

    /// <summary>What Nomad says of the task. A periodic job's children go by the name of the job itself.</summary>
    private static JsonObject Claims(SimulatedAllocation allocation, JsonObject identity, DateTimeOffset now)
    {
        var (job, group) = (allocation.Job.ParentId is { Length: > 0 } parent ? parent : allocation.Job.Id, allocation.Group.Text("Name"));
        var audience = identity["Audience"] as JsonArray ?? [];
        var claims = new JsonObject
        {
            // One alone is no list.
            ["aud"] = audience.Count == 1 ? audience[0]!.DeepClone() : audience.DeepClone(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["jti"] = allocation.Id,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["nomad_allocation_id"] = allocation.Id,
            ["nomad_job_id"] = job,
            ["nomad_namespace"] = allocation.Job.Namespace,
            ["nomad_task"] = allocation.TaskName,
            ["sub"] = $"global:{allocation.Job.Namespace}:{job}:{group}:{allocation.TaskName}:{identity.Text("Name")}",
        };
        if (identity.Number("TTL") is var nanoseconds && nanoseconds > 0)
        {
            claims["exp"] = now.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick).ToUnixTimeSeconds();
        }

        return claims;
    }
}

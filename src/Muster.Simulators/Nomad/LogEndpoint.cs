using System.Globalization;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Nomad.Requests;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad;

/// <summary>What a run wrote: plain, or as one frame that says where it ends. Not followed.</summary>
internal static class LogEndpoint
{
    private const int IdLength = 36;

    /// <exception cref="RefusedException">As Nomad refuses it.</exception>
    public static Reply Read(NomadCluster cluster, string id, IQueryCollection query)
    {
        var type = query["type"].ToString();
        if (query["task"].ToString() is not { Length: > 0 } task)
        {
            throw new RefusedException(400, "must provide task name");
        }

        if (type is not ("stdout" or "stderr"))
        {
            throw new RefusedException(400, "must provide log type (stdout/stderr)");
        }

        if (id.Length != IdLength)
        {
            throw ByClient(500, "alloc lookup failed: index error: UUID must be 36 characters");
        }

        var allocation = cluster.FindAllocation(id) ?? throw ByClient(404, $"Unknown allocation \"{id}\"");
        return task != allocation.TaskName ? throw ByClient(400, $"unknown task name \"{task}\"")
            : cluster.Read(() => allocation.StartedAt) is null ? throw ByClient(404, $"task \"{task}\" not started yet. No logs available")
            : Answer($"{task}.{type}.0", Bytes(allocation, $"{task}.{type}.0"), query);
    }

    private static byte[] Bytes(SimulatedAllocation allocation, string file)
    {
        var logs = Path.Combine(allocation.Directory, "alloc", "logs");
        try
        {
            using var stream = new FileStream(
                Path.Combine(logs, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
        {
            throw ByClient(500, $"failed to list entries: open {logs}: no such file or directory");
        }
    }

    private static Reply Answer(string file, byte[] bytes, IQueryCollection query)
    {
        var text = Cut(bytes, query);
        return query["plain"] == "true" ? new(Body: null) { Text = text }
            : text.Length == 0 ? new(new JsonObject())
            : new(new JsonObject { ["Data"] = Convert.ToBase64String(text), ["File"] = $"alloc/logs/{file}", ["Offset"] = bytes.Length });
    }

    private static RefusedException ByClient(int status, string text) => new(status, text) { IsPlain = true };

    private static byte[] Cut(byte[] bytes, IQueryCollection query)
    {
        _ = int.TryParse(query["offset"], NumberStyles.None, CultureInfo.InvariantCulture, out var offset);
        return query["origin"] == "end" ? bytes[Math.Max(0, bytes.Length - offset)..] : bytes[Math.Min(offset, bytes.Length)..];
    }
}

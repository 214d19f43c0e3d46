using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Muster.Simulators.Proxmox.Requests;

/// <summary>One of the calls that the simulator knows.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">With names for what varies: <c>/nodes/{node}/qemu/{vmid}</c>.</param>
/// <param name="Privilege">What the token must be allowed; null for nothing.</param>
/// <param name="Known">The parameters that there are, beside those of the path; a <c>*</c> at the end stands for a number.</param>
internal sealed record Call(string Method, string Path, string? Privilege, params ImmutableArray<string> Known)
{
    // The parameters of PUT config that the simulator keeps; the judge of tests has them all.
    private static readonly ImmutableArray<string> ConfigKeys =
    [
        "tags", "description", "name", "cores", "sockets", "memory", "balloon", "onboot", "protection", "agent", "ciuser", "cipassword",
        "sshkeys", "nameserver", "searchdomain", "cicustom", "citype", "ciupgrade", "digest", "delete", "net*", "ipconfig*",
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Call> All { get; } =
    [
        new("GET", "/version", null),
        new("GET", "/access/permissions", null, "path", "userid"),
        new("GET", "/cluster/resources", null, "type"),
        new("GET", "/nodes", null),
        new("GET", "/pools", null, "poolid", "type"),
        new("GET", "/nodes/{node}/qemu", null, "full"),
        new("GET", "/nodes/{node}/network", null, "type"),
        new("GET", "/nodes/{node}/tasks", null, "errors", "limit", "since", "source", "start", "typefilter", "until", "userfilter", "vmid"),
        new("GET", "/nodes/{node}/tasks/{upid}/status", null),
        new("GET", "/nodes/{node}/qemu/{vmid}/config", "VM.Audit", "current", "snapshot"),
        new("GET", "/nodes/{node}/qemu/{vmid}/status/current", "VM.Audit"),
        new("GET", "/nodes/{node}/storage/{storage}/content", "Datastore.AllocateSpace", "content", "vmid"),
        new(
            "POST", "/nodes/{node}/qemu/{vmid}/clone", "VM.Clone", "newid", "name", "description", "full", "storage", "pool", "target",
            "format", "snapname", "bwlimit"),
        new("PUT", "/nodes/{node}/qemu/{vmid}/config", "VM.Config.Options", ConfigKeys),
        new("POST", "/nodes/{node}/qemu/{vmid}/status/start", "VM.PowerMgmt", "timeout", "machine", "force-cpu"),
        new("POST", "/nodes/{node}/qemu/{vmid}/status/stop", "VM.PowerMgmt", "timeout", "keepActive", "overrule-shutdown"),
        new("POST", "/nodes/{node}/qemu/{vmid}/status/shutdown", "VM.PowerMgmt", "timeout", "forceStop", "keepActive"),
        new("POST", "/nodes/{node}/qemu/{vmid}/status/suspend", "VM.PowerMgmt", "todisk", "statestorage"),
        new("DELETE", "/nodes/{node}/qemu/{vmid}", "VM.Allocate", "purge", "destroy-unreferenced-disks"),
        new("DELETE", "/nodes/{node}/storage/{storage}/content/{volume}", "Datastore.AllocateSpace", "delay"),
    ];

    /// <summary>What requests of it are counted as, and judged by.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>The call that a request is, and what its path names; null where there is none.</summary>
    public static (Call Call, Dictionary<string, string> Path)? Find(string method, string path)
    {
        var parts = path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        foreach (var call in All.Where(call => call.Method == method))
        {
            var names = call.Path.Trim('/').Split('/');
            if (names.Length == parts.Length && names.Zip(parts).All(pair => pair.First[0] == '{' || pair.First == pair.Second))
            {
                return (call, names.Zip(parts).Where(pair => pair.First[0] == '{')
                    .ToDictionary(pair => pair.First.Trim('{', '}'), pair => pair.Second, StringComparer.Ordinal));
            }
        }

        return null;
    }

    /// <summary>Adds a request's parameters to those of its path.</summary>
    /// <exception cref="ProxmoxRefusal">One is not known, or comes twice.</exception>
    public void Read(HttpRequest request, byte[] body, Dictionary<string, string> parameters)
    {
        var errors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var given = request.Query.Select(pair => (pair.Key, Value: pair.Value.ToString()));
        if (Method is "POST" or "PUT")
        {
            given = given.Concat(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).Select(pair => (pair.Key, pair.Value.ToString())));
        }

        foreach (var (name, value) in given.ToArray())
        {
            if (!Known.Any(known => known == name || (known[^1] == '*' && IsNumbered(name, known[..^1]))))
            {
                errors[name] = "property is not defined in schema and the schema does not allow additional properties";
            }
            else if (!parameters.TryAdd(name, value))
            {
                errors[name] = "duplicate parameter (already defined in URI) with conflicting values!";
            }
        }

        if (errors.Count > 0)
        {
            throw ProxmoxRefusal.Parameters(errors);
        }
    }

    private static bool IsNumbered(string name, string start) =>
        name.StartsWith(start, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 32;
}

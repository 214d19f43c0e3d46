using System.Text.Json;

using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.OpenStack.Wire;

/// <summary>What a service says of a refusal.</summary>
/// <remarks>
/// <code>
/// compute, volumes   {"badRequest": {"code": 400, "message": "..."}}
/// identity           {"error": {"code": 401, "message": "...", "title": "Unauthorized"}}
/// network            {"NeutronError": {"type": "...", "message": "...", "detail": ""}}
/// load balancers     {"faultcode": "Client", "faultstring": "...", "debuginfo": null}
/// images             HTML, or {"message": "...", "title": "..."}
/// </code>
/// openstack/nova:nova/api/openstack/wsgi.py (Fault), openstack/keystone:keystone/server/flask/common.py,
/// openstack/neutron-lib:neutron_lib/api/faults.py.
/// </remarks>
/// <param name="Word">The service's own word for it: <c>badRequest</c>; null where it says none.</param>
/// <param name="Message">The sentence.</param>
internal sealed record ApiFault(string? Word, string Message)
{
    /// <summary>Reads it; null where something else answered than a service of OpenStack's.</summary>
    public static ApiFault? Read(HttpAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return Read(json.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ApiFault? Read(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var field in root.EnumerateObject())
        {
            if (field.Value.Text("message") is { } message)
            {
                return new(field.Value.Text("type") ?? field.Name, message);
            }
        }

        return root.Text("faultstring") is { } fault ? new(root.Text("faultcode"), fault)
            : root.Text("message") is { } own ? new(root.Text("title"), own)
            : root.Find("NeutronError") is { ValueKind: JsonValueKind.String } text ? new("NeutronError", text.GetString()!)
            : null;
    }
}

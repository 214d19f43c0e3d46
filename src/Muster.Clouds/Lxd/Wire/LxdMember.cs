using System.Text.Json;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>A member of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>Online</c>, <c>Offline</c>, <c>Evacuated</c>, ...</param>
internal sealed record LxdMember(string Name, string? Status)
{
    public static LxdMember Read(JsonFields of) =>
        new(of.Text("server_name") ?? throw new JsonException("server_name is missing"), of.Text("status"));
}

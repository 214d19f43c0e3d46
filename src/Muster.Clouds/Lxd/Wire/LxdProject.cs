using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>GET /1.0/projects/NAME</summary>
/// <param name="Config">Its configuration.</param>
internal sealed record LxdProject(Dictionary<string, string> Config)
{
    public static LxdProject Read(JsonFields of) => new(of.TextMap("config") ?? []);
}

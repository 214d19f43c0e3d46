using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>GET /1.0/projects/NAME/state</summary>
/// <param name="Resources">By what they are of: <c>instances</c>, <c>memory</c>.</param>
internal sealed record LxdLimits(Dictionary<string, LxdLimit> Resources)
{
    public static LxdLimits Read(JsonFields of) => new(of.Map("resources", LxdLimit.Read) ?? []);
}

/// <param name="Limit">The most there may be, a number or bytes; -1 for no limit.</param>
/// <param name="Usage">What there is.</param>
internal sealed record LxdLimit(long Limit, long Usage)
{
    // Go's names: these fields have no other.
    public static LxdLimit Read(JsonFields of) => new(of.Number("Limit") ?? -1, of.Number("Usage") ?? 0);
}

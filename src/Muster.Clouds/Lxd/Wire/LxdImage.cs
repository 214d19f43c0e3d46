using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>GET /1.0/images/FINGERPRINT</summary>
internal sealed record LxdImage
{
    /// <summary>What it is called here, the first in order; null when nothing.</summary>
    public string? Alias { get; init; }

    /// <summary>Where it came from; null when nowhere.</summary>
    public LxdImageSource? Source { get; init; }

    public static LxdImage Read(JsonFields of) => new()
    {
        Alias = of.Array("aliases", alias => alias.Text("name") ?? "")?.Where(name => !string.IsNullOrEmpty(name))
            .Order(StringComparer.Ordinal).FirstOrDefault(),
        Source = of.Object("update_source", LxdImageSource.Read),
    };
}

internal sealed record LxdImageSource(string? Alias, string? Server, string? Protocol)
{
    public static LxdImageSource Read(JsonFields of) => new(of.Text("alias"), of.Text("server"), of.Text("protocol"));
}

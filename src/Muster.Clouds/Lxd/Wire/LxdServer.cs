using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>GET /1.0. Whoever is not trusted is told <see cref="Auth"/> alone.</summary>
internal sealed record LxdServer
{
    /// <summary><c>trusted</c> or <c>untrusted</c>.</summary>
    public string? Auth { get; init; }

    /// <summary>Whom the daemon takes the caller for: a user, or a certificate's fingerprint.</summary>
    public string? User { get; init; }

    /// <summary>How it knows: <c>unix</c>, <c>tls</c>.</summary>
    public string? Method { get; init; }

    public LxdEnvironment? Environment { get; init; }

    public static LxdServer Read(JsonFields of) => new()
    {
        Auth = of.Text("auth"),
        User = of.Text("auth_user_name"),
        Method = of.Text("auth_user_method"),
        Environment = of.Object("environment", LxdEnvironment.Read),
    };
}

internal sealed record LxdEnvironment
{
    /// <summary><c>lxd</c> or <c>incus</c>.</summary>
    public string? Server { get; init; }

    public string? Version { get; init; }

    /// <summary>The host's name, or the member's in a cluster.</summary>
    public string? Name { get; init; }

    /// <summary>What makes instances: <c>lxc | qemu</c>.</summary>
    public string? Driver { get; init; }

    public bool IsClustered { get; init; }

    public static LxdEnvironment Read(JsonFields of) => new()
    {
        Server = of.Text("server"),
        Version = of.Text("server_version"),
        Name = of.Text("server_name"),
        Driver = of.Text("driver"),
        IsClustered = of.Flag("server_clustered") is true,
    };
}

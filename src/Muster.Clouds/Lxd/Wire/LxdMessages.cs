namespace Muster.Clouds.Lxd.Wire;

/// <summary>What wraps every answer of the API (documentation.ubuntu.com/lxd/en/latest/rest-api).</summary>
internal sealed record LxdAnswer<T>
{
    /// <summary>The path of the operation that an asynchronous call started.</summary>
    public string? Operation { get; init; }

    public string? Error { get; init; }

    public T? Metadata { get; init; }
}

internal sealed record LxdOperation
{
    public string? Id { get; init; }

    public int StatusCode { get; init; }

    public string? Err { get; init; }

    public Dictionary<string, string[]>? Resources { get; init; }
}

/// <summary>An instance, with its state when the listing is recursive.</summary>
internal sealed record LxdInstance
{
    public required string Name { get; init; }

    public required string Status { get; init; }

    public string? Type { get; init; }

    public string? Location { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUsedAt { get; init; }

    public Dictionary<string, string?>? Config { get; init; }

    /// <summary>Its own configuration and that of its profiles.</summary>
    public Dictionary<string, string?>? ExpandedConfig { get; init; }

    /// <summary>Its own devices and those of its profiles.</summary>
    public Dictionary<string, Dictionary<string, string?>?>? ExpandedDevices { get; init; }

    public LxdInstanceState? State { get; init; }
}

/// <summary>What instances inherit.</summary>
internal sealed record LxdProfile
{
    public Dictionary<string, string?>? Config { get; init; }

    public Dictionary<string, Dictionary<string, string?>?>? Devices { get; init; }
}

internal sealed record LxdInstanceState
{
    public Dictionary<string, LxdNetworkState?>? Network { get; init; }

    public LxdCpuState? Cpu { get; init; }

    public LxdMemoryState? Memory { get; init; }
}

/// <param name="Usage">Nanoseconds since the instance began.</param>
internal sealed record LxdCpuState(double? Usage);

/// <param name="Usage">Bytes.</param>
/// <param name="Total">Bytes that it may use; 0 or missing where the daemon does not tell.</param>
internal sealed record LxdMemoryState(double? Usage, double? Total);

internal sealed record LxdNetworkState
{
    public LxdAddress?[]? Addresses { get; init; }
}

internal sealed record LxdAddress
{
    public string? Address { get; init; }

    public string? Scope { get; init; }
}

/// <summary>POST /1.0/instances</summary>
internal sealed record LxdInstanceCreate
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required LxdSource Source { get; init; }

    public string? InstanceType { get; init; }

    /// <summary>Whether the same operation starts it; null where the daemon does not know that.</summary>
    public bool? Start { get; init; }

    public IReadOnlyList<string>? Profiles { get; init; }

    public required IReadOnlyDictionary<string, string> Config { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init; }
}

internal sealed record LxdSource
{
    public string Type { get; init; } = "image";

    public string? Alias { get; init; }

    public string? Fingerprint { get; init; }

    public string? Server { get; init; }

    public string? Protocol { get; init; }

    public string? Mode { get; init; }
}

/// <summary>PATCH /1.0/instances/NAME: these keys and no others.</summary>
internal sealed record LxdConfigChange(Dictionary<string, string> Config);

/// <summary>PUT /1.0/instances/NAME/state</summary>
internal sealed record LxdStateChange(string Action, int Timeout, bool Force);

/// <summary>POST /1.0/certificates: the certificate of the connection itself.</summary>
/// <param name="Type"><c>client</c>.</param>
/// <param name="Password">Where LXD 5 looks for a token.</param>
/// <param name="TrustToken">Where later ones and Incus do.</param>
internal sealed record LxdTrust(string Type, string Password, string TrustToken);

/// <summary>One message of the events' web socket.</summary>
internal sealed record LxdEvent
{
    public LxdLifecycle? Metadata { get; init; }
}

internal sealed record LxdLifecycle
{
    /// <summary>The path of what it is about.</summary>
    public string? Source { get; init; }
}

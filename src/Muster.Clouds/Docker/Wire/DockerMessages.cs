namespace Muster.Clouds.Docker.Wire;

/// <summary>The parts of the Engine API (docs.docker.com/reference/api/engine) that are used, named as there.</summary>
internal sealed record ContainerCreate
{
    public required string Image { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }

    public required ContainerHost HostConfig { get; init; }
}

internal sealed record ContainerHost
{
    public string? NetworkMode { get; init; }

    public long Memory { get; init; }

    public long NanoCpus { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>>? PortBindings { get; init; }

    public RestartPolicy RestartPolicy { get; init; } = new("no");
}

/// <summary>Off: Muster is the restarter, and a dead instance must look dead.</summary>
internal sealed record RestartPolicy(string Name);

internal sealed record PortBinding(string HostIp, string HostPort);

internal sealed record EmptyObject;

internal sealed record Created(string Id);

internal sealed record ErrorMessage(string? Message);

/// <summary>One line of GET /containers/json.</summary>
internal sealed record ContainerSummary
{
    public required string Id { get; init; }

    public IReadOnlyList<string?>? Names { get; init; }

    public string? Image { get; init; }

    public long Created { get; init; }

    public required string State { get; init; }

    public string? Status { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    public IReadOnlyList<PublishedPort?>? Ports { get; init; }

    public SummaryNetworks? NetworkSettings { get; init; }
}

internal sealed record PublishedPort
{
    public string? IP { get; init; }

    public int PrivatePort { get; init; }

    public int? PublicPort { get; init; }

    public string? Type { get; init; }
}

internal sealed record SummaryNetworks
{
    public IReadOnlyDictionary<string, NetworkEnd?>? Networks { get; init; }
}

internal sealed record NetworkEnd
{
    public string? IPAddress { get; init; }

    public string? GlobalIPv6Address { get; init; }
}

/// <summary>The network to connect a container to.</summary>
internal sealed record NetworkConnect(string Container);

/// <summary>One line of GET /events.</summary>
internal sealed record EventMessage
{
    public string? Action { get; init; }

    public EventActor? Actor { get; init; }
}

internal sealed record EventActor
{
    public string? ID { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>One line of what a pull tells of its progress.</summary>
internal sealed record PullProgress
{
    [System.Text.Json.Serialization.JsonPropertyName("error")]
    public string? Error { get; init; }
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Nomad.Jobs.Wire;

/// <summary>The one group of a job.</summary>
internal sealed record NomadTaskGroup
{
    public required string Name { get; init; }

    public required int Count { get; init; }

    public required NomadRestartPolicy RestartPolicy { get; init; }

    public required NomadReschedulePolicy ReschedulePolicy { get; init; }

    public required NomadEphemeralDisk EphemeralDisk { get; init; }

    /// <summary>Since Nomad 2.0.3; nanoseconds.</summary>
    public required long MaxRunDuration { get; init; }

    public required ImmutableArray<NomadTask> Tasks { get; init; }
}

/// <summary>Whether a failed task is started again where it was.</summary>
internal sealed record NomadRestartPolicy
{
    public required int Attempts { get; init; }

    public required string Mode { get; init; }

    public required long Interval { get; init; }

    public required long Delay { get; init; }
}

/// <summary>Whether a failed task is started again elsewhere.</summary>
internal sealed record NomadReschedulePolicy
{
    public required int Attempts { get; init; }

    public required bool Unlimited { get; init; }
}

/// <summary>Room for logs and an artifact.</summary>
internal sealed record NomadEphemeralDisk
{
    [JsonPropertyName("SizeMB")]
    public required int SizeMegabytes { get; init; }
}

/// <summary>The one task of a job.</summary>
internal sealed record NomadTask
{
    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required NomadDriverConfig Config { get; init; }

    public required ImmutableSortedDictionary<string, string> Env { get; init; }

    public ImmutableArray<NomadArtifact>? Artifacts { get; init; }

    /// <summary>Since Nomad 1.7.</summary>
    public ImmutableArray<NomadIdentity>? Identities { get; init; }

    public required NomadResources Resources { get; init; }

    public required NomadLogConfig LogConfig { get; init; }

    /// <summary>Nanoseconds between the interrupt and the kill.</summary>
    public required long KillTimeout { get; init; }
}

/// <summary>What the driver runs: <c>exec</c> and <c>raw_exec</c> a command, <c>docker</c> an image.</summary>
internal sealed record NomadDriverConfig
{
    [JsonPropertyName("command")]
    public string? Command { get; init; }

    [JsonPropertyName("image")]
    public string? Image { get; init; }

    [JsonPropertyName("args")]
    public required ImmutableArray<string> Arguments { get; init; }

    [JsonPropertyName("volumes")]
    public ImmutableArray<string>? Volumes { get; init; }
}

/// <summary>What is fetched before the task starts.</summary>
internal sealed record NomadArtifact
{
    public required string GetterSource { get; init; }

    public required ImmutableSortedDictionary<string, string> GetterOptions { get; init; }

    public required string RelativeDest { get; init; }
}

/// <summary>
/// What Nomad says of the task, signed, for somebody else to read: a file <c>nomad_NAME.jwt</c> in the task's directory for secrets.
/// </summary>
internal sealed record NomadIdentity
{
    public required string Name { get; init; }

    public required ImmutableArray<string> Audience { get; init; }

    public required bool File { get; init; }

    /// <summary>Nanoseconds.</summary>
    [JsonPropertyName("TTL")]
    public required long TimeToLive { get; init; }
}

/// <summary>What the task may use.</summary>
internal sealed record NomadResources
{
    [JsonPropertyName("CPU")]
    public required int CpuMegahertz { get; init; }

    [JsonPropertyName("MemoryMB")]
    public required int MemoryMegabytes { get; init; }
}

/// <summary>How much output is kept.</summary>
internal sealed record NomadLogConfig
{
    public required int MaxFiles { get; init; }

    [JsonPropertyName("MaxFileSizeMB")]
    public required int MaxFileSizeMegabytes { get; init; }
}

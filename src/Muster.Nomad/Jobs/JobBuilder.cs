using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Jobs;

/// <summary>Makes the document of a job. Pure: the same input makes the same document, byte for byte.</summary>
internal static class JobBuilder
{
    /// <summary>What a check's program gets to end by itself after an interrupt; Nomad's clients allow no more unless told.</summary>
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(25);

    /// <summary>What Nomad's own limit leaves beyond the program's, so that the program ends first, with its reason.</summary>
    private static readonly TimeSpan RunGrace = TimeSpan.FromMinutes(1);

    private const string Word = "check";
    private const int LogFiles = 2;
    private const int LogFileMegabytes = 1;

    /// <summary>Room for the unpacked archive.</summary>
    private const int ArtifactMegabytes = 200;

    public static NomadJob Build(
        InstallationId installation, WantedJob wanted, string id, JobSettings settings, string? region, string? space) => new()
        {
            Id = id,
            Name = wanted.Name,
            Namespace = space,
            Region = region,
            Type = "batch",
            Priority = settings.Priority,
            Datacenters = settings.Datacenters,
            NodePool = settings.NodePool,
            Constraints = settings.Role is { } role ? [new() { LeftTarget = "${meta.role}", RightTarget = role, Operand = "=" }] : null,
            Periodic = new()
            {
                Enabled = true,
                SpecType = "cron",
                Spec = Schedules.Spec(wanted.Key, wanted.Interval),
                ProhibitOverlap = true,
                TimeZone = "UTC",
            },
            Meta = Meta(installation, wanted),
            TaskGroups = [Group(installation, wanted, settings)],
        };

    private static ImmutableSortedDictionary<string, string> Meta(InstallationId installation, WantedJob wanted)
    {
        var meta = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        meta[JobMeta.Installation] = installation.ToString();
        meta[JobMeta.Account] = wanted.Account.ToString();
        if (wanted.Group is { } group)
        {
            meta[JobMeta.Group] = group.ToString();
            meta[JobMeta.GroupName] = wanted.Name;
        }

        if (wanted.Generation is { } generation)
        {
            meta[JobMeta.Generation] = generation.ToString(CultureInfo.InvariantCulture);
        }

        if (wanted.Cloud is { } cloud)
        {
            meta[JobMeta.Cloud] = cloud;
        }

        return meta.ToImmutable();
    }

    // Without these policies Nomad would run a failed check up to four times more.
    private static NomadTaskGroup Group(InstallationId installation, WantedJob wanted, JobSettings settings) => new()
    {
        Name = Word,
        Count = 1,
        RestartPolicy = new()
        {
            Attempts = 0,
            Mode = "fail",
            Interval = Nanoseconds(TimeSpan.FromMinutes(1)),
            Delay = Nanoseconds(TimeSpan.FromSeconds(1)),
        },
        ReschedulePolicy = new() { Attempts = 0, Unlimited = false },
        EphemeralDisk = new() { SizeMegabytes = 10 + (settings.Artifact is null ? 0 : ArtifactMegabytes) },
        MaxRunDuration = Nanoseconds(settings.Timeout + RunGrace),
        Tasks = [Task(installation, wanted, settings)],
    };

    private static NomadTask Task(InstallationId installation, WantedJob wanted, JobSettings settings) => new()
    {
        Name = Word,
        Driver = settings.Driver switch { JobDriver.RawExec => "raw_exec", JobDriver.Exec => "exec", _ => "docker" },
        Config = Config(wanted, settings),
        // Nomad's clients replace what they know in values: which of them ran a check is for people to see.
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("MUSTER_ADDR", settings.Server).Add("MUSTER_NODE", "${node.unique.name}"),
        Artifacts = settings.Artifact is { } source
            ?
            [
                new()
                {
                    GetterSource = source,
                    GetterOptions = ImmutableSortedDictionary<string, string>.Empty.Add("checksum", settings.ArtifactChecksum!),
                    RelativeDest = "local/",
                },
            ]
            : null,
        // As long as a run can take: the task need not look for a newer one.
        Identities = IsByWorkload(settings)
            ?
            [
                new()
                {
                    Name = TaskIdentity.Name,
                    Audience = [TaskIdentity.AudienceOf(installation)],
                    File = true,
                    TimeToLive = Nanoseconds(settings.Timeout + RunGrace),
                },
            ]
            : null,
        Resources = new() { CpuMegahertz = settings.CpuMegahertz, MemoryMegabytes = settings.MemoryMegabytes },
        LogConfig = new() { MaxFiles = LogFiles, MaxFileSizeMegabytes = LogFileMegabytes },
        KillTimeout = Nanoseconds(KillTimeout),
    };

    private static NomadDriverConfig Config(WantedJob wanted, JobSettings settings)
    {
        var token = TokenFile(wanted, settings);
        ImmutableArray<string> arguments =
        [
            .. Arguments(wanted, settings).Select(Interpolation.Escape),
            .. IsByWorkload(settings) ? ["--token-file", TaskIdentity.File]
                : token is null ? Array.Empty<string>()
                : ["--token-file", Interpolation.Escape(token)],
        ];
        return settings.Driver is JobDriver.Docker
            ? new()
            {
                Image = settings.Image,
                Arguments = arguments,
                Volumes = token is null ? null : [$"{token}:{token}:ro"],
            }
            : new()
            {
                Command = settings.Command ?? (settings.Artifact is null ? "/usr/local/bin/muster" : "local/muster"),
                Arguments = arguments,
            };
    }

    private static IEnumerable<string> Arguments(WantedJob wanted, JobSettings settings) =>
    [
        .. (settings.Task, wanted.Group) switch
        {
            (JobTask.Ask, { } group) => ["group", "check", group.ToString()],
            (_, { } group) => ["scale", "--group-id", group.ToString()],
            _ => new[] { "scale", "--account-id", wanted.Account.ToString(), "--cloud", wanted.Cloud! },
        },
        "--timeout", DurationText.Format(settings.Timeout),
    ];

    private static bool IsByWorkload(JobSettings settings) => settings is { Task: JobTask.Scale, Identity: JobIdentity.Workload };

    private static string? TokenFile(WantedJob wanted, JobSettings settings) =>
        settings.TokenFile?.Replace("{account}", wanted.Account.ToString(), StringComparison.Ordinal);

    private static long Nanoseconds(TimeSpan time) => checked(time.Ticks * TimeSpan.NanosecondsPerTick);
}

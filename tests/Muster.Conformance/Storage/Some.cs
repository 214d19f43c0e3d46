using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Claims;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Conformance.Storage;

/// <summary>Makes records of which a test names only what matters.</summary>
public sealed class Some
{
    /// <summary>An instant with microseconds.</summary>
    public static readonly DateTimeOffset Start = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero).AddMicroseconds(123_456);

    /// <summary>Text that a byte-wise or ASCII-minded store would spoil.</summary>
    public const string Unicode = "größer als 3: 群れ 🦆 'quoted' \"double\" %_ \\ ; -- \r\n\ttab";

    /// <summary>An author who is not the engine.</summary>
    public const string Author = "duck's token";

    private long _ids;

    /// <summary>A fresh id; the same in every run, and in no order.</summary>
    public Guid Id()
    {
        Span<byte> count = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, Interlocked.Increment(ref _ids));
        return new Guid(SHA256.HashData(count).AsSpan(0, 16));
    }

    public Account Account(string? name = null)
    {
        var id = Id();
        return new Account { Id = new(id), Name = name ?? $"account-{id:N}", CreatedAt = Start };
    }

    public Account FullAccount(string name) => Account(name) with
    {
        CreatedAt = Start.AddMicroseconds(3),
        CloudId = Id().ToString(),
        Access = AccountAccess.Allowed,
        KeyOrderedAt = Start.AddMicroseconds(4),
        SpendPerHourMax = 12.345678m,
    };

    public User User(AccountId account, string name) => new() { Id = new(Id()), Account = account, Name = name, CreatedAt = Start };

    public AccountCredential Key(AccountId account, string name = "TSG_Management_us-east-1")
    {
        var id = Id();
        return new AccountCredential
        {
            Id = new(id),
            Account = account,
            Name = name,
            Fingerprint = $"fingerprint of {id}",
            PublicKey = $"ssh-ed25519 {id:N}",
            Secret = new("test", $"sealed {id}"),
            CreatedAt = Start,
        };
    }

    public Token Token(AccountId account, string? name = null)
    {
        var id = Id();
        return new Token
        {
            Id = new(id),
            Account = account,
            Name = name ?? $"token-{id:N}",
            Role = Role.Operate,
            Scope = TokenScope.Installation,
            SecretHash = [.. SHA256.HashData(Encoding.UTF8.GetBytes($"secret of {id}"))],
            CreatedAt = Start,
            ExpiresAt = Start.AddDays(90),
        };
    }

    public Template Template(AccountId account, string? name = null, string cloud = "local")
    {
        var id = Id();
        return new Template
        {
            Id = new(id),
            Account = account,
            Name = name ?? $"template-{id:N}",
            Cloud = cloud,
            Image = "muster hello",
            CreatedAt = Start,
        };
    }

    public Template FullTemplate(AccountId account) => Template(account) with
    {
        NamePrefix = "web",
        Image = Unicode,
        Size = "g4-highcpu-1G",
        Networks = ["public", "fabric", "fabric"],
        FirewallEnabled = true,
        UserData = "#!/bin/sh\n" + Unicode,
        Metadata = Map(("role", "web"), ("größe", Unicode), ("empty", "")),
        Tags = Map(("team", "duck"), ("Team", "other case")),
        Options = Map(("affinity", "instance!=db*")),
        CreatedAt = Start.AddMicroseconds(7),
    };

    public Group Group(Template template, string? name = null)
    {
        var id = Id();
        return new Group
        {
            Id = new(id),
            Account = template.Account,
            Name = name ?? $"group-{id:N}",
            Template = template.Id,
            Capacity = new() { Desired = 3, Min = 0, Max = 10 },
            Version = 1,
            CreatedAt = Start,
            UpdatedAt = Start,
        };
    }

    public Group FullGroup(Template template) => Group(template) with
    {
        Capacity = new() { Desired = 5, Min = 2, Max = 9 },
        Interval = TimeSpan.FromMicroseconds(12_345_678),
        ScaleIn = ScaleInOrder.OutdatedFirst,
        Brakes = new()
        {
            LaunchesInFlightMax = 11,
            LaunchesPerCheckMax = 12,
            TerminationsPerCheckMax = 13,
            LaunchesPerHourMax = 14,
            TerminationsPerHourMax = 15,
            SpendPerHourMax = 16.25m,
        },
        Suspended = Suspension.Launch | Suspension.Replace,
        Phase = GroupPhase.Draining,
        CreatedAt = Start.AddMicroseconds(8),
        UpdatedAt = Start.AddMicroseconds(9),
        ScaledAt = Start.AddMicroseconds(8),
        ScaledBy = Author,
        ScaledFor = Unicode,
        HeldUntil = Start.AddMicroseconds(7),
        Layout = FullLayout(template),
        Revision = 2,
        Health = FullHealth,
        Repair = FullRepair,
        Drain = FullDrain,
        Hooks = FullHooks,
        Traffic = FullTraffic,
        LifetimeMax = TimeSpan.FromMicroseconds(604_800_000_001),
        Pool = FullPool,
        Evacuations = new([new("b", IgnoresDead: true, Start.AddMicroseconds(9)), new("a", IgnoresDead: false, Start)]),
    };

    /// <summary>A health check with all that one of any kind may have.</summary>
    public static HealthCheck FullHealth { get; } = new()
    {
        Kind = ProbeKind.Https,
        Port = 8443,
        Attribute = "port",
        Path = "/healthz?größe=%20",
        Method = "HEAD",
        Headers = Map(("Host", "www.example.org"), ("X-Größe", Unicode)),
        Expect = "200,204-299",
        BodyContains = Unicode,
        BusyHeader = "X-Load",
        Service = Unicode,
        Network = "fd00::/8",
        Interval = TimeSpan.FromMicroseconds(5_000_001),
        Timeout = TimeSpan.FromMicroseconds(1_000_001),
        HealthyAfter = 4,
        UnhealthyAfter = 5,
        Grace = TimeSpan.FromMicroseconds(6_000_001),
        BootTimeout = TimeSpan.FromMicroseconds(70_000_001),
    };

    /// <summary>All about repair other than it is unless somebody says.</summary>
    public static Repair FullRepair { get; } = new()
    {
        Mode = RepairMode.Tell,
        Order = ReplaceOrder.TerminateFirst,
        UnavailableMax = new(25, IsPercent: true),
        Surge = new(3, IsPercent: false),
        WhenMost = MassVerdict.Replace,
    };

    /// <summary>A drain other than it is unless somebody says.</summary>
    public static Drain FullDrain { get; } = new()
    {
        Deadline = TimeSpan.FromMicroseconds(300_000_001),
        Wait = TimeSpan.FromMicroseconds(2_000_001),
        Through = ["lb", "consul-2"],
    };

    /// <summary>A warm pool other than it is unless somebody says.</summary>
    public static Pool FullPool { get; } = new()
    {
        Size = new(20, IsPercent: true),
        IsSuspended = true,
        TakesSurplus = true,
        AgeMax = TimeSpan.FromMicroseconds(604_800_000_001),
    };

    /// <summary>A source of traffic with all that one of any kind may have, and one with nothing but its name.</summary>
    public static TrafficUses FullTraffic { get; } = new(
        [
            new()
            {
                Source = "edge", Backend = "web", Service = "shop", Port = 8443, Attribute = "port", Network = "10.0.0.0/8",
                Path = "/drain?now", Health = true,
            },
            new() { Source = "jobs" },
        ]);

    /// <summary>A hook at launch and one at the end, with all that one may have.</summary>
    public static Hooks FullHooks { get; } = new(
        [
            new()
            {
                Name = "bake", At = HookMoment.Launch, Timeout = TimeSpan.FromMicroseconds(60_000_001), OnTimeout = GateAnswer.Continue,
                Tell = "https://hooks.example.org/größe", Since = Start.AddMicroseconds(3),
            },
            new()
            {
                Name = "backup", At = HookMoment.Terminate, Timeout = TimeSpan.FromHours(48), OnTimeout = GateAnswer.Abandon,
                Since = Start,
            },
        ]);

    /// <summary>All that may be said of an instance whose group has no gates.</summary>
    public static MemberNote FullNote { get; } = new()
    {
        Instance = new(Unicode),
        Cloud = "lxd",
        Findings =
        [
            new("probe", Verdict.Healthy, Start.AddMicroseconds(8)),
            new("reporter 🦆", Verdict.Unhealthy, Start.AddMicroseconds(9), Unicode, Start.AddMicroseconds(10),
                TimeSpan.FromMicroseconds(30_000_001), 0.5),
        ],
        ServedAt = Start.AddMicroseconds(8),
        IsProtected = true,
        IsStandby = true,
        UnwantedFor = Unicode,
        DetachedFor = Unicode,
        AttachingFor = Unicode,
        KeptAt = Start.AddMicroseconds(11),
        SaidAt = Start.AddMicroseconds(12),
    };

    /// <summary>What has to be said for it.</summary>
    public static ImmutableArray<NoteChange> SaysAll { get; } =
    [
        .. FullNote.Findings.Select(finding => new NoteChange(FullNote.Cloud, FullNote.Instance) { Finding = finding }),
        new NoteChange(FullNote.Cloud, FullNote.Instance)
        {
            IsProtected = FullNote.IsProtected, IsStandby = FullNote.IsStandby, UnwantedFor = FullNote.UnwantedFor,
            DetachedFor = FullNote.DetachedFor, AttachingFor = FullNote.AttachingFor,
            KeptAt = FullNote.KeptAt, SaidAt = FullNote.SaidAt,
        },
    ];

    /// <summary>A layout in which nothing is at its default.</summary>
    public static Layout FullLayout(Template template) => new()
    {
        Distribution = DistributionKind.Balanced,
        OnDemandPercentAboveBase = 25,
        Placements =
        [
            new() { Name = "a", Template = template.Id },
            new()
            {
                Name = "b", Template = template.Id, Zone = Unicode, Rank = 3, Weight = 4, Min = 1, Max = 8, Base = 2,
                IsInterruptible = true,
            },
        ],
        SpillAfter = TimeSpan.FromMicroseconds(45_000_001),
        From = "docker",
        ReturnAfter = TimeSpan.FromMicroseconds(90_000_001),
        Surge = new(30, IsPercent: true),
    };

    /// <summary>A layout of one placement a template, named a, b, ...</summary>
    public static Layout Layout(params ReadOnlySpan<Template> templates)
    {
        var placements = ImmutableArray.CreateBuilder<PlacementSpec>();
        foreach (var template in templates)
        {
            placements.Add(new() { Name = ((char)('a' + placements.Count)).ToString(), Template = template.Id });
        }

        return new() { Placements = placements.ToImmutable() };
    }

    /// <summary>A state in which nothing is at its default.</summary>
    public static GroupState FullState(GroupId group, long fence) => new()
    {
        Group = group,
        Fence = fence,
        Condition = GroupCondition.Degraded,
        Reason = Unicode,
        SpendPerHour = 0.000017m,
        NextAttemptAt = Start.AddMicroseconds(1),
        CheckedAt = Start.AddMicroseconds(2),
        Counts = new()
        {
            Running = 1, Unhealthy = 1, Provisioning = 2, Pending = 3, Dead = 4, Terminating = 5, Draining = 7, Unknown = 6, Warm = 8,
            Warming = 9,
        },
        Placements =
        [
            new()
            {
                EstablishedLevel = 7,
                Breaker = new()
                {
                    FailuresInRow = 8,
                    ProbeAt = Start.AddMicroseconds(3),
                    ProbeInterval = TimeSpan.FromMicroseconds(30_000_001),
                    FailedAt = Start.AddMicroseconds(2),
                    LastFailure = Unicode,
                },
                MassFailure = true,
                FailuresInRow = 9,
            },
            new() { Name = Unicode, EstablishedLevel = 3, Breaker = new() { FailuresInRow = 2, LastFailure = Unicode } },
            new()
            {
                Name = "b",
                EstablishedLevel = 4,
                MassFailure = true,
                FailuresInRow = 1,
                Counts = new()
                {
                    Running = 6, Unhealthy = 5, Provisioning = 5, Pending = 4, Dead = 3, Terminating = 2, Draining = 8, Unknown = 1,
                    Warm = 9, Warming = 7,
                },
                FailingSince = Start.AddMicroseconds(1),
                IsUnseen = true,
                UnavailableAt = Start.AddMicroseconds(2),
                UnavailableFor = CloudErrorKind.OutOfStock,
                Owed = 5,
                Cloud = "docker",
                Wanted = 4,
                Condition = GroupCondition.Degraded,
                Reason = "4 wanted, 2 running: 2 missing",
            },
        ],
        Launched = new([new HourlyBucket(600, 3), new HourlyBucket(900, 1)]),
        Terminated = new([new HourlyBucket(1200, 2)]),
        Moved = new([new HourlyBucket(1500, 1)]),
        Moving = 2,
        VacatedRevision = 1,
        HeardAt = Start.AddMicroseconds(13),
        Unreached = Unicode,
        RecentTerminations =
        [
            new(new("i-1"), Start.AddMicroseconds(4), "2 too many", IsTold: false),
            new(new(Unicode), Start.AddMicroseconds(5), Unicode, IsTold: true)
            {
                Cloud = "triton",
                FirstAt = Start.AddMicroseconds(3),
                Failures = 2,
                Failure = Unicode,
                RetryAt = Start.AddMicroseconds(6),
            },
        ],
        Members =
        [
            new() { Instance = new("i-2"), Phase = MemberPhase.Booting, Since = Start.AddMicroseconds(6) },
            new()
            {
                Instance = new(Unicode),
                Cloud = "triton",
                Phase = MemberPhase.InService,
                Since = Start.AddMicroseconds(7),
            },
            new() { Instance = new("i-3"), Phase = MemberPhase.Waiting, Since = Start.AddMicroseconds(8) },
            new() { Instance = new("i-4"), Cloud = "local", Phase = MemberPhase.Draining, Since = Start.AddMicroseconds(9) },
            new()
            {
                Instance = new("i-5"),
                Phase = MemberPhase.Warm,
                Since = Start.AddMicroseconds(10),
                Failures = 3,
                RetryAt = Start.AddMicroseconds(11),
            },
            new() { Instance = new("i-6"), Cloud = "local", Phase = MemberPhase.Starting, Since = Start.AddMicroseconds(12) },
        ],
    };

    /// <summary>A claim in which nothing is at its default.</summary>
    public static Claim FullClaim { get; } = new()
    {
        Source = "büro 🦆",
        Author = "groß 🦆",
        Desired = 7,
        Min = 2,
        Max = 9,
        Reason = Unicode,
        Since = Start.AddMicroseconds(1),
        Until = Start.AddMicroseconds(2),
    };

    /// <summary>The state with that of its only placement changed.</summary>
    public static GroupState Placed(GroupState state, Func<PlacementState, PlacementState> change) =>
        state.With(change(state.Of(Placement.Only)));

    public Launch Launch(Group group, DateTimeOffset? createdAt = null)
    {
        var id = Id();
        return new Launch
        {
            Id = new(id),
            Group = group.Id,
            Template = group.Template,
            InstanceName = $"{group.Name}-{id:N}",
            CreatedAt = createdAt ?? Start,
            UpdatedAt = createdAt ?? Start,
            Reason = "3 wanted, 2 running",
        };
    }

    public Launch FullLaunch(Group group) => Launch(group) with
    {
        Phase = LaunchPhase.Seen,
        Instance = new(Unicode),
        Attempts = 4,
        Failure = Unicode,
        Reason = Unicode,
        Placement = "b",
        Tags = new(Map(("muster.group_name", Unicode), ("muster.slot", "7"))),
        CreatedAt = Start.AddMicroseconds(10),
        UpdatedAt = Start.AddMicroseconds(11),
    };

    public Activity Activity(
        Group group,
        ActivityType type = ActivityType.Launch,
        string description = "launched an instance",
        DateTimeOffset? at = null,
        ActivityStatus status = ActivityStatus.Succeeded) => new()
        {
            Id = new(Id()),
            Account = group.Account,
            Group = group.Id,
            Type = type,
            Status = status,
            Description = description,
            FirstAt = at ?? Start,
            LastAt = at ?? Start,
        };

    public Activity NoOp(Group group, DateTimeOffset at, string description = "3 wanted, 3 running: nothing to do") =>
        Activity(group, ActivityType.NoOp, description, at);

    public Activity FullActivity(Group group) => Activity(group) with
    {
        Type = ActivityType.Terminate,
        Status = ActivityStatus.Ambiguous,
        Description = Unicode,
        Author = Author,
        Instance = new(Unicode),
        Launch = new(Id()),
        Count = 3,
        FirstAt = Start.AddMicroseconds(12),
        LastAt = Start.AddMicroseconds(13),
    };

    /// <summary>A check that a server made on its own account.</summary>
    public CheckRun Run(Group group, DateTimeOffset? startedAt = null) => new()
    {
        Id = Id(),
        Group = group.Id,
        Where = "127.0.0.1:7474",
        StartedAt = startedAt ?? Start,
        Duration = TimeSpan.FromMicroseconds(12_345),
        Outcome = CheckOutcome.Idle,
        Reason = "3 wanted, 3 running: nothing to do",
    };

    public CheckRun FullRun(Group group) => Run(group) with
    {
        Where = Unicode,
        Allocation = Id().ToString(),
        DueAt = Start.AddMicroseconds(14),
        StartedAt = Start.AddMicroseconds(15),
        Outcome = CheckOutcome.Failed,
        ExitCode = 6,
        Reason = Unicode,
    };

    /// <summary>The record of a check that ended well at an instant.</summary>
    public static CheckRecord Check(GroupId group, DateTimeOffset at, params ReadOnlySpan<Activity> activities) => new()
    {
        State = new() { Group = group, Condition = GroupCondition.Healthy, Reason = "at its level", CheckedAt = at },
        Activities = [.. activities],
    };

    /// <summary>A map of these.</summary>
    public static ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
}

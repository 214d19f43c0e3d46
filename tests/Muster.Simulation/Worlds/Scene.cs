using System.Globalization;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Templates;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>What a world is made of, drawn from its seed before anything happens.</summary>
internal sealed class Scene
{
    /// <summary>The zones of a cloud that has some.</summary>
    public static readonly string[] ZonesOfEach = ["a", "b", "c"];

    private readonly RandomStream _random;
    private readonly RandomStream _health;
    private readonly RandomStream _gates;
    private readonly RandomStream _age;
    private readonly RandomStream _busy;
    private readonly RandomStream _pools;

    public Scene(ulong seed)
    {
        _random = RandomStream.For(seed, "scene");
        Installation = new(_random.NextId());
        Faults = Storm.DrawFaults(_random);
        Shuffles = _random.Chance(0.7);
        Processes = _random.Pick(1, 1, 2, 2, 2, 3);
        Chaos = ShortMostly(_random.NextSpan(TimeSpan.Zero, TimeSpan.FromMinutes(37)), TimeSpan.FromMinutes(37)) + TimeSpan.FromMinutes(3);
        Options = new()
        {
            LaunchExpiry = _random.Pick(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10)),
            LeaseDuration = _random.Pick(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)),
        };
        Pulse = new() { ActingMax = _random.Pick(1, 128, 128), SweepsInFlightMax = _random.Pick(1, 32) };
        Clouds = [.. Enumerable.Range(0, _random.Pick(1, 1, 2)).Select(index => ($"cloud{index}", DrawTraits(_random)))];
        Accounts = [.. Enumerable.Range(0, _random.Pick(1, 1, 2)).Select(index => new Account
        {
            Id = new(_random.NextId()),
            Name = $"account{index}",
            CreatedAt = SimulatedTime.Epoch,
        })];
        Groups = _random.Pick(1, 1, 2, 2, 3, 4, 6);

        // Of a stream of its own: all that was drawn before is as it was without.
        var boots = RandomStream.For(seed, "boots");
        NeverUp = boots.Chance(0.3) ? boots.Pick(0.05, 0.3, 1.0) : 0;
        Clouds = [.. Clouds.Select(cloud => (cloud.Name, cloud.Traits with
        {
            BootTimeout = boots.NextSpan(cloud.Traits.BootGrace + cloud.Traits.ListingLagMax, TimeSpan.FromMinutes(15)),
        }))];
        var answers = RandomStream.For(seed, "answers");
        DeadAnswers = answers.Chance(0.3) ? answers.Pick(0.05, 0.3, 1.0) : 0;
        KeepsMicroseconds = answers.Chance(0.5);
        var cuts = RandomStream.For(seed, "cuts");
        CutShort = cuts.Chance(0.3) ? cuts.Pick(0.2, 0.7, 1.0) : 0;
        var others = RandomStream.For(seed, "claims");
        HasClaims = others.Chance(0.4);
        HasProtection = others.Chance(0.3);

        // Half of the worlds, and of a stream of its own: the others are as they were without.
        var spread = RandomStream.For(seed, "placements");
        IsSpread = spread.Chance(0.5);
        if (IsSpread)
        {
            Clouds =
            [
                .. Clouds,
                .. Enumerable.Range(Clouds.Count, spread.Pick(1, 1, 2)).Select(index => ($"cloud{index}", DrawTraits(spread) with
                {
                    BootTimeout = spread.NextSpan(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(15)),
                })),
            ];
        }

        var spot = RandomStream.For(seed, "spot");
        IsSpot = IsSpread && spot.Chance(0.5);
        var zones = RandomStream.For(seed, "zones");
        if (IsSpread && zones.Chance(0.5))
        {
            Zones = Clouds.Where(_ => zones.Chance(0.7)).Select(cloud => cloud.Name).ToHashSet();
        }

        if (IsSpread && zones.Chance(0.08))
        {
            // Longer than any patience: what is there is given up, and comes back one day.
            CutOff = (zones.Pick(Clouds.ToArray()).Name, zones.NextSpan(TimeSpan.FromMinutes(1), Chaos), zones.NextSpan(
                TimeSpan.FromMinutes(20), TimeSpan.FromHours(1)));
            Chaos = CutOff.Value.From + CutOff.Value.For + TimeSpan.FromMinutes(5);
        }

        if (IsSpot)
        {
            Clouds = [.. Clouds.Select(cloud => (cloud.Name, cloud.Traits with { Interruptible = spot.Chance(0.7) }))];
        }

        // A quarter of the worlds, and of a stream of its own: the others are as they were without.
        _health = RandomStream.For(seed, "health");
        HasHealth = _health.Chance(0.25);

        // A quarter of the worlds, and of a stream of its own: the others are as they were without.
        _gates = RandomStream.For(seed, "gates");
        HasGates = _gates.Chance(0.25);

        // A sixth of the worlds, and of a stream of its own: the others are as they were without.
        _age = RandomStream.For(seed, "age");
        HasLifetimes = _age.Chance(0.17);

        // The same of those that shrink by how busy their instances are.
        _busy = RandomStream.For(seed, "busy");
        HasBusy = _busy.Chance(0.12);

        // A fifth of the worlds, and of a stream of its own: the others are as they were without.
        _pools = RandomStream.For(seed, "pools");
        HasPools = _pools.Chance(0.2);
        if (HasPools)
        {
            Clouds = [.. Clouds.Select(cloud => (cloud.Name, WithPower(cloud.Traits)))];

            // Who rests, comes up and rests again wants some time.
            Chaos += TimeSpan.FromMinutes(4);
        }

        // The same of those in which groups follow policies.
        var steering = RandomStream.For(seed, "steering");
        HasPolicies = steering.Chance(0.2);
        if (HasPolicies)
        {
            Steering = new()
            {
                Interval = TimeSpan.FromSeconds(steering.Pick(15, 20, 30, 60)),
                KeepEvery = TimeSpan.FromSeconds(steering.Pick(15, 60, 60, 300)),
            };
            // Windows, cool-downs and what is believed for minutes want some time.
            Chaos += TimeSpan.FromMinutes(4);
            if (steering.Chance(0.35))
            {
                var (zone, at) = steering.Pick(WallClocks.Changes.ToArray());
                (Zone, Epoch) = (zone, at - steering.NextSpan(TimeSpan.FromMinutes(1), Chaos));
            }
        }
    }

    public InstallationId Installation { get; }

    public Faults Faults { get; }

    public bool Shuffles { get; }

    public int Processes { get; }

    /// <summary>How long there are faults.</summary>
    public TimeSpan Chaos { get; }

    public ReconcilerOptions Options { get; }

    public PulseOptions Pulse { get; }

    public IReadOnlyList<(string Name, CloudTraits Traits)> Clouds { get; }

    /// <summary>How many of the instances made while there are faults never come up.</summary>
    public double NeverUp { get; }

    /// <summary>How many of the launches made while there are faults are answered with an instance that is dead already.</summary>
    public double DeadAnswers { get; }

    /// <summary>How many of the launches without an answer were cut short before what they made was started.</summary>
    public double CutShort { get; }

    /// <summary>
    /// Whether times reach the store in whole microseconds, as they do over the wire and in a database; else as fine as the clock.
    /// </summary>
    public bool KeepsMicroseconds { get; }

    /// <summary>Whether groups follow policies.</summary>
    public bool HasPolicies { get; }

    /// <summary>How rounds over policies are made.</summary>
    public SteeringOptions Steering { get; } = new();

    /// <summary>What the calendar says when the world begins.</summary>
    public DateTimeOffset Epoch { get; } = SimulatedTime.Epoch;

    /// <summary>Where clocks are put forward or back in this world; null where they are not.</summary>
    public string? Zone { get; }

    /// <summary>Whether others than people claim how many there are to be.</summary>
    public bool HasClaims { get; }

    /// <summary>Whether groups are asked whether their instances work.</summary>
    public bool HasHealth { get; }

    /// <summary>Whether instances drain before they end, and hooks hold them.</summary>
    public bool HasGates { get; }

    /// <summary>Whether groups shrink by how busy their instances are.</summary>
    public bool HasBusy { get; }

    /// <summary>Whether groups have warm pools.</summary>
    public bool HasPools { get; }

    /// <summary>Whether groups let their instances become only so old.</summary>
    public bool HasLifetimes { get; }

    /// <summary>Whether instances are protected, so that no plan ends them.</summary>
    public bool HasProtection { get; }

    public IReadOnlyList<Account> Accounts { get; }

    /// <summary>Whether groups live in several placements.</summary>
    public bool IsSpread { get; }

    /// <summary>The clouds that have <see cref="ZonesOfEach"/>.</summary>
    public IReadOnlySet<string> Zones { get; } = new HashSet<string>();

    /// <summary>A cloud that nobody reaches for long, since when, and for how long; null where there is none.</summary>
    public (string Cloud, TimeSpan From, TimeSpan For)? CutOff { get; }

    /// <summary>Whether some of them are where a cloud takes back what it has given.</summary>
    public bool IsSpot { get; }

    /// <summary>How many groups there are at the start.</summary>
    public int Groups { get; }

    /// <summary>The group with a health check and a budget for repairs, in worlds that have such.</summary>
    public Group WithHealth(Group group) => !HasHealth || _health.Chance(0.2) ? group : group with
    {
        Health = new()
        {
            Kind = ProbeKind.Http,
            Port = 80,
            Grace = TimeSpan.FromSeconds(_health.Pick(0, 0, 5, 60)),
            BootTimeout = TimeSpan.FromSeconds(_health.Pick(60, 300, 900)),
        },
        Repair = MakeRepair(),
    };

    /// <summary>The group with a drain and hooks, in worlds that have such.</summary>
    public Group WithGates(Group group)
    {
        if (!HasGates || _gates.Chance(0.2))
        {
            return group;
        }

        var deadline = TimeSpan.FromSeconds(_gates.Pick(5, 30, 120, 600));
        var drain = new Drain
        {
            Deadline = deadline,
            Wait = _gates.Pick(TimeSpan.Zero, TimeSpan.Zero, deadline / 3),
            Through = ["lb"],
        };
        return group with
        {
            Drain = _gates.Pick(drain, drain, drain with { Wait = deadline, Through = [] }, null),
            Hooks = new(
                [
                    .. _gates.Chance(0.4) ? [MakeHook("backup", HookMoment.Terminate)] : (Hook[])[],
                    .. _gates.Chance(0.4) ? [MakeHook("bake", HookMoment.Launch)] : (Hook[])[],
                ]),
        };
    }

    private Hook MakeHook(string name, HookMoment at) => new()
    {
        Name = name,
        At = at,
        Timeout = TimeSpan.FromSeconds(_gates.Pick(5, 30, 120, 300)),
        OnTimeout = _gates.Pick(GateAnswer.Continue, GateAnswer.Abandon),
    };

    /// <summary>
    /// The group with a lifetime for its instances, in worlds that have such: minutes, which no user may ask for, since worlds last no
    /// longer.
    /// </summary>
    public Group WithLifetime(Group group) => !HasLifetimes || _age.Chance(0.2) ? group : group with
    {
        LifetimeMax = _age.NextSpan(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(8)),
    };

    /// <summary>The group with an order by how busy its instances are, in worlds that have such.</summary>
    public Group WithBusy(Group group) => !HasBusy || _busy.Chance(0.3) ? group : group with { ScaleIn = ScaleInOrder.LeastBusy };

    /// <summary>The group with a warm pool, in worlds that have such, also where its cloud can stop nothing.</summary>
    public Group WithPool(Group group) => !HasPools || _pools.Chance(0.15) ? group : group with { Pool = MakePool(_pools) };

    /// <summary>A warm pool. It may be older than minutes at most, which no user may ask for, since worlds last no longer.</summary>
    public static Pool MakePool(RandomStream random) => new()
    {
        Size = random.Pick(
            new Portion(1, false), new(1, false), new(2, false), new(3, false), new(20, true), new(50, true), new(100, true)),
        IsSuspended = random.Chance(0.25),
        TakesSurplus = random.Chance(0.5),
        AgeMax = random.Chance(0.3) ? random.NextSpan(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)) : null,
    };

    private CloudTraits WithPower(CloudTraits traits)
    {
        var stops = _pools.Chance(0.85);
        return traits with { Stops = stops, Suspends = stops && _pools.Chance(0.5) };
    }

    private Repair MakeRepair()
    {
        var (surge, unavailable) = (_health.NextInt(0, 3), _health.NextInt(0, 3));
        return new()
        {
            Mode = _health.Pick(RepairMode.Replace, RepairMode.Replace, RepairMode.Replace, RepairMode.Tell, RepairMode.Off),
            Order = _health.Pick(ReplaceOrder.LaunchFirst, ReplaceOrder.TerminateFirst),
            Surge = new(surge + unavailable == 0 ? 1 : surge, IsPercent: false),
            UnavailableMax = new(unavailable, IsPercent: false),
            WhenMost = _health.Pick(MassVerdict.Hold, MassVerdict.Hold, MassVerdict.Replace),
        };
    }

    /// <summary>A template with the given image.</summary>
    public static Template MakeTemplate(RandomStream random, AccountId account, string cloud, string name, string image) => new()
    {
        Id = new(random.NextId()),
        Account = account,
        Name = name,
        Cloud = cloud,
        Image = image,
        CreatedAt = SimulatedTime.Epoch,
    };

    /// <summary>A group; mostly small, since what goes wrong goes wrong with few, too.</summary>
    public static Group MakeGroup(RandomStream random, Template template, int number, DateTimeOffset now) => new()
    {
        Id = new(random.NextId()),
        Account = template.Account,
        Name = string.Create(CultureInfo.InvariantCulture, $"group{number}"),
        Template = template.Id,
        Capacity = MakeCapacity(random),
        Interval = TimeSpan.FromSeconds(random.Pick(5, 10, 20, 30, 60, 60)),
        ScaleIn = random.Pick(ScaleInOrder.Oldest, ScaleInOrder.Newest, ScaleInOrder.OutdatedFirst),
        Brakes = MakeBrakes(random),
        Version = 1,
        CreatedAt = now,
        UpdatedAt = now,
    };

    public static Capacity MakeCapacity(RandomStream random)
    {
        var max = random.Pick(2, 4, 8, 8, 20);
        var min = random.Chance(0.5) ? 0 : random.NextInt(0, max);
        return new() { Min = min, Max = max, Desired = random.NextInt(min, max) };
    }

    /// <summary>
    /// How a group is spread: over some of these, each on another cloud or with another image; the last takes what is left.
    /// </summary>
    public static Layout MakeLayout(RandomStream random, IReadOnlyList<Template> templates)
    {
        var kind = random.Pick(DistributionKind.Ordered, DistributionKind.Ordered, DistributionKind.Balanced);
        var chosen = templates.OrderBy(_ => random.NextId()).Take(random.Pick(1, 2, 2, 3, 3, 4)).ToArray();
        return new()
        {
            Distribution = kind,
            Placements =
            [
                .. chosen.Select((template, number) => new PlacementSpec
                {
                    Name = template.Name,
                    Template = template.Id,
                    Max = number == chosen.Length - 1 || random.Chance(0.5) ? null : random.NextInt(1, 6),
                    Weight = kind is DistributionKind.Balanced && random.Chance(0.3) ? random.NextInt(1, 3) : null,
                    Base = random.Chance(0.2) ? 1 : 0,
                    Min = random.Chance(0.1) ? 1 : 0,
                }),
            ],
            SpillAfter = random.Pick<TimeSpan?>(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), null),
            ReturnAfter = random.Pick<TimeSpan?>(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10), null),
            Surge = random.Pick(new Portion(1, false), new Portion(2, false), Layout.SurgeDefault, new Portion(100, true)),
        };
    }

    /// <summary>The layout with some placements interruptible, of those whose cloud can, and perhaps a rule for the mix.</summary>
    public static Layout WithSpot(RandomStream random, Layout layout, Func<TemplateId, bool> can)
    {
        var specs = layout.Placements.Select(spec => spec with { IsInterruptible = can(spec.Template) && random.Chance(0.5) }).ToList();
        return layout with
        {
            Placements = [.. specs],
            OnDemandPercentAboveBase = specs.DistinctBy(spec => spec.IsInterruptible).Count() == 2 && random.Chance(0.6)
                ? random.Pick(0, 25, 50, 100)
                : null,
        };
    }

    /// <summary>The layout with some placements in zones, of those whose cloud has some; one of them perhaps in each.</summary>
    public static Layout WithZones(RandomStream random, Layout layout, Func<TemplateId, bool> has) => layout with
    {
        Placements =
        [
            .. layout.Placements.SelectMany(spec => !has(spec.Template) || random.Chance(0.3)
                ? [spec]
                : ZonesOfEach.OrderBy(_ => random.NextId()).Take(random.Pick(1, 1, 2, 3))
                    .Select(zone => spec with { Name = $"{zone}-{spec.Name}", Zone = zone })),
        ],
    };

    public static Brakes MakeBrakes(RandomStream random) => new()
    {
        LaunchesInFlightMax = random.Pick(1, 2, 5, 10),
        LaunchesPerCheckMax = random.Pick(1, 5, 100, 100),
        TerminationsPerCheckMax = random.Pick(1, 5, 100, 100),
        LaunchesPerHourMax = random.Pick(30, 1000, 1000, 1000),
        TerminationsPerHourMax = random.Pick(30, 1000, 1000, 1000),
    };

    /// <summary>Many short worlds find more than few long ones, and some must be long.</summary>
    private static TimeSpan ShortMostly(TimeSpan drawn, TimeSpan longest) => drawn * (drawn / longest);

    private static CloudTraits DrawTraits(RandomStream random) => new()
    {
        PageSize = random.Pick(1, 2, 5, 10, 100),
        LaunchTokens = random.Chance(0.5),
        GroupFilter = random.Chance(0.6),
        Watches = random.Chance(0.4),
        ListingLagMax = random.Chance(0.4) ? TimeSpan.Zero : random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
        LaunchTimeout = random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120)),
        BootGrace = random.NextSpan(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(120)),
        ReadsPerSecond = random.Pick(2, 5, 10, 50),
        WritesPerSecond = random.Pick(1, 5, 10, 50),
        Burst = random.Pick(2, 5, 20),
    };
}

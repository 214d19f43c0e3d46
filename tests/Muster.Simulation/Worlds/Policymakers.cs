using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>
/// Those who write policies, change their minds about them, scale by hand beside them, and tell receivers and push readings.
/// </summary>
internal sealed class Policymakers(
    Scene scene,
    SimulationLoop loop,
    IStore store,
    IReadOnlyList<GroupId> groups,
    RandomStream random,
    Loads loads,
    Referee referee,
    Trace trace,
    Func<SimulatedProcess?> pickServer)
{
    private const int PoliciesMax = 3;

    private static readonly string SecretHash = new('0', 64);

    // A world is over by then, with all that is waited for in it.
    private static readonly TimeSpan WorldMax = TimeSpan.FromHours(12);

    private int _made;

    private DateTimeOffset Now => loop.OutsideTime.GetUtcNow();

    /// <summary>Writes the first policies.</summary>
    public async Task SettleAsync()
    {
        foreach (var group in groups)
        {
            if (random.Chance(0.7))
            {
                await ScaleAsync(group, isWidened: true);
            }

            for (var left = random.Chance(0.8) ? random.NextInt(1, PoliciesMax) : 0; left > 0; left--)
            {
                await MakeAsync(group);
            }
        }
    }

    /// <summary>Changes things until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(3)), loop.OutsideTime);
            var group = random.Pick(groups.ToArray());
            await (random.NextInt(0, 11) switch
            {
                0 or 1 => MakeAsync(group),
                2 => ChangeAsync(group, policy => PolicyRules.Change(policy, new() { Mode = DrawMode() }, Now)),
                3 => ChangeAsync(group, policy => PolicyRules.Replace(policy, Draft(policy.Name, PolicyWords.Kind(policy.Rule)), Now)),
                4 => RemoveAsync(group),
                5 or 6 => ScaleAsync(group, isWidened: random.Chance(0.5)),
                7 or 8 => TellAsync(group, isResolved: random.Chance(0.25)),
                _ => PushAsync(group),
            });
        }
    }

    /// <summary>
    /// What stands then stands for good: schedules that would change what they allow are removed, forecasts followed no more, and alarms
    /// resolved. Load is constant, and sources are honest.
    /// </summary>
    public async Task PutInOrderAsync()
    {
        loads.IsCalm = true;
        foreach (var group in groups)
        {
            foreach (var policy in (await FindAsync(group))?.Policies ?? [])
            {
                if (policy.Rule is PolicyRule.Calendar(var schedule) && Timetables.Changes(schedule, Now, Now + WorldMax).Any())
                {
                    await RemoveAsync(group, policy);
                }
                else if (policy is { Rule: PolicyRule.Predictive, IsFollowed: true })
                {
                    await PutAsync(group, policy, PolicyRules.Change(policy, new() { Mode = "recommend" }, Now));
                }
            }

            await TellAsync(group, isResolved: true);
        }

        referee.Steering.CalmSince = Now;
    }

    private async Task MakeAsync(GroupId group)
    {
        if (await FindAsync(group) is not { } record || record.Policies.Length >= PoliciesMax)
        {
            return;
        }

        var kind = random.Pick("schedule", "step", "step", "target", "target", "target", "backlog", "backlog", "predictive", "receiver");
        try
        {
            var policy = PolicyRules.Make(Draft($"{kind}-{++_made}", kind), Now, SecretHash);
            if (policy.Rule is PolicyRule.Predictive predictive)
            {
                await RememberAsync(group, predictive.Metric);
            }

            await PutAsync(group, before: null, policy);
        }
        catch (InputException)
        {
            // A window that is over, or whose time is left out by the clock: the person thinks of something else.
        }
    }

    private async Task ChangeAsync(GroupId group, Func<Policy, Policy> change)
    {
        if (await FindAsync(group) is { Policies.IsEmpty: false } record)
        {
            var policy = random.Pick(record.Policies.ToArray());
            try
            {
                await PutAsync(group, policy, change(policy));
            }
            catch (InputException)
            {
                // As above.
            }
        }
    }

    private async Task RemoveAsync(GroupId group)
    {
        if (await FindAsync(group) is { Policies.IsEmpty: false } record)
        {
            await RemoveAsync(group, random.Pick(record.Policies.ToArray()));
        }
    }

    private async Task RemoveAsync(GroupId group, Policy policy)
    {
        await store.RemovePolicyAsync(group, policy.Name, await SayAsync(group, $"policy {policy.Name} removed"), CancellationToken.None);
        await AnnounceAsync(group, $"removes {policy.Name} of");
    }

    private async Task PutAsync(GroupId group, Policy? before, Policy policy)
    {
        if (policy == before)
        {
            return;
        }

        await store.PutPolicyAsync(group, policy, await SayAsync(group, $"policy {policy.Name}"), CancellationToken.None);
        foreach (var at in policy.Rule is PolicyRule.Calendar(var schedule) ? Timetables.Changes(schedule, Now, Now + WorldMax) : [])
        {
            ReconsiderAt(group, at);
        }

        await AnnounceAsync(group, $"writes {policy.Name} ({policy.Mode}, {Words(policy.Rule)}) for");
    }

    private async Task AnnounceAsync(GroupId group, string what)
    {
        trace.Add("policies", $"{what} {Short(group)}");
        referee.PoliciesChanged(group, (await FindAsync(group))?.Policies ?? []);
        if (random.Chance(0.5) && pickServer() is { } server)
        {
            server.Wake(group);
        }
    }

    /// <summary>Scales by hand, with or without a hold, and perhaps leaves policies more room than before.</summary>
    private async Task ScaleAsync(GroupId id, bool isWidened)
    {
        if (await FindAsync(id) is not { Group: var group })
        {
            return;
        }

        var capacity = isWidened ? group.Capacity with { Min = random.NextInt(0, 2), Max = 20 } : group.Capacity;
        var scaled = group with
        {
            Capacity = capacity with { Desired = random.NextInt(capacity.Min, isWidened ? 6 : capacity.Max) },
            ScaledAt = Now,
            HeldUntil = random.Chance(0.5) ? Now + random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)) : null,
            Version = group.Version + 1,
            UpdatedAt = Now,
        };
        await store.UpdateGroupAsync(scaled, await SayAsync(id, $"scaled to {scaled.Capacity.Desired}"), CancellationToken.None);
        trace.Add("policies", $"scales {Short(id)} to {scaled.Capacity.Desired}, held until {scaled.HeldUntil:HH:mm:ss.fff}");
        referee.GroupWanted(scaled);
        if (scaled.HeldUntil is { } until)
        {
            ReconsiderAt(id, until);
        }

        if (random.Chance(0.7) && pickServer() is { } server)
        {
            server.Wake(id);
        }
    }

    /// <summary>As a server does it when an outside system calls.</summary>
    private async Task TellAsync(GroupId group, bool isResolved)
    {
        if (await FindAsync(group) is not { } record)
        {
            return;
        }

        foreach (var policy in record.Policies.Where(policy => policy is { Rule: PolicyRule.Receiver, Mode: not PolicyMode.Off }))
        {
            var rule = (PolicyRule.Receiver)policy.Rule;
            var last = (await store.FindSteeringAsync(group, CancellationToken.None)).Of(policy.Name)?.Memory.Word;
            var adjustment = random.Chance(0.6) ? rule.OnAlarm : new Adjustment(AdjustmentKind.Exact, random.NextInt(0, 10));
            var word = isResolved
                ? Receiving.Resolve(last, Now, "all is well")
                : Receiving.Tell(rule, last, adjustment, record.SettleAt(Now).Desired, Now, $"alarm {adjustment}").Word;
            if (word is not null && word != last)
            {
                await store.TellAsync(group, policy.Name, word, CancellationToken.None);
                var said = word.Desired?.ToString(CultureInfo.InvariantCulture) ?? "that all is well";
        trace.Add("voice", $"tells {policy.Name} of {Short(group)} {said}");
            }
        }
    }

    private async Task PushAsync(GroupId group)
    {
        if (await FindAsync(group) is not { Policies.IsEmpty: false })
        {
            return;
        }

        var metric = random.Chance(0.7) ? Loads.Pushed : random.Pick(Loads.Cpu, Loads.Load, Loads.Signal, Loads.Queue);
        var at = Now + (random.Chance(0.7) ? TimeSpan.Zero : random.NextSpan(TimeSpan.Zero, TimeSpan.FromMinutes(1)) - random.NextSpan(
            TimeSpan.Zero, TimeSpan.FromMinutes(50)));
        var value = metric is Loads.Signal or Loads.Queue ? random.NextInt(-10, 100) : loads.Of(group).Work * random.Pick(1, 1, 0.1, 10);
        ImmutableArray<PushedReading> pushed = metric is Loads.Cpu
            ? [new(metric, "i-1", value / 10, at), new(metric, "i-2", value / 5, at)]
            : [new(metric, Instance: null, value, at)];
        Pushes.Check(pushed, Now);
        await store.PushReadingsAsync(group, pushed, Now, CancellationToken.None);
        trace.Add("voice", $"pushes {metric} {value:0.###} of {Short(group)}, as of {at:HH:mm:ss}");
        if (value >= 0)
        {
            referee.Steering.Given(group, metric, at);
        }
    }

    /// <summary>Has a past of three weeks, busy by day.</summary>
    private async Task RememberAsync(GroupId group, string metric)
    {
        var first = ReadingChunk.StartOf(Resolution.Hour, Now - TimeSpan.FromDays(21));
        for (var start = first; start < Now; start += ReadingChunk.SpanOf(Resolution.Hour))
        {
            var hours = Enumerable.Range(0, 7 * 24)
                .Select(hour => start + TimeSpan.FromHours(hour) + TimeSpan.FromMinutes(30))
                .Where(at => at < Now - TimeSpan.FromHours(1))
                .Select(at => new Reading(at, 300 + (250 * Math.Sin(at.Hour * Math.PI / 12)) + random.NextInt(0, 20)))
                .ToImmutableArray();
            if (!hours.IsEmpty)
            {
                await store.KeepReadingsAsync([new(group, metric, Resolution.Hour, start, hours)], CancellationToken.None);
            }
        }
    }

    private PolicyDraft Draft(string name, string kind) => kind switch
    {
        "schedule" => Schedule(name),
        "step" => Step(name),
        "target" => random.Pick(Loads.Cpu, Loads.Cpu, Loads.Busy, Loads.Load, Loads.Load, Loads.Pushed) is var metric
            && metric is Loads.Cpu or Loads.Busy
                ? Windowed(new() { Name = name, Kind = kind, Mode = DrawMode(), Metric = metric, Target = 60,
                    Warmup = random.Pick(null, "0s", "1m") })
                : Windowed(new() { Name = name, Kind = kind, Mode = DrawMode(), Metric = metric, Target = 50, Total = true }),
        "backlog" => WithAge(Windowed(new()
        {
            Name = name, Kind = kind, Mode = DrawMode(), Metric = Loads.Queue, PerInstance = 10, EmptyFor = random.Pick("0s", "1m", "5m"),
        })),
        "predictive" => new()
        {
            Name = name, Kind = kind, Mode = random.Pick("on", "on", "recommend"), Metric = Loads.Load, Target = 50, Total = true,
            Ahead = random.Pick(null, "5m", "1h"),
        },
        _ => new()
        {
            Name = name, Kind = kind, Mode = DrawMode(), OnAlarm = random.Pick("+1", "+2", "+30%", "-1", "5"),
            Cooldown = random.Pick("0s", "1m", "5m"), StandsFor = random.Pick("1m", "5m", "1h"),
        },
    };

    private PolicyDraft Windowed(PolicyDraft draft) => draft with
    {
        Stabilize = random.Pick("0s", "1m", "2m", "5m"),
        Tolerance = draft.Kind == "target" ? random.Pick<double?>(null, 0, 0.2) : null,
        GrowMax = random.Pick(null, null, "1", "2", "50%"),
        ShrinkMax = random.Pick(null, null, "1", "2", "50%"),
        MaxAge = DrawMaxAge(),
    };

    private PolicyDraft WithAge(PolicyDraft draft) => random.Chance(0.5) ? draft : draft with { AgeMetric = Loads.Age, AgeMax = "1m" };

    private PolicyDraft Step(string name)
    {
        var draft = new PolicyDraft
        {
            Name = name,
            Kind = "step",
            Mode = DrawMode(),
            Metric = Loads.Signal,
            For = random.Pick("0s", "0s", "30s", "1m"),
            Cooldown = random.Pick("0s", "30s", "1m", "2m"),
            MaxAge = DrawMaxAge(),
        };
        draft = random.Chance(0.6) ? draft with { Above = random.Pick(50, 70) } : draft with { Below = random.Pick(20, 40) };
        return random.NextInt(0, 5) switch
        {
            0 => draft with { Set = random.NextInt(0, 10) },
            1 => draft with { Steps = draft.Above is null ? ["0..10: -1", "10..: -30%"] : ["0..10: +1", "10..: +30%"] },
            _ => draft.Above is null
                ? draft with { Remove = random.Pick("1", "2", "50%") }
                : draft with { Add = random.Pick("1", "2", "30%") },
        };
    }

    private PolicyDraft Schedule(string name)
    {
        var zone = scene.Zone is { } special && random.Chance(0.7) ? special : random.Pick(WallClocks.Names.ToArray());
        var (min, spread) = (random.NextInt(0, 6), random.NextInt(0, 6));
        var (inside, other) = (random.NextInt(1, 7), random.NextInt(0, 2));
        return new()
        {
            Name = name,
            Kind = "schedule",
            Mode = random.Pick("on", "on", "on", "grow-only", "recommend"),
            Zone = zone,
            Windows = [.. Enumerable.Range(0, random.Pick(1, 1, 2, 3)).Select(_ => Window(zone)).Distinct()],
            InsideMin = (inside & 1) != 0 ? min : null,
            InsideMax = (inside & 2) != 0 ? min + spread : null,
            InsideFloor = (inside & 4) != 0 ? min : null,
            OutsideMax = other == 1 ? random.NextInt(0, 8) : null,
            OutsideFloor = other == 2 ? random.NextInt(0, 8) : null,
        };
    }

    private string Window(string zone)
    {
        var wall = WallClocks.Read(zone, Now);
        var from = wall.AddMinutes(random.NextInt(-10, 25));
        var length = random.NextInt(1, 40);
        var to = from.AddMinutes(length);
        return random.NextInt(0, 3) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd HH:mm} to {to:yyyy-MM-dd HH:mm}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{from.Minute} {from.Hour} * * * for {length}m"),
            2 => string.Create(CultureInfo.InvariantCulture, $"daily {from:HH:mm}-{to:HH:mm}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{from:ddd} {from:HH:mm}-{to:HH:mm}"),
        };
    }

    private string DrawMode() => random.Pick("on", "on", "on", "on", "grow-only", "recommend", "off");

    private string DrawMaxAge() => random.Pick("1m", "2m", "5m");

    private void ReconsiderAt(GroupId group, DateTimeOffset moment)
    {
        foreach (var at in (ReadOnlySpan<DateTimeOffset>)[moment - Referee.ClaimSlack, moment])
        {
            if (at > Now)
            {
                _ = loop.OutsideTime.CreateTimer(_ => referee.Reconsider(group), state: null, at - Now, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async Task<GroupRecord?> FindAsync(GroupId group) =>
        await store.FindGroupAsync(group, CancellationToken.None) is { Group.Phase: GroupPhase.Active } record ? record : null;

    private async Task<Activity> SayAsync(GroupId group, string what) => new()
    {
        Id = new(random.NextId()),
        Account = (await store.FindGroupAsync(group, CancellationToken.None))!.Group.Account,
        Group = group,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = what,
        Author = "people",
        FirstAt = Now,
        LastAt = Now,
    };

    private static string Words(PolicyRule rule) => rule switch
    {
        PolicyRule.Calendar(var schedule) =>
            $"{string.Join(", ", schedule.Windows.Select(window => window.Text))} {schedule.Zone}: {schedule.Inside}, "
                + $"else {schedule.Outside}",
        PolicyRule.Step step =>
            $"{(step.IsAbove ? "above" : "below")} {step.Threshold}: {string.Join(", ", step.Steps.Select(each => each.Adjustment))}, "
            + $"for {step.For}, cools down for {step.Cooldown}, believes for {step.MaxAge}",
        PolicyRule.Target target =>
            string.Create(CultureInfo.InvariantCulture, $"{target.Metric} at {target.Value}, give or take {target.Tolerance}, ")
            + $"within {target.Stabilize}, at most {target.GrowMax} and {target.ShrinkMax}, believes for {target.MaxAge}",
        PolicyRule.Backlog backlog =>
            string.Create(CultureInfo.InvariantCulture, $"{backlog.Metric} at {backlog.PerInstance}, age {backlog.AgeMetric}, ")
            + $"empty for {backlog.EmptyFor}, within {backlog.Stabilize}, at most {backlog.GrowMax} and {backlog.ShrinkMax}, "
            + $"believes for {backlog.MaxAge}",
        PolicyRule.Receiver receiver => $"{receiver.OnAlarm}, cools down for {receiver.Cooldown}, stands for {receiver.StandsFor}",
        _ => string.Join(", ", rule.Metrics),
    };

    private static string Short(GroupId group) => group.ToString()[..4];
}

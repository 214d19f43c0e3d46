using System.Globalization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>Users: they make groups, change their minds, and in the end want everything to be in order.</summary>
internal sealed class People(
    Scene scene,
    SimulationLoop loop,
    IStore store,
    RandomStream random,
    RandomStream spread,
    RandomStream pools,
    Referee referee,
    Trace trace,
    Func<SimulatedProcess?> pickServer,
    Economy economy)
{
    private const int GroupsMax = 8;

    private readonly List<GroupId> _groups = [];
    private readonly Dictionary<AccountId, List<Template>> _templates = [];

    /// <summary>Every group ever made.</summary>
    public IReadOnlyList<GroupId> Groups => _groups;

    private DateTimeOffset Now => loop.OutsideTime.GetUtcNow();

    /// <summary>Makes accounts, templates and the first groups.</summary>
    public async Task SettleAsync()
    {
        foreach (var account in scene.Accounts)
        {
            await store.EnsureAccountAsync(account, CancellationToken.None);
            _templates.Add(account.Id, []);
            foreach (var (cloud, _) in scene.Clouds)
            {
                foreach (var image in (ReadOnlySpan<string>)["good", "better", StormyWeather.CrashingImage, SimulatedCloud.MissingImage])
                {
                    var template = Scene.MakeTemplate(random, account.Id, cloud, $"{image}-{cloud}", image);
                    _templates[account.Id].Add(template);
                }
            }

            foreach (var template in _templates[account.Id])
            {
                referee.TemplateMade(template.Id, template.Cloud);
                await store.AddTemplateAsync(template, CancellationToken.None);
            }
        }

        for (var i = 0; i < scene.Groups; i++)
        {
            await MakeGroupAsync();
        }
    }

    /// <summary>Edits until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(4)), loop.OutsideTime);
            await (random.NextInt(0, 19) switch
            {
                0 when _groups.Count < GroupsMax => MakeGroupAsync(),
                1 => EditAsync("deleted", group => group with { Phase = GroupPhase.Draining }),
                2 or 3 => EditAsync("suspended", group => group with { Suspended = (Suspension)random.NextInt(0, 7) }),
                4 or 5 => EditAsync("resumed", group => group with { Suspended = Suspension.None }),
                6 or 7 => EditAsync("template changed", group => WithTemplates(group, PickTemplate)),
                8 => EditAsync("brakes changed", group => group with { Brakes = Scene.MakeBrakes(random) }),
                9 or 10 or 11 => AskAsync(),
                12 => EditAsync("scaled to nothing", group => group with { Capacity = group.Capacity with { Desired = 0, Min = 0 } }),
                _ => EditAsync("scaled", group => group with { Capacity = Scene.MakeCapacity(random) }),
            });
            if (scene.IsSpread && spread.Chance(0.3))
            {
                await MoveAsync();
            }

            if (scene.HasPools && pools.Chance(0.25))
            {
                await ChangePoolAsync();
            }
        }
    }

    /// <summary>Takes back what would keep a group from its level for good.</summary>
    public async Task PutInOrderAsync()
    {
        foreach (var id in _groups)
        {
            await EditAsync(id, "put in order", group => group with
            {
                Suspended = Suspension.None,
                Template = group.Layout is null ? GoodTemplate(group.Account, CloudOf(group)).Id : group.Template,
                Layout = group.Layout is { } layout
                    ? layout with
                    {
                        Placements = [.. layout.Placements.Select(spec => spec with
                        {
                            Template = GoodTemplate(group.Account, CloudOf(group.Account, spec.Template)).Id,
                        })],
                    }
                    : null,
                Evacuations = Evacuations.None,
                LifetimeMax = null,
                Pool = WithinReach(group),
                Brakes = group.Brakes with { LaunchesPerHourMax = 10_000, TerminationsPerHourMax = 10_000 },
            });
        }
    }

    /// <summary>One of the things that people do with groups that live in several placements.</summary>
    private Task MoveAsync() => spread.NextInt(0, 5) switch
    {
        0 => EditAsync(PickGroup(), "evacuated", group => group.Layout is { } layout
            ? group with
            {
                Evacuations = new([new(spread.Pick(layout.Placements.ToArray()).Name, spread.Chance(0.3), Now)]),
            }
            : group),
        1 or 2 => EditAsync(PickGroup(), "restored", group => group with { Evacuations = Evacuations.None }),
        3 => EditAsync(PickGroup(), "placed in one", group => group with
        {
            Layout = null,
            Template = spread.Pick(Usable(group.Account)).Id,
            Evacuations = Evacuations.None,
        }),
        _ => EditAsync(PickGroup(), "placed anew", group => group with
        {
            Layout = MakeLayout(group.Account) with
            {
                From = group.Layout is { } before ? before.From : CloudOf(group),
            },
            Evacuations = Evacuations.None,
        }),
    };

    /// <summary>The pool that a group can have where it lives; null where nothing there can rest.</summary>
    private Pool? WithinReach(Group group)
    {
        var traits = scene.Clouds.Where(cloud => group.Layout is { } layout
            ? layout.Placements.Any(spec => CloudOf(group.Account, spec.Template) == cloud.Name)
            : CloudOf(group) == cloud.Name).Select(cloud => cloud.Traits).ToList();
        return group.Pool is { } pool && traits.Exists(one => one.Stops)
            ? pool with { AgeMax = null, IsSuspended = pool.IsSuspended && traits.TrueForAll(one => one.Suspends) }
            : null;
    }

    /// <summary>One of the things that people do with warm pools.</summary>
    private Task ChangePoolAsync()
    {
        var group = pools.Pick(_groups.ToArray());
        return pools.NextInt(0, 4) switch
        {
            0 => EditAsync(group, "without a pool", one => one with { Pool = null }),
            1 => EditAsync(group, "pool made larger", one => one with
            {
                Pool = (one.Pool ?? Scene.MakePool(pools)) with { Size = new(pools.NextInt(1, 5), IsPercent: false) },
            }),
            2 => EditAsync(group, "surplus is taken or not", one => one.Pool is { } pool
                ? one with { Pool = pool with { TakesSurplus = !pool.TakesSurplus } }
                : one),
            _ => EditAsync(group, "with another pool", one => one with { Pool = Scene.MakePool(pools) }),
        };
    }

    private GroupId PickGroup() => spread.Pick(_groups.ToArray());

    private Layout MakeLayout(AccountId account)
    {
        var layout = Scene.MakeLayout(spread, Usable(account));
        if (scene.Zones.Count > 0)
        {
            layout = Scene.WithZones(spread, layout, template => scene.Zones.Contains(CloudOf(account, template)));
        }

        return economy.WithPrices(scene.IsSpot
            ? Scene.WithSpot(
                spread, layout, template => scene.Clouds.First(cloud => cloud.Name == CloudOf(account, template)).Traits.Interruptible)
            : layout);
    }

    private Template[] Usable(AccountId account) =>
        [.. _templates[account].Where(template => template.Image is "good" or "better")];

    private Template GoodTemplate(AccountId account, string cloud) =>
        _templates[account].First(template => template.Image == "good" && template.Cloud == cloud);

    private string CloudOf(Group group) => CloudOf(group.Account, group.Template);

    private string CloudOf(AccountId account, TemplateId id) => _templates[account].First(template => template.Id == id).Cloud;

    /// <summary>The group with another template, or with another one in one of its placements, on the same cloud.</summary>
    private Group WithTemplates(Group group, Func<AccountId, string, Template> pick)
    {
        if (group.Layout is not { } layout)
        {
            return group with { Template = pick(group.Account, CloudOf(group)).Id };
        }

        var at = random.NextInt(0, layout.Placements.Length - 1);
        var spec = layout.Placements[at];
        return group with
        {
            Layout = layout with
            {
                Placements = layout.Placements.SetItem(
                    at, spec with { Template = pick(group.Account, CloudOf(group.Account, spec.Template)).Id }),
            },
        };
    }

    private Template PickTemplate(AccountId account, string cloud)
    {
        var choices = _templates[account]
            .Where(
                template => template.Cloud == cloud && (scene.Faults.HasFlag(Faults.BadTemplates) || template.Image is "good" or "better"))
            .ToArray();
        return random.Pick(choices);
    }

    private async Task MakeGroupAsync()
    {
        var account = random.Pick(scene.Accounts.ToArray());
        var template = random.Pick(_templates[account.Id].Where(template => template.Image is "good" or "better").ToArray());
        var group = Scene.MakeGroup(random, template, _groups.Count, Now);
        if (scene.IsSpread && spread.Chance(0.75))
        {
            var layout = MakeLayout(account.Id);
            group = group with { Layout = layout, Template = layout.Placements[0].Template };
        }

        group = scene.WithPool(scene.WithGates(scene.WithBusy(scene.WithLifetime(scene.WithHealth(group)))));
        await store.AddGroupAsync(group, Say(group, "made"), CancellationToken.None);
        _groups.Add(group.Id);
        Announce(group, "makes");
    }

    private Task EditAsync(string what, Func<Group, Group> change) => EditAsync(random.Pick(_groups.ToArray()), what, change);

    private async Task EditAsync(GroupId id, string what, Func<Group, Group> change)
    {
        var record = await store.FindGroupAsync(id, CancellationToken.None);
        if (record is not { Group: { Phase: not GroupPhase.Archived } group })
        {
            return;
        }

        var after = change(group);
        var changed = after with
        {
            Template = after.Layout?.Placements[0].Template ?? after.Template,
            Version = group.Version + 1,
            UpdatedAt = Now,
        };
        if (changed.Template != group.Template || !Equals(changed.Layout, group.Layout))
        {
            changed = changed with { Revision = group.Revision + 1 };
        }

        changed = changed.Capacity == group.Capacity
            ? changed with { ScaledAt = group.ScaledAt ?? group.UpdatedAt }
            : changed with { ScaledAt = Now, HeldUntil = null };
        await store.UpdateGroupAsync(changed, Say(changed, what), CancellationToken.None);
        Announce(changed, what);
    }

    private void Announce(Group group, string what)
    {
        trace.Add(
            "people",
            $"{what} {group.Name} ({group.Id.ToString()[..4]}): level {Levels.Of(group)}, {group.Phase}, suspended {group.Suspended}, "
            + $"every {group.Interval.TotalSeconds:0} s{(group.Pool is null ? "" : $", pool {PoolRules.Of(group.Pool)}")}{Places(group)}");
        referee.GroupWanted(group);
        if (random.Chance(0.7) && pickServer() is { } server)
        {
            server.Wake(group.Id);
        }
    }

    private static string Places(Group group)
    {
        if (group.Layout is not { } layout)
        {
            return "";
        }

        var specs = layout.Placements.Select(spec => string.Create(
            CultureInfo.InvariantCulture,
            $"{spec.Name} ({spec.Min} to {spec.Max}, base {spec.Base}, weight {spec.Weight}"
            + $"{(spec.IsInterruptible ? ", interruptible" : "")})"));
        var mix = layout.OnDemandPercentAboveBase is { } percent
            ? string.Create(CultureInfo.InvariantCulture, $", {percent} % on demand")
            : "";
        return $", {layout.Distribution} over {string.Join(", ", specs)}{mix}, without {string.Join(", ", group.Evacuations.All)}"
            + $", spill {layout.SpillAfter}, return {layout.ReturnAfter}, surge {layout.Surge}";
    }

    private Task AskAsync()
    {
        if (pickServer() is { } server)
        {
            // Not awaited: the server may die before it answers.
            var group = random.Pick(_groups.ToArray());
            trace.Add("people", $"ask {server.Name} to check {group.ToString()[..4]}");
            _ = server.CheckAsync(group);
        }

        return Task.CompletedTask;
    }

    private Activity Say(Group group, string what) => new()
    {
        Id = new(random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = string.Create(CultureInfo.InvariantCulture, $"{what}: {Levels.Of(group)} wanted"),
        Author = "people",
        FirstAt = Now,
        LastAt = Now,
    };
}

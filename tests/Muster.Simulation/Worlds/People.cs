using System.Globalization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>Users: they make groups, change their minds, and in the end want everything to be in order.</summary>
internal sealed class People(
    Scene scene, SimulationLoop loop, IStore store, RandomStream random, Referee referee, Trace trace, Func<SimulatedProcess?> pickServer)
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
                6 or 7 => EditAsync("template changed", group => group with { Template = PickTemplate(group).Id }),
                8 => EditAsync("brakes changed", group => group with { Brakes = Scene.MakeBrakes(random) }),
                9 or 10 or 11 => AskAsync(),
                12 => EditAsync("scaled to nothing", group => group with { Capacity = group.Capacity with { Desired = 0, Min = 0 } }),
                _ => EditAsync("scaled", group => group with { Capacity = Scene.MakeCapacity(random) }),
            });
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
                Template = GoodTemplate(group).Id,
                Brakes = group.Brakes with { LaunchesPerHourMax = 10_000, TerminationsPerHourMax = 10_000 },
            });
        }
    }

    private Template GoodTemplate(Group group) =>
        _templates[group.Account].First(template => template.Image == "good" && template.Cloud == CloudOf(group));

    private string CloudOf(Group group) => _templates[group.Account].First(template => template.Id == group.Template).Cloud;

    private Template PickTemplate(Group group)
    {
        var cloud = CloudOf(group);
        var choices = _templates[group.Account]
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

        var changed = change(group) with { Version = group.Version + 1, UpdatedAt = Now };
        changed = changed with { ScaledAt = changed.Capacity == group.Capacity ? group.ScaledAt ?? group.UpdatedAt : Now };
        await store.UpdateGroupAsync(changed, Say(changed, what), CancellationToken.None);
        Announce(changed, what);
    }

    private void Announce(Group group, string what)
    {
        trace.Add(
            "people",
            $"{what} {group.Name} ({group.Id.ToString()[..4]}): level {Levels.Of(group)}, {group.Phase}, suspended {group.Suspended}, "
            + $"every {group.Interval.TotalSeconds:0} s");
        referee.GroupWanted(group);
        if (random.Chance(0.7) && pickServer() is { } server)
        {
            server.Wake(group.Id);
        }
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

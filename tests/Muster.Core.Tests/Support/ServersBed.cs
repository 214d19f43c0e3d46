using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Support;

/// <summary>Several servers over one store in memory and one simulated cloud, in virtual time. Each account is a sweep.</summary>
internal sealed class ServersBed
{
    private readonly SimulationLoop _loop = new();
    private readonly List<BedServer> _servers = [];
    private readonly SeededRandom _random = new(1, "servers");

    public ServersBed(CloudTraits? traits = null, ICloudWeather? weather = null)
    {
        Store = new(Some.Installation, _loop.OutsideTime);
        Cloud = new("sim", traits ?? EngineBed.Traits, weather ?? new FairWeather(), _loop.OutsideTime);
    }

    public MemoryStore Store { get; }

    public SimulatedCloud Cloud { get; }

    public SetPrices Prices { get; } = new();

    public DateTimeOffset Now => _loop.OutsideTime.GetUtcNow();

    public int AliveCount => Cloud.Instances.Count(instance => instance.IsLiveAt(Now));

    /// <summary>Runs the story, then stops every server that still runs.</summary>
    public void Run(Func<Task> story) => _loop.Run(
        async () =>
        {
            await story();
            foreach (var server in _servers)
            {
                await server.StopAsync();
            }
        },
        () => false);

    /// <summary>A server that runs from now on.</summary>
    /// <param name="name">Its holder.</param>
    /// <param name="store">Its connection to the store; null for one that always works.</param>
    public BedServer Start(string name, IStore? store = null)
    {
        var server = new BedServer(name, store ?? Store, Cloud, _loop, this);
        _servers.Add(server);
        return server;
    }

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _loop.OutsideTime);

    /// <summary>As many accounts, each with one group; nobody is told.</summary>
    public async Task AddSweepsAsync(int count, int desired = 0, TimeSpan? interval = null)
    {
        for (var number = 1; number <= count; number++)
        {
            await AddSweepAsync(number, desired, interval);
        }
    }

    /// <summary>An account with a template and one group.</summary>
    public async Task<Group> AddSweepAsync(int number, int desired = 0, TimeSpan? interval = null)
    {
        var account = new AccountId(Some.Id(number));
        var template = Some.Template() with { Id = new(Some.Id(number)), Account = account };
        await Store.EnsureAccountAsync(
            new() { Id = account, Name = string.Create(CultureInfo.InvariantCulture, $"account-{number}"), CreatedAt = Now },
            CancellationToken.None);
        await Store.AddTemplateAsync(template, CancellationToken.None);
        var group = Some.Group(desired) with
        {
            Id = new(Some.Id(number)),
            Account = account,
            Template = template.Id,
            Interval = interval ?? Group.IntervalDefault,
        };
        await AddGroupAsync(group);
        return group;
    }

    /// <summary>Keeps a group in the store; nobody is told.</summary>
    public Task AddGroupAsync(Group group) => Store.AddGroupAsync(group, Change(group), CancellationToken.None);

    /// <summary>Changes a group in the store; nobody is told.</summary>
    public async Task ResizeAsync(GroupId id, int desired)
    {
        var group = (await Store.FindGroupAsync(id, CancellationToken.None))!.Group;
        var changed = group with
        {
            Capacity = group.Capacity with { Desired = desired },
            Version = group.Version + 1,
            UpdatedAt = Now,
        };
        await Store.UpdateGroupAsync(changed, Change(changed), CancellationToken.None);
    }

    /// <summary>Who holds which sweep now, by the store.</summary>
    public async Task<ILookup<string?, SweepKey>> HoldersAsync() =>
        (await Store.ListSweepsAsync(CancellationToken.None)).ToLookup(
            share => share.IsFreeAt(Now) ? null : share.Holder, share => share.Sweep);

    private Activity Change(Group group) => new()
    {
        Id = new(_random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = "changed",
        Author = "people",
        FirstAt = Now,
        LastAt = Now,
    };
}

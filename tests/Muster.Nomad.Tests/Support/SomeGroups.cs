using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Templates;
using Muster.Storage.Memory;

namespace Muster.Nomad.Tests.Support;

/// <summary>Groups for tests, and a store that has some.</summary>
internal static class SomeGroups
{
    private static readonly DateTimeOffset Made = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static readonly TemplateId Template = new(new Guid("7e000000-0000-4000-8000-000000000001"));

    private static readonly TemplateId ElsewhereTemplate = new(new Guid("7e000000-0000-4000-8000-000000000002"));

    /// <summary>The id of a group of that number, spread as real ones are.</summary>
    public static GroupId Id(int number) => new(StableId.From(BitConverter.GetBytes(number)));

    public static Group Group(int number, double intervalS = 60) => new()
    {
        Id = Id(number),
        Account = SomeJobs.Account,
        Name = $"group-{number}",
        Template = Template,
        Capacity = new() { Desired = 1, Min = 0, Max = 10 },
        Interval = TimeSpan.FromSeconds(intervalS),
        Version = 1,
        CreatedAt = Made,
        UpdatedAt = Made,
    };

    public static async Task<MemoryStore> StoreAsync(int groups, TimeProvider? timeProvider = null)
    {
        var store = new MemoryStore(SomeJobs.Installation, timeProvider ?? TimeProvider.System);
        await store.EnsureAccountAsync(new() { Id = SomeJobs.Account, Name = "default", CreatedAt = Made }, CancellationToken.None);
        await store.AddTemplateAsync(
            new Template
            {
                Id = Template,
                Account = SomeJobs.Account,
                Name = "hello",
                Cloud = "local",
                Image = "muster hello",
                CreatedAt = Made,
            },
            CancellationToken.None);
        foreach (var group in Enumerable.Range(1, groups).Select(number => Group(number)))
        {
            await AddAsync(store, group);
        }

        return store;
    }

    public static Task AddAsync(MemoryStore store, Group group) => store.AddGroupAsync(group, Told(group), CancellationToken.None);

    /// <summary>Changes a group as a user would.</summary>
    public static async Task ChangeAsync(MemoryStore store, GroupId id, Func<Group, Group> change)
    {
        var group = (await store.FindGroupAsync(id, CancellationToken.None))!.Group;
        var changed = change(group) with { Version = group.Version + 1 };
        await store.UpdateGroupAsync(changed, Told(changed), CancellationToken.None);
    }

    /// <summary>A user gives a group placements on its cloud and on another.</summary>
    public static async Task SpreadAsync(MemoryStore store, GroupId id)
    {
        if (await store.FindTemplateAsync(ElsewhereTemplate, CancellationToken.None) is null)
        {
            await store.AddTemplateAsync(
                new Template
                {
                    Id = ElsewhereTemplate,
                    Account = SomeJobs.Account,
                    Name = "hello-elsewhere",
                    Cloud = "elsewhere",
                    Image = "muster hello",
                    CreatedAt = Made,
                },
                CancellationToken.None);
        }

        await ChangeAsync(store, id, group => group with
        {
            Layout = new()
            {
                Placements = [new() { Name = "home", Template = Template }, new() { Name = "away", Template = ElsewhereTemplate }],
            },
            Revision = group.Revision + 1,
        });
    }

    /// <summary>A user takes its placements away: on the other cloud there is something until a check finds nothing.</summary>
    public static Task GatherAsync(MemoryStore store, GroupId id) =>
        ChangeAsync(store, id, group => group with { Layout = null, Revision = group.Revision + 1 });

    /// <summary>Sets what is so with a group, as a check would.</summary>
    public static async Task SetStateAsync(MemoryStore store, GroupId id, Func<GroupState, GroupState> set)
    {
        var state = (await store.FindGroupAsync(id, CancellationToken.None))!.State;
        var lease = await store.TryAcquireLeaseAsync(id, "test", state.Fence, Made, TimeSpan.FromMinutes(1), CancellationToken.None);
        await store.RecordAndReleaseAsync(lease!, new() { State = set(state) }, CancellationToken.None);
    }

    private static Core.Activities.Activity Told(Group group) => new()
    {
        Id = new(StableId.From([.. group.Id.Value.ToByteArray(), .. BitConverter.GetBytes(group.Version)])),
        Account = group.Account,
        Group = group.Id,
        Type = Core.Activities.ActivityType.Change,
        Status = Core.Activities.ActivityStatus.Succeeded,
        Description = "for a test",
        FirstAt = Made,
        LastAt = Made,
    };
}

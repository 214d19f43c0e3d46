using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Conformance.Storage;

/// <summary>What every part of the suite stands on: an empty store with one account.</summary>
public abstract class StoreConformance<THarness> : IAsyncLifetime
    where THarness : IStoreHarness, new()
{
    /// <summary>How long a lease lasts here.</summary>
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private readonly THarness _harness = new();
    private IStore? _store;
    private Account? _account;

    protected static DateTimeOffset Start => Some.Start;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Some A { get; } = new();

    protected IStore Store => _store ?? throw new InvalidOperationException("the store is not open yet");

    protected Account Owner => _account ?? throw new InvalidOperationException("the store is not open yet");

    public async ValueTask InitializeAsync()
    {
        _store = await _harness.OpenAsync(Cancellation);
        _account = await _store.EnsureAccountAsync(A.Account(Account.DefaultName), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        await _harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static async Task<StoreException> RefusedAsync(StoreErrorKind kind, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<StoreException>(action);
        Assert.Equal(kind, error.Kind);
        Assert.NotEmpty(error.Message);
        return error;
    }

    protected async Task<Account> AddAccountAsync() => await Store.EnsureAccountAsync(A.Account(), Cancellation);

    protected async Task<Template> AddTemplateAsync(string? name = null, string cloud = "local", Account? owner = null)
    {
        var template = A.Template((owner ?? Owner).Id, name, cloud);
        await Store.AddTemplateAsync(template, Cancellation);
        return template;
    }

    protected async Task<Group> AddGroupAsync(Template? template = null, string? name = null) =>
        await AddGroupAsync(A.Group(template ?? await AddTemplateAsync(), name));

    protected async Task<Group> AddGroupAsync(Group group)
    {
        await Store.AddGroupAsync(group, A.Activity(group, ActivityType.Change, "created"), Cancellation);
        return group;
    }

    protected async Task<Group> UpdateGroupAsync(Group changed)
    {
        var next = changed with { Version = changed.Version + 1 };
        await Store.UpdateGroupAsync(next, A.Activity(next, ActivityType.Change, "changed"), Cancellation);
        return next;
    }

    /// <summary>Makes it of another template, or of templates in placements: the next revision.</summary>
    protected Task<Group> RemadeAsync(Group group, Template template, Layout? layout = null) =>
        UpdateGroupAsync(group with { Template = template.Id, Layout = layout, Revision = group.Revision + 1 });

    protected async Task<Group> ArchiveGroupAsync(Group group) =>
        await UpdateGroupAsync(group with { Phase = GroupPhase.Archived, ArchivedAt = Start.AddHours(1) });

    protected async Task<GroupLease> LeaseAsync(Group group, DateTimeOffset? now = null)
    {
        var fence = (await FoundAsync(group)).State.Fence;
        var lease = await Store.TryAcquireLeaseAsync(group.Id, "server-1", fence, now ?? Start, LeaseTime, Cancellation);
        Assert.NotNull(lease);
        return lease;
    }

    protected async Task<GroupRecord> FoundAsync(Group group)
    {
        var record = await Store.FindGroupAsync(group.Id, Cancellation);
        Assert.NotNull(record);
        return record;
    }

    /// <summary>The whole trail of a group, newest first.</summary>
    protected async Task<IReadOnlyList<Activity>> TrailAsync(Group group) =>
        (await Store.ListActivitiesAsync(group.Id, new PageRequest(PageRequest.LimitMax), Cancellation)).Items;
}

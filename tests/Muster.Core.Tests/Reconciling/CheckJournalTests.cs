using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Reconciling;

public sealed class CheckJournalTests
{
    private readonly MemoryStore _store = new(Some.Installation, TimeProvider.System);
    private int _failuresLeft;
    private int _answersLost;

    [Fact]
    public async Task An_outcome_whose_write_failed_is_told_with_the_next_one()
    {
        var journal = await BeginAsync();
        _failuresLeft = int.MaxValue;
        journal.Post([Some.Launch(1)], [Told("launched web-1")], state => state);
        await Assert.ThrowsAsync<StoreException>(() => journal.WriteAsync([Some.Launch(2, LaunchPhase.Intended)], [], state => state));
        _failuresLeft = 0;
        await journal.WriteAsync([Some.Launch(3, LaunchPhase.Intended)], [], state => state);

        Assert.Equal(["created", "launched web-1"], await TrailAsync());
        Assert.Equal([LaunchPhase.Accepted, LaunchPhase.Intended], (await RecordAsync()).OpenLaunches.Select(launch => launch.Phase));
    }

    [Fact]
    public async Task An_outcome_whose_write_failed_is_told_at_the_end_of_the_check_at_the_latest()
    {
        var journal = await BeginAsync();
        _failuresLeft = 1;
        journal.Post([], [Told("terminated web-1")], state => state.WithPlacement(placement => placement with { FailuresInRow = 7 }));
        await journal.CloseAsync([Told("the end")], journal.State, archivedAt: null);

        Assert.Equal(["created", "terminated web-1", "the end"], await TrailAsync());
        Assert.Equal(7, (await RecordAsync()).State.Placed().FailuresInRow);
    }

    [Fact]
    public async Task An_outcome_that_was_written_although_the_store_said_no_may_be_told_twice()
    {
        var journal = await BeginAsync();
        _answersLost = 1;
        journal.Post([], [Told("terminated web-1")], state => state);
        await journal.CloseAsync([], journal.State, archivedAt: null);

        Assert.Equal(["created", "terminated web-1", "terminated web-1"], await TrailAsync());
    }

    [Fact]
    public async Task Once_it_is_drained_nothing_is_on_its_way_and_what_failed_goes_with_the_next_write()
    {
        var journal = await BeginAsync();
        journal.Post([], [Told("terminated web-1")], state => state);
        await journal.DrainAsync();
        Assert.Equal(["created", "terminated web-1"], await TrailAsync());

        _failuresLeft = 1;
        journal.Post([], [Told("terminated web-2")], state => state);
        await journal.DrainAsync();
        Assert.Equal(0, _failuresLeft);
        await journal.WriteAsync([], [], state => state);
        Assert.Equal(["created", "terminated web-1", "terminated web-2"], await TrailAsync());
    }

    private static Activity Told(string description) => ActivityWriter.Make(
        Some.Group(1), new SystemRandomSource(), ActivityType.Launch, ActivityStatus.Succeeded, description, Some.Now);

    private async Task<CheckJournal> BeginAsync()
    {
        await _store.EnsureAccountAsync(
            new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, TestContext.Current.CancellationToken);
        await _store.AddTemplateAsync(Some.Template(), TestContext.Current.CancellationToken);
        await _store.AddGroupAsync(
            Some.Group(1), Told("created") with { Type = ActivityType.Change }, TestContext.Current.CancellationToken);
        var lease = await _store.TryAcquireLeaseAsync(
            Some.GroupId, "test", 0, Some.Now, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var failing = FailingStore.Before<IStore>(_store, (name, arguments) =>
        {
            if (name == nameof(IStore.RecordAsync) && _answersLost-- > 0)
            {
                _ = _store.RecordAsync((GroupLease)arguments[0]!, (CheckRecord)arguments[1]!, TestContext.Current.CancellationToken);
                return true;
            }

            return name == nameof(IStore.RecordAsync) && _failuresLeft-- > 0;
        });
        return new(failing, lease!, Some.State(), new SystemRandomSource());
    }

    private async Task<GroupRecord> RecordAsync() =>
        (await _store.FindGroupAsync(Some.GroupId, TestContext.Current.CancellationToken))!;

    private async Task<IEnumerable<string>> TrailAsync() =>
        (await _store.ListActivitiesAsync(Some.GroupId, new(100), TestContext.Current.CancellationToken))
            .Items.Reverse().Select(activity => activity.Description);
}

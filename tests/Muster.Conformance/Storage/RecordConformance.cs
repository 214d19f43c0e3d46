using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What a check writes under its lease: state, ledger, activities, archive.</summary>
public abstract class RecordConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    /// <summary>In whose name activities may be written here.</summary>
    protected virtual string Author => Some.Author;

    [Fact]
    public async Task State_launches_and_activities_come_back_whole()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var record = new CheckRecord
        {
            State = Some.FullState(group.Id, lease.Fence),
            Launches = [A.FullLaunch(group), A.Launch(group, Start.AddHours(1))],
            Activities = [A.FullActivity(group) with { Author = Author }, A.Activity(group)],
        };
        Same.EnsureFilled(record.State);
        Same.EnsureFilled(record.Launches[0], nameof(Launch.Cloud));
        Same.EnsureFilled(record.Activities[0], nameof(Activity.Position));

        var kept = await Store.RecordAsync(lease, record, Cancellation);

        var found = await FoundAsync(group);
        Same.As(record.State, found.State);
        Same.AsEach(record.Launches, found.OpenLaunches);
        Same.AsEach([record.Activities[0] with { Position = 2 }, record.Activities[1] with { Position = 3 }], kept);
        Same.AsEach(kept.Reverse(), (await TrailAsync(group)).Take(2));
    }

    [Fact]
    public async Task The_states_fence_is_the_leases_whatever_the_record_says()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        await Store.RecordAsync(lease, new() { State = Some.FullState(group.Id, fence: 77) }, Cancellation);

        Same.As(Some.FullState(group.Id, lease.Fence), (await FoundAsync(group)).State);
    }

    [Fact]
    public async Task A_launch_of_another_group_stays_as_it_is()
    {
        var (group, other) = (await AddGroupAsync(), await AddGroupAsync());
        var theirs = await LeaseAsync(other);
        var launch = A.Launch(other, Start);
        await Store.RecordAsync(theirs, new() { State = new() { Group = other.Id }, Launches = [launch] }, Cancellation);
        var before = await FoundAsync(other);
        var mine = await LeaseAsync(group);

        await Store.RecordAsync(
            mine,
            new() { State = new() { Group = group.Id }, Launches = [launch with { Group = group.Id, Phase = LaunchPhase.Failed }] },
            Cancellation);

        Same.As(before, await FoundAsync(other));
        Assert.Empty((await FoundAsync(group)).OpenLaunches);
    }

    [Fact]
    public async Task A_launch_whose_story_is_over_is_never_open_again()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var launch = A.Launch(group, Start);
        await Store.RecordAsync(lease, new() { State = new() { Group = group.Id }, Launches = [launch] }, Cancellation);
        await Store.RecordAsync(
            lease, new() { State = new() { Group = group.Id }, Launches = [launch with { Phase = LaunchPhase.Settled }] }, Cancellation);

        await Store.RecordAsync(lease, new() { State = new() { Group = group.Id }, Launches = [launch] }, Cancellation);

        Assert.Empty((await FoundAsync(group)).OpenLaunches);
    }

    [Fact]
    public async Task A_state_that_goes_back_to_nothing_comes_back_as_nothing()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAsync(lease, new() { State = Some.FullState(group.Id, lease.Fence) }, Cancellation);

        await Store.RecordAsync(lease, new() { State = new() { Group = group.Id } }, Cancellation);

        Same.As(new GroupState { Group = group.Id, Fence = lease.Fence }, (await FoundAsync(group)).State);
    }

    [Fact]
    public async Task A_launch_is_replaced_by_its_id_and_leaves_the_open_ones_when_it_closes()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var launch = A.Launch(group);
        var state = new GroupState { Group = group.Id };
        await Store.RecordAsync(lease, new() { State = state, Launches = [launch] }, Cancellation);

        var accepted = launch with { Phase = LaunchPhase.Accepted, Instance = new("i-1"), UpdatedAt = Start.AddSeconds(1), Attempts = 2 };
        await Store.RecordAsync(lease, new() { State = state, Launches = [accepted] }, Cancellation);
        Same.AsEach([accepted], (await FoundAsync(group)).OpenLaunches);

        var settled = accepted with { Phase = LaunchPhase.Settled };
        await Store.RecordAsync(lease, new() { State = state, Launches = [settled] }, Cancellation);
        Assert.Empty((await FoundAsync(group)).OpenLaunches);
    }

    [Fact]
    public async Task The_last_of_a_launch_named_twice_in_a_record_counts()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var launch = A.Launch(group);
        var accepted = launch with { Phase = LaunchPhase.Accepted };

        await Store.RecordAsync(lease, new() { State = new() { Group = group.Id }, Launches = [launch, accepted] }, Cancellation);

        Same.AsEach([accepted], (await FoundAsync(group)).OpenLaunches);
    }

    [Fact]
    public async Task Whoever_lost_its_lease_writes_nothing_at_all()
    {
        var group = await AddGroupAsync();
        var lost = await LeaseAsync(group);
        await LeaseAsync(group, Start.AddHours(1));
        var before = await FoundAsync(group);
        var trail = await TrailAsync(group);
        var record = new CheckRecord
        {
            State = Some.FullState(group.Id, lost.Fence),
            Launches = [A.Launch(group)],
            Activities = [A.Activity(group)],
            ArchivedAt = Start,
        };

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAsync(lost, record, Cancellation));
        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAndReleaseAsync(lost, record, Cancellation));

        Same.As(before, await FoundAsync(group));
        Same.AsEach(trail, await TrailAsync(group));
        Assert.Equal(1, await Store.LastPositionAsync(Owner.Id, Cancellation));
        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-3", 2, Start.AddHours(1), LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_released_lease_writes_no_more()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var kept = await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start, A.Activity(group)), Cancellation);

        await RefusedAsync(
            StoreErrorKind.Fenced,
            () => Store.RecordAsync(lease, Some.Check(group.Id, Start.AddHours(1), A.Activity(group)), Cancellation));

        Assert.Equal(2, Assert.Single(kept).Position);
        Assert.Equal(Start, (await FoundAsync(group)).State.CheckedAt);
        Assert.Equal(2, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task A_lease_that_ran_out_still_writes_while_nobody_took_it()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        await Store.RecordAsync(lease, Some.Check(group.Id, Start.AddDays(1)), Cancellation);

        Assert.Equal(Start.AddDays(1), (await FoundAsync(group)).State.CheckedAt);
    }

    [Fact]
    public async Task A_record_that_holds_another_groups_things_is_refused_whole()
    {
        var group = await AddGroupAsync();
        var other = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var record = Some.Check(group.Id, Start);

        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.RecordAsync(lease, record with { State = new() { Group = other.Id } }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.RecordAsync(lease, record with { Launches = [A.Launch(other)] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.RecordAsync(lease, record with { Activities = [A.Activity(other)] }, Cancellation));

        Assert.Null((await FoundAsync(group)).State.CheckedAt);
    }

    [Fact]
    public async Task A_draining_group_is_archived_by_the_record_that_says_so()
    {
        var template = await AddTemplateAsync();
        var group = await UpdateGroupAsync(await AddGroupAsync(template, "web") with { Phase = GroupPhase.Draining });
        var lease = await LeaseAsync(group);
        var archivedAt = Start.AddMicroseconds(42);

        await Store.RecordAndReleaseAsync(
            lease, Some.Check(group.Id, Start, A.Activity(group)) with { ArchivedAt = archivedAt }, Cancellation);

        Same.As(group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt }, (await FoundAsync(group)).Group);
        Assert.Equal(Start, (await FoundAsync(group)).State.CheckedAt);
        Assert.Null(await Store.FindGroupAsync(Owner.Id, "web", Cancellation));
        Assert.Empty(await Store.ListSweepsAsync(Cancellation));
        Assert.Equal(3, (await TrailAsync(group)).Count);
        await AddGroupAsync(template, "web");
    }

    [Fact]
    public async Task A_group_that_its_owner_took_back_from_draining_is_not_archived()
    {
        var draining = await UpdateGroupAsync(await AddGroupAsync() with { Phase = GroupPhase.Draining });
        var lease = await LeaseAsync(draining);
        var active = await UpdateGroupAsync(draining with { Phase = GroupPhase.Active });

        await Store.RecordAsync(lease, Some.Check(active.Id, Start) with { ArchivedAt = Start }, Cancellation);

        Same.As(active, (await FoundAsync(active)).Group);
        Assert.Equal(Start, (await FoundAsync(active)).State.CheckedAt);
    }
}

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The outcome of many checks that did nothing to a cloud.</summary>
public abstract class IdleRecordConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    /// <summary>In whose name activities may be written here.</summary>
    protected virtual string Author => Some.Author;

    [Fact]
    public async Task Nothing_to_record_is_nothing_done()
    {
        Assert.Empty(await Store.RecordIdleAsync([], Cancellation));
        Assert.Equal(0, await Store.LastPositionAsync(Owner.Id, Cancellation));
    }

    [Fact]
    public async Task All_of_an_idle_record_is_kept_without_a_lease()
    {
        var group = await AddGroupAsync();
        var record = new CheckRecord
        {
            State = Some.FullState(group.Id, fence: 0),
            Launches = [A.FullLaunch(group)],
            Activities = [A.FullActivity(group) with { Author = Author }],
        };

        var kept = await Store.RecordIdleAsync([record], Cancellation);

        var found = await FoundAsync(group);
        Same.As(record.State, found.State);
        Same.AsEach(record.Launches, found.OpenLaunches);
        Same.AsEach([record.Activities[0] with { Position = 2 }], kept);
        Same.As(kept[0], (await TrailAsync(group))[0]);
        Assert.Equal(1, (await LeaseAsync(group)).Fence);
    }

    [Fact]
    public async Task Many_groups_are_recorded_at_once_each_with_its_own()
    {
        var template = await AddTemplateAsync();
        var groups = new List<Group>();
        for (var i = 0; i < 50; i++)
        {
            groups.Add(await AddGroupAsync(template));
        }

        for (var round = 1; round <= 3; round++)
        {
            var at = Start.AddMinutes(round);
            var kept = await Store.RecordIdleAsync(
                [.. groups.Select(group => Some.Check(group.Id, at, A.NoOp(group, at, $"healthy {group.Name}")))], Cancellation);

            Assert.Equal(groups.Select(group => group.Id), kept.Select(activity => activity.Group));
            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)(50 * round) + i), kept.Select(activity => activity.Position));
            Assert.All(kept, activity => Assert.Equal(round, activity.Count));
        }

        foreach (var group in groups)
        {
            var newest = (await TrailAsync(group))[0];
            Assert.Equal(($"healthy {group.Name}", 3, Start.AddMinutes(1), Start.AddMinutes(3)),
                (newest.Description, newest.Count, newest.FirstAt, newest.LastAt));
            Assert.Equal(Start.AddMinutes(3), (await FoundAsync(group)).State.CheckedAt);
        }
    }

    [Fact]
    public async Task A_group_whose_fence_moved_since_is_passed_over()
    {
        var moved = await AddGroupAsync();
        await Store.RecordAndReleaseAsync(await LeaseAsync(moved), Some.Check(moved.Id, Start), Cancellation);
        var before = await FoundAsync(moved);
        var still = await AddGroupAsync();
        var at = Start.AddHours(1);

        var kept = await Store.RecordIdleAsync(
            [
                Some.Check(moved.Id, at, A.NoOp(moved, at)) with { Launches = [A.Launch(moved)] },
                Some.Check(still.Id, at, A.NoOp(still, at)),
            ],
            Cancellation);

        Assert.Equal(still.Id, Assert.Single(kept).Group);
        Same.As(before, await FoundAsync(moved));
        Assert.Single(await TrailAsync(moved));
        Assert.Equal(at, (await FoundAsync(still)).State.CheckedAt);
    }

    [Fact]
    public async Task A_group_that_somebody_holds_is_passed_over_until_the_lease_runs_out()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        CheckRecord Idle(DateTimeOffset at)
        {
            var check = Some.Check(group.Id, at, A.NoOp(group, at));
            return check with { State = check.State with { Fence = lease.Fence } };
        }

        Assert.Empty(await Store.RecordIdleAsync([Idle(lease.EndsAt.AddMicroseconds(-1))], Cancellation));
        Assert.Null((await FoundAsync(group)).State.CheckedAt);

        // Its holder may have written after the state was read, so the record does not count; the lease ends, and what
        // is read from now on does.
        Assert.Empty(await Store.RecordIdleAsync([Idle(lease.EndsAt)], Cancellation));
        var ended = (await FoundAsync(group)).State;
        Assert.Equal(lease.Fence + 1, ended.Fence);
        Assert.Null(ended.CheckedAt);
        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAsync(lease, Some.Check(group.Id, Start), Cancellation));

        var next = Some.Check(group.Id, lease.EndsAt, A.NoOp(group, lease.EndsAt));
        Assert.Single(await Store.RecordIdleAsync([next with { State = next.State with { Fence = ended.Fence } }], Cancellation));
        Assert.Equal(lease.EndsAt, (await FoundAsync(group)).State.CheckedAt);
        Assert.NotNull(await Store.TryAcquireLeaseAsync(group.Id, "server-2", ended.Fence, lease.EndsAt, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_record_without_an_instant_is_passed_over_while_there_is_any_lease()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        var kept = await Store.RecordIdleAsync(
            [new() { State = new() { Group = group.Id, Fence = lease.Fence }, Activities = [A.NoOp(group, Start)] }], Cancellation);

        Assert.Empty(kept);
    }

    [Fact]
    public async Task A_group_that_does_not_live_is_passed_over()
    {
        var archived = await ArchiveGroupAsync(await AddGroupAsync());

        Assert.Empty(await Store.RecordIdleAsync([Some.Check(archived.Id, Start, A.NoOp(archived, Start))], Cancellation));

        Assert.Null((await FoundAsync(archived)).State.CheckedAt);
    }

    [Fact]
    public virtual async Task A_group_that_nobody_knows_is_passed_over()
    {
        var unknown = A.Group(await AddTemplateAsync());

        Assert.Empty(await Store.RecordIdleAsync([Some.Check(unknown.Id, Start, A.NoOp(unknown, Start))], Cancellation));
    }

    [Fact]
    public async Task A_drained_group_is_archived_by_an_idle_record_too()
    {
        var group = await UpdateGroupAsync(await AddGroupAsync(name: "web") with { Phase = GroupPhase.Draining });

        await Store.RecordIdleAsync([Some.Check(group.Id, Start, A.Activity(group)) with { ArchivedAt = Start }], Cancellation);

        Same.As(group with { Phase = GroupPhase.Archived, ArchivedAt = Start }, (await FoundAsync(group)).Group);
        Assert.Null(await Store.FindGroupAsync(Owner.Id, "web", Cancellation));
    }

    [Fact]
    public async Task A_record_may_change_the_ledger_alone()
    {
        var group = await AddGroupAsync();
        var launch = A.Launch(group);
        await Store.RecordIdleAsync([Some.Check(group.Id, Start) with { Launches = [launch] }], Cancellation);

        await Store.RecordIdleAsync(
            [Some.Check(group.Id, Start) with { Launches = [launch with { Phase = LaunchPhase.Expired }] }], Cancellation);

        Assert.Empty((await FoundAsync(group)).OpenLaunches);
        Assert.Equal(ActivityType.Change, Assert.Single(await TrailAsync(group)).Type);
    }

    [Fact]
    public async Task One_bad_record_refuses_all_of_them()
    {
        var group = await AddGroupAsync();
        var other = await AddGroupAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => Store.RecordIdleAsync(
            [
                Some.Check(group.Id, Start, A.NoOp(group, Start)),
                Some.Check(other.Id, Start, A.NoOp(group, Start)),
            ],
            Cancellation));

        Assert.Null((await FoundAsync(group)).State.CheckedAt);
        Assert.Single(await TrailAsync(group));
    }
}

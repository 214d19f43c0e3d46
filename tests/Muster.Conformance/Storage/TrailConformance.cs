using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The audit trail: positions, and repeats that melt.</summary>
public abstract class TrailConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task What_befalls_groups_is_appended_beside_a_lease_and_leaves_their_states_alone()
    {
        var (first, second) = (await AddGroupAsync(), await AddGroupAsync());
        var lease = await LeaseAsync(first);
        await Store.RecordAsync(lease, new() { State = Some.FullState(first.Id, lease.Fence) }, Cancellation);
        var before = await FoundAsync(first);
        var told = new[] { Befallen(first), Befallen(second) };

        var kept = await Store.AppendAsync(Owner.Id, [.. told], Cancellation);

        Assert.Equal([1, 2], kept.Select(activity => activity.Position - kept[0].Position + 1));
        Same.AsEach(told.Zip(kept, (activity, one) => activity with { Position = one.Position }), kept);
        Same.As(kept[0], (await TrailAsync(first))[0]);
        Same.As(kept[1], (await TrailAsync(second))[0]);
        Same.As(before, await FoundAsync(first));
        Assert.Equal(kept[1].Position, await Store.LastPositionAsync(Owner.Id, Cancellation));
        await Store.RecordAndReleaseAsync(lease, Some.Check(first.Id, Start), Cancellation);
    }

    [Fact]
    public async Task The_first_activity_of_a_group_stays_the_first_however_many_follow()
    {
        var (group, other) = (await AddGroupAsync(), await AddGroupAsync());
        var first = (await TrailAsync(group))[^1];
        await Store.AppendAsync(Owner.Id, [Befallen(group), Befallen(other)], Cancellation);
        await Store.AppendAsync(Owner.Id, [Befallen(group) with { Description = "another" }], Cancellation);

        Same.As(first, await Store.FirstActivityAsync(group.Id, Cancellation));
        Same.As((await TrailAsync(other))[^1], await Store.FirstActivityAsync(other.Id, Cancellation));
        Assert.Null(await Store.FirstActivityAsync(new(A.Id()), Cancellation));
    }

    [Fact]
    public async Task What_befalls_a_group_twice_in_a_row_melts_into_one()
    {
        var group = await AddGroupAsync();
        await Store.AppendAsync(Owner.Id, [Befallen(group)], Cancellation);

        var kept = await Store.AppendAsync(Owner.Id, [Befallen(group) with { LastAt = Start.AddMinutes(1) }], Cancellation);

        Assert.Equal(2, Assert.Single(kept).Count);
        Assert.Equal(2, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task What_befalls_groups_that_do_not_live_or_are_anothers_is_passed_over()
    {
        var (living, archived) = (await AddGroupAsync(), await AddGroupAsync());
        await ArchiveGroupAsync(archived);
        var other = await AddAccountAsync();
        var theirs = await AddGroupAsync(A.Group(await AddTemplateAsync(owner: other)));
        var unknown = A.Group(await AddTemplateAsync());

        var kept = await Store.AppendAsync(
            Owner.Id, [Befallen(archived), Befallen(theirs), Befallen(unknown), Befallen(living)], Cancellation);

        Assert.Equal(living.Id, Assert.Single(kept).Group);
        Assert.DoesNotContain(await TrailAsync(theirs), activity => activity.Type is ActivityType.Error);
        Assert.Empty(await Store.AppendAsync(Owner.Id, [], Cancellation));
    }

    [Fact]
    public async Task A_check_appends_after_what_befell_its_group()
    {
        var group = await AddGroupAsync();
        await Store.AppendAsync(Owner.Id, [Befallen(group)], Cancellation);

        await Store.RecordIdleAsync([Some.Check(group.Id, Start, A.NoOp(group, Start))], sweep: null, Cancellation);
        await Store.AppendAsync(Owner.Id, [Befallen(group)], Cancellation);

        Assert.Equal(
            [ActivityType.Error, ActivityType.NoOp, ActivityType.Error, ActivityType.Change],
            (await TrailAsync(group)).Select(activity => activity.Type));
    }

    [Fact]
    public async Task An_empty_trail_ends_at_zero()
    {
        Assert.Equal(0, await Store.LastPositionAsync(Owner.Id, Cancellation));
        Assert.Empty(await Store.ReadActivitiesAsync(Owner.Id, 0, 10, Cancellation));
        Assert.Empty((await Store.ListActivitiesAsync(new(A.Id()), new(10), Cancellation)).Items);
    }

    [Theory]
    [InlineData(ActivityType.NoOp)]
    [InlineData(ActivityType.Error)]
    [InlineData(ActivityType.Hold)]
    public async Task Repeats_melt_into_one_entry_with_a_new_position(ActivityType type)
    {
        var group = await AddGroupAsync();
        var first = A.Activity(group, type, "again", Start) with { Author = "first", Instance = new("i-1") };
        await IdleAsync(group, first);
        await IdleAsync(group, A.Activity(group, type, "again", Start.AddSeconds(60)));
        var third = await IdleAsync(group, A.Activity(group, type, "again", Start.AddSeconds(120)) with { Count = 5 });

        var expected = first with { Count = 7, LastAt = Start.AddSeconds(120), Position = 4 };
        Same.AsEach([expected], third);
        Same.As(expected, (await TrailAsync(group))[0]);
        Assert.Equal(2, (await TrailAsync(group)).Count);
        Assert.Equal(4, await Store.LastPositionAsync(Owner.Id, Cancellation));
    }

    [Theory]
    [InlineData(ActivityType.Launch)]
    [InlineData(ActivityType.Terminate)]
    [InlineData(ActivityType.Change)]
    public async Task What_does_something_never_melts(ActivityType type)
    {
        var group = await AddGroupAsync();

        await IdleAsync(group, A.Activity(group, type, "again"), A.Activity(group, type, "again"));

        Assert.Equal(3, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task Another_type_status_or_description_breaks_the_run()
    {
        var group = await AddGroupAsync();
        var start = A.Activity(group, ActivityType.Error, "no answer", status: ActivityStatus.Failed);

        await IdleAsync(
            group,
            start,
            start with { Id = new(A.Id()), Status = ActivityStatus.Ambiguous },
            start with { Id = new(A.Id()), Description = "No answer" },
            start with { Id = new(A.Id()), Type = ActivityType.Hold },
            start with { Id = new(A.Id()) });

        Assert.Equal(6, (await TrailAsync(group)).Count);
        Assert.All(await TrailAsync(group), activity => Assert.Equal(1, activity.Count));
    }

    [Fact]
    public async Task An_entry_in_between_breaks_the_run_and_a_new_run_begins_after_it()
    {
        var group = await AddGroupAsync();
        await IdleAsync(group, A.NoOp(group, Start), A.NoOp(group, Start.AddSeconds(1)));
        await UpdateGroupAsync(group);
        await IdleAsync(group, A.NoOp(group, Start.AddSeconds(2)), A.NoOp(group, Start.AddSeconds(3)));

        Assert.Equal(
            [(ActivityType.NoOp, 2), (ActivityType.Change, 1), (ActivityType.NoOp, 2), (ActivityType.Change, 1)],
            (await TrailAsync(group)).Select(activity => (activity.Type, activity.Count)));
    }

    [Fact]
    public async Task Another_groups_entries_do_not_break_a_run()
    {
        var template = await AddTemplateAsync();
        var one = await AddGroupAsync(template);
        var two = await AddGroupAsync(template);
        for (var i = 0; i < 3; i++)
        {
            await IdleAsync(one, A.NoOp(one, Start.AddSeconds(i)));
            await IdleAsync(two, A.NoOp(two, Start.AddSeconds(i)));
        }

        Assert.Equal((3, 7L), ((await TrailAsync(one))[0].Count, (await TrailAsync(one))[0].Position));
        Assert.Equal((3, 8L), ((await TrailAsync(two))[0].Count, (await TrailAsync(two))[0].Position));
    }

    [Fact]
    public async Task Repeats_melt_within_one_record_and_under_a_lease()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        var kept = await Store.RecordAsync(
            lease, Some.Check(group.Id, Start, A.NoOp(group, Start), A.NoOp(group, Start.AddSeconds(1)), A.Activity(group)), Cancellation);

        Assert.Equal([(1, 2L), (2, 3L), (1, 4L)], kept.Select(activity => (activity.Count, activity.Position)));
        Assert.Equal([4L, 3L, 1L], (await TrailAsync(group)).Select(activity => activity.Position));
    }

    [Fact]
    public async Task A_clock_that_went_back_does_not_shorten_a_run()
    {
        var group = await AddGroupAsync();

        await IdleAsync(group, A.NoOp(group, Start.AddMinutes(5)), A.NoOp(group, Start));

        var run = (await TrailAsync(group))[0];
        Assert.Equal((2, Start.AddMinutes(5), Start.AddMinutes(5)), (run.Count, run.FirstAt, run.LastAt));
    }

    [Fact]
    public async Task A_time_with_an_offset_comes_back_as_the_same_instant()
    {
        var group = await AddGroupAsync();

        await IdleAsync(group, A.NoOp(group, Start.ToOffset(TimeSpan.FromHours(5))));

        Assert.Equal(Start, (await TrailAsync(group))[0].FirstAt);
    }

    [Fact]
    public async Task A_reader_sees_an_accounts_entries_oldest_first_from_where_it_stopped()
    {
        var template = await AddTemplateAsync();
        var one = await AddGroupAsync(template);
        var foreign = await AddGroupAsync(await AddTemplateAsync(owner: await AddAccountAsync()));
        var two = await AddGroupAsync(template);
        await IdleAsync(foreign, A.Activity(foreign));
        await IdleAsync(one, A.Activity(one));

        var first = await Store.ReadActivitiesAsync(Owner.Id, 0, 2, Cancellation);
        var rest = await Store.ReadActivitiesAsync(Owner.Id, first[^1].Position, 2, Cancellation);

        Assert.Equal([one.Id, two.Id, one.Id], first.Concat(rest).Select(activity => activity.Group));
        Assert.True(first[0].Position < first[1].Position && first[1].Position < rest[0].Position);
        Assert.Empty(await Store.ReadActivitiesAsync(Owner.Id, rest[0].Position, 2, Cancellation));
        Assert.Equal(rest[0].Position, await Store.LastPositionAsync(Owner.Id, Cancellation));
    }

    [Fact]
    public async Task A_reader_sees_a_run_again_after_a_repeat_melted_into_it()
    {
        var group = await AddGroupAsync();
        await IdleAsync(group, A.NoOp(group, Start));
        var seen = (await Store.ReadActivitiesAsync(Owner.Id, 0, 10, Cancellation))[^1];

        await IdleAsync(group, A.NoOp(group, Start.AddSeconds(1)));

        var news = Assert.Single(await Store.ReadActivitiesAsync(Owner.Id, seen.Position, 10, Cancellation));
        Same.As(seen with { Count = 2, LastAt = Start.AddSeconds(1), Position = seen.Position + 1 }, news);
        Assert.Equal(2, (await Store.ReadActivitiesAsync(Owner.Id, 0, 10, Cancellation)).Length);
    }

    [Fact]
    public async Task A_long_run_costs_one_entry_and_reads_stay_right_all_along()
    {
        var template = await AddTemplateAsync();
        Group[] groups = [await AddGroupAsync(template), await AddGroupAsync(template)];
        for (var i = 0; i < 1500; i += 10)
        {
            await Store.RecordIdleAsync(
                [.. Enumerable.Range(i, 10).SelectMany(_ => groups).Select(group => Some.Check(group.Id, Start, A.NoOp(group, Start)))],
                Cancellation);
        }

        var read = await Store.ReadActivitiesAsync(Owner.Id, 0, 10, Cancellation);

        Assert.Equal([(1L, 1), (2L, 1), (3001L, 1500), (3002L, 1500)], read.Select(entry => (entry.Position, entry.Count)));
        Assert.Equal([3002L], (await Store.ReadActivitiesAsync(Owner.Id, 3001, 10, Cancellation)).Select(entry => entry.Position));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Reading_no_activities_at_all_is_the_callers_mistake(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadActivitiesAsync(Owner.Id, 0, limit, Cancellation));

    private async Task<IReadOnlyList<Activity>> IdleAsync(Group group, params Activity[] activities) =>
        await Store.RecordIdleAsync([Some.Check(group.Id, Start, activities)], Cancellation);

    private Activity Befallen(Core.Groups.Group group) =>
        A.Activity(group, ActivityType.Error, "Nomad unreachable", status: ActivityStatus.Failed);
}

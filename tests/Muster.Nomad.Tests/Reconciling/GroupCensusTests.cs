using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class GroupCensusTests
{
    private static readonly DateTimeOffset Now = SomeGroups.Group(1).CreatedAt.AddHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void A_check_is_missed_when_the_last_one_is_longer_ago_than_interval_and_grace(int secondsAgo, int missed) =>
        Assert.Equal(missed, Count([Record(1, checkedAt: Now.AddSeconds(-secondsAgo))]).Missed);

    [Fact]
    public void A_group_that_was_never_checked_waits_since_it_was_made()
    {
        Assert.Equal(1, Count([Record(1, checkedAt: null)]).Missed);
        Assert.Equal(
            0, GroupCensus.Of([Sweep(Record(1, checkedAt: null))], [], JobUnit.Group, Grace, Now.AddHours(-1).AddMinutes(1)).Missed);
    }

    [Fact]
    public void A_group_that_is_being_checked_misses_nothing()
    {
        var groups = new[] { Record(1, checkedAt: null), Record(2, checkedAt: null), Record(3, checkedAt: null) };

        Assert.Equal(2, Count(
            groups, Child(JobKey.Of(SomeGroups.Id(1)), SeenStatus.Running), Child(JobKey.Of(SomeGroups.Id(2)), SeenStatus.Pending)).Missed);
        Assert.Equal(0, Count(groups, JobUnit.Sweep, Child(JobKey.Of(Sweep().Key), SeenStatus.Running)).Missed);

        // The sweep's check is none of a group that left something on another cloud.
        groups[0] = groups[0] with { EarlierTemplates = [groups[0].Template with { Cloud = "elsewhere" }] };
        Assert.Equal(1, Count(groups, JobUnit.Sweep, Child(JobKey.Of(Sweep().Key), SeenStatus.Running)).Missed);
        Assert.Equal(2, Count(groups, JobUnit.Sweep, Child(JobKey.Of(SomeGroups.Id(1)), SeenStatus.Running)).Missed);
    }

    [Fact]
    public void A_group_is_below_its_level_when_fewer_run_than_there_must_be()
    {
        var groups = new[] { Record(1, Now, running: 2), Record(2, Now, running: 3), Record(3, Now, running: 4) };

        Assert.Equal(1, Count(groups).Below);
        Assert.Equal(
            0, Count([.. groups.Select(record => record with { Group = record.Group with { Phase = GroupPhase.Draining } })]).Below);
    }

    private static GroupCensus Count(GroupRecord[] groups, params SeenJob[] seen) => Count(groups, JobUnit.Group, seen);

    private static GroupCensus Count(GroupRecord[] groups, JobUnit unit, params SeenJob[] seen) =>
        GroupCensus.Of([Sweep(groups)], seen, unit, Grace, Now);

    private static SweepGroups Sweep(params GroupRecord[] groups) => new(new(SomeGroups.Group(1).Account, "local"), [.. groups]);

    private static GroupRecord Record(int number, DateTimeOffset? checkedAt, int running = 3) => new(
        SomeGroups.Group(number) with { Capacity = new() { Desired = 3, Min = 0, Max = 10 } },
        new()
        {
            Id = SomeGroups.Template,
            Account = SomeGroups.Group(1).Account,
            Name = "t",
            Cloud = "local",
            Image = "i",
            CreatedAt = Now,
        },
        new() { Group = SomeGroups.Id(number), CheckedAt = checkedAt, Counts = new() { Running = running } },
        []);

    private static SeenJob Child(JobKey key, SeenStatus status) => new("child", key, "parent", status, IsStopped: false, 1, 1, Now);
}

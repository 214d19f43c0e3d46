using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Templates;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Groups;

public sealed class GroupChangesTests
{
    private const int Limit = 1000;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly ActivityId Entry = new(new Guid("00000000-0000-4000-8000-000000000009"));
    private static readonly ChangeOrigin Alice = new("alice", Now, "the fair");

    private static readonly Template Web = new()
    {
        Id = new(new Guid("00000000-0000-4000-8000-000000000001")),
        Account = new(new Guid("00000000-0000-4000-8000-000000000002")),
        Name = "web",
        Cloud = "local",
        Image = "serve",
        CreatedAt = Now,
    };

    private static readonly Group Shop = GroupChanges.Create(
        new()
        {
            Id = new(new Guid("00000000-0000-4000-8000-000000000003")),
            Account = Web.Account,
            Name = "shop",
            Template = Web,
            Capacity = new() { Desired = 3, Min = 1, Max = 10, Origin = new("alice", Now.AddDays(-1)) },
        },
        Limit, Entry).Group;

    private static readonly int?[] Bounds = [null, -1, 0, 1, Limit - 1, Limit, Limit + 1, int.MinValue, int.MaxValue];

    // Around every bound, and anywhere.
    private static readonly Gen<int?> Numbers = Gen.OneOf(
        Gen.Int[0, Bounds.Length - 1].Select(index => Bounds[index]),
        Gen.Int[-5, Limit + 5].Select(number => (int?)number),
        Gen.Int.Select(number => (int?)number));

    [Fact]
    public void A_new_group_has_its_defaults_and_an_entry_that_tells_of_it()
    {
        var (group, activity) = GroupChanges.Create(
            new() { Id = Shop.Id, Account = Web.Account, Name = "shop", Template = Web, Capacity = new() { Desired = 3, Origin = Alice } },
            Limit,
            Entry);

        Assert.Equal(new Capacity { Desired = 3, Min = 0, Max = Limit }, group.Capacity);
        Assert.Equal((Group.IntervalDefault, ScaleInOrder.Oldest, new Brakes()), (group.Interval, group.ScaleIn, group.Brakes));
        Assert.Equal((1L, Now, Now, GroupPhase.Active), (group.Version, group.CreatedAt, group.UpdatedAt, group.Phase));
        Assert.Equal("created with capacity 3 (0 to 1000) from template web by alice: the fair", activity.Description);
        Assert.Equal(
            (ActivityType.Change, ActivityStatus.Succeeded, "alice", Now),
            (activity.Type, activity.Status, activity.Author, activity.FirstAt));
        Assert.Equal((group.Id, group.Account, Entry), (activity.Group, activity.Account, activity.Id));
    }

    [Fact]
    public void Whatever_capacity_is_asked_for_the_one_in_force_is_within_its_bounds_or_nothing_changes() =>
        Gen.Select(Numbers, Numbers, Numbers).Sample((desired, min, max) =>
        {
            var change = new CapacityChange { Desired = desired, Min = min, Max = max, Origin = Alice };
            try
            {
                var capacity = GroupChanges.SetCapacity(Shop, change, Limit, Entry).Group.Capacity;
                return 0 <= capacity.Min && capacity.Min <= capacity.Desired && capacity.Desired <= capacity.Max && capacity.Max <= Limit
                    && capacity.Desired == (desired ?? 3) && capacity.Min == (min ?? 1) && capacity.Max == (max ?? 10);
            }
            catch (InputException refused)
            {
                var (wantedDesired, wantedMin, wantedMax) = (desired ?? 3, min ?? 1, max ?? 10);
                var isGood = 0 <= wantedMin && wantedMin <= wantedDesired && wantedDesired <= wantedMax && wantedMax <= Limit
                    && (desired, min, max) != (null, null, null);
                return !isGood && !refused.Errors.IsEmpty;
            }
        });

    [Theory]
    [InlineData(5, null, null, "capacity 3 → 5 by alice: the fair")]
    [InlineData(3, null, null, "capacity stays 3 by alice: the fair")]
    [InlineData(0, 0, null, "capacity 3 → 0 (min 1 → 0) by alice: the fair")]
    [InlineData(null, 2, 20, "capacity stays 3 (min 1 → 2, max 10 → 20) by alice: the fair")]
    public void A_capacity_change_tells_what_changed_by_whom_and_why(int? desired, int? min, int? max, string description)
    {
        var (group, activity) = GroupChanges.SetCapacity(
            Shop, new() { Desired = desired, Min = min, Max = max, Origin = Alice }, Limit, Entry);

        Assert.Equal(description, activity.Description);
        Assert.Equal((2L, Now), (group.Version, group.UpdatedAt));
        Assert.Equal(Shop.CreatedAt, group.CreatedAt);
    }

    [Fact]
    public void A_group_from_before_the_limit_was_lowered_may_shrink_but_not_grow()
    {
        var big = Shop with { Capacity = new() { Desired = 80, Min = 0, Max = 100 } };

        Assert.Equal(20, GroupChanges.SetCapacity(big, new() { Desired = 20, Origin = Alice }, limit: 50, Entry).Group.Capacity.Desired);
        var refused = Assert.Throws<InputException>(
            () => GroupChanges.SetCapacity(big, new() { Desired = 60, Origin = Alice }, limit: 50, Entry));
        Assert.Equal(
            ("desired", "at most 50, this installation's limit"), (refused.Errors.Single().Field, refused.Errors.Single().Allowed));
    }

    [Fact]
    public void What_the_caller_found_wrong_is_told_together_with_what_the_rules_find()
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        errors.Add(new("template", "nothing", "a living template"));

        var refused = Assert.Throws<InputException>(() => GroupChanges.Create(
            new()
            {
                Id = Shop.Id,
                Account = Shop.Account,
                Name = "",
                Capacity = new() { Origin = Alice },
                ScaleIn = "best",
                IntervalSeconds = double.NaN,
            },
            Limit, Entry, errors));

        Assert.Equal(["template", "name", "capacity.desired", "interval_s", "scale_in"], refused.Errors.Select(error => error.Field));
    }

    [Theory]
    [InlineData(3600, true)]
    [InlineData(604_800.5, true)]
    [InlineData(315_360_000, true)]
    [InlineData(0, true)]
    [InlineData(3599.9, false)]
    [InlineData(315_360_001, false)]
    [InlineData(-1, false)]
    [InlineData(1e300, false)]
    [InlineData(double.NaN, false)]
    public void A_lifetime_is_an_hour_to_ten_years_or_none(double seconds, bool isGood)
    {
        var edit = new GroupEdit { LifetimeMaxSeconds = seconds, Origin = Alice };
        var before = Shop with { LifetimeMax = TimeSpan.FromDays(2) };

        if (isGood)
        {
            var change = GroupChanges.Update(before, Web, edit, Entry);
            Assert.Equal(seconds == 0 ? null : TimeSpan.FromSeconds(seconds), change.Group.LifetimeMax);
            Assert.StartsWith("lifetime_max 2d → ", change.Activity.Description, StringComparison.Ordinal);
            var renamed = GroupChanges.Update(change.Group, Web, new() { Name = "b", Origin = Alice }, Entry);
            Assert.Equal(change.Group.LifetimeMax, renamed.Group.LifetimeMax);
        }
        else
        {
            var error = Assert.Single(Assert.Throws<InputException>(() => GroupChanges.Update(before, Web, edit, Entry)).Errors);
            Assert.Equal("lifetime_max_s", error.Field);
        }
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(3600, true)]
    [InlineData(59.5, true)]
    [InlineData(4.999, false)]
    [InlineData(3600.001, false)]
    [InlineData(-1, false)]
    [InlineData(1e300, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void An_interval_is_five_seconds_to_an_hour(double seconds, bool isGood)
    {
        var edit = new GroupEdit { IntervalSeconds = seconds, Origin = Alice };

        if (isGood)
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), GroupChanges.Update(Shop, Web, edit, Entry).Group.Interval);
        }
        else
        {
            Assert.Equal(
                "interval_s", Assert.Throws<InputException>(() => GroupChanges.Update(Shop, Web, edit, Entry)).Errors.Single().Field);
        }
    }

    [Fact]
    public void An_update_that_changes_nothing_says_so_and_still_counts() => Assert.Equal(
        ("updated without a difference by alice: the fair", 2),
        GroupChanges.Update(Shop, Web, new() { Name = "shop", Template = Web, Origin = Alice }, Entry) is var change
            ? (change.Activity.Description, change.Group.Version) : default);

    [Fact]
    public void Brakes_keep_to_their_ranges_and_what_is_not_named_stays()
    {
        var braked = GroupChanges.Update(
            Shop,
            Web,
            new() { Brakes = new() { LaunchesInFlightMax = 100, TerminationsPerHourMax = 10_000 }, Origin = Alice },
            Entry).Group;
        Assert.Equal(new Brakes { LaunchesInFlightMax = 100, TerminationsPerHourMax = 10_000 }, braked.Brakes);

        var refused = Assert.Throws<InputException>(() => GroupChanges.Update(Shop, Web, new()
        {
            Brakes = new()
            {
                LaunchesInFlightMax = 101,
                LaunchesPerCheckMax = 0,
                TerminationsPerCheckMax = 1001,
                LaunchesPerHourMax = 10_001,
                TerminationsPerHourMax = -1,
            },
            Origin = Alice,
        }, Entry));
        Assert.Equal(5, refused.Errors.Length);
        Assert.All(refused.Errors, error => Assert.StartsWith("brakes.", error.Field, StringComparison.Ordinal));
    }

    [Fact]
    public void Suspensions_add_up_and_are_taken_back_one_by_one()
    {
        var (group, activity) = GroupChanges.Suspend(Shop with { Suspended = Suspension.Launch }, Suspension.Replace, Alice, Entry);
        Assert.Equal(Suspension.Launch | Suspension.Replace, group.Suspended);
        Assert.Equal("suspended replace by alice: the fair", activity.Description);

        (group, activity) = GroupChanges.Resume(group, Suspension.Launch | Suspension.Terminate, Alice, Entry);
        Assert.Equal(Suspension.Replace, group.Suspended);
        Assert.Equal("resumed launch, terminate by alice: the fair", activity.Description);
        Assert.Equal(
            "suspended",
            Assert.Throws<InputException>(() => GroupChanges.Suspend(Shop, Suspension.None, Alice, Entry)).Errors.Single().Field);
    }

    [Fact]
    public void A_deleted_group_drains_unless_its_instances_are_kept()
    {
        var draining = GroupChanges.Delete(Shop, keepInstances: false, Alice, Entry).Group;
        Assert.Equal((GroupPhase.Draining, null, 0), (draining.Phase, draining.ArchivedAt, draining.Level()));

        var kept = GroupChanges.Delete(Shop, keepInstances: true, Alice, Entry).Group;
        Assert.Equal((GroupPhase.Archived, (DateTimeOffset?)Now), (kept.Phase, kept.ArchivedAt));
        Assert.Equal(GroupPhase.Archived, GroupChanges.Delete(draining, keepInstances: true, Alice, Entry).Group.Phase);
    }

    [Fact]
    public void A_draining_group_takes_suspensions_alone_and_an_archived_one_nothing()
    {
        var draining = Shop with { Phase = GroupPhase.Draining };
        var archived = Shop with { Phase = GroupPhase.Archived };

        Assert.Equal(Suspension.Terminate, GroupChanges.Suspend(draining, Suspension.Terminate, Alice, Entry).Group.Suspended);
        foreach (var change in new Func<Group, GroupChange>[]
        {
            group => GroupChanges.SetCapacity(group, new() { Desired = 3, Origin = Alice }, Limit, Entry),
            group => GroupChanges.Update(group, Web, new() { Name = "x", Origin = Alice }, Entry),
        })
        {
            Assert.Throws<InputException>(() => change(draining));
            Assert.Throws<InputException>(() => change(archived));
        }

        Assert.Throws<InputException>(() => GroupChanges.Suspend(archived, Suspension.All, Alice, Entry));
        Assert.Throws<InputException>(() => GroupChanges.Delete(archived, keepInstances: true, Alice, Entry));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\u001b[31m")]
    public void A_reason_cannot_pose_as_something_else_in_a_log_or_terminal(string reason) => Assert.Equal(
        "reason",
        Assert.Throws<InputException>(
            () => GroupChanges.SetCapacity(Shop, new() { Desired = 3, Origin = Alice with { Reason = reason } }, Limit, Entry))
            .Errors.Single().Field);

    [Fact]
    public void A_reason_of_nothing_but_spaces_is_none() => Assert.Equal(
        "capacity 3 → 4 by alice",
        GroupChanges.SetCapacity(Shop, new() { Desired = 4, Origin = Alice with { Reason = "  " } }, Limit, Entry).Activity.Description);
}

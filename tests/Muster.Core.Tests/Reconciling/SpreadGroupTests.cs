using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

/// <summary>One group over several clouds: how it is spread, and what becomes of it when one of them fails and comes back.</summary>
public sealed class SpreadGroupTests
{
    private static readonly CallFate OutOfStock = new() { Refusal = new(CloudErrorKind.OutOfStock, "none left") };

    private static readonly CallFate Away = new() { Refusal = new(CloudErrorKind.Unavailable, "no route to host") };

    [Fact]
    public void An_ordered_group_fills_the_first_and_then_the_next()
    {
        var bed = new SpreadBed("a", "b", "c");
        bed.Run(async () =>
        {
            await bed.AddAsync(6, SpreadBed.On("a", max: 4), SpreadBed.On("b"), SpreadBed.On("c"));
            await bed.PassAsync(5);
            Assert.Equal("4 2 0", bed.Alive);

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });
            await bed.PassAsync(5);
            Assert.Equal("3 0 0", bed.Alive);

            await bed.PassAsync(60);
            Assert.Equal(GroupCondition.Healthy, (await bed.StateAsync()).Condition);
            Assert.Empty(bed.Failures);
        });
    }

    [Fact]
    public void A_balanced_group_is_spread_evenly_and_replaces_the_dead_where_they_lived()
    {
        var bed = new SpreadBed("a", "b", "c");
        bed.Run(async () =>
        {
            await bed.AddAsync(7, Balanced("a", "b", "c"));
            await bed.PassAsync(5);
            Assert.Equal("3 2 2", bed.Alive);

            bed.Break("b", bed.CloudOf("b").Instances[0]);
            await bed.PassAsync(90);
            Assert.Equal("3 2 2", bed.Alive);
        });
    }

    [Fact]
    public void What_one_refuses_for_want_of_stock_is_launched_in_the_next_within_the_same_check()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnLaunch = _ => OutOfStock;
        bed.Run(async () =>
        {
            await bed.AddAsync(6, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(1);

            // One check, and of the first cloud's calls only those that were in flight when it said no.
            Assert.Equal("0 6", bed.Alive);
            Assert.InRange(bed["a"].Launches, 1, 6);
            Assert.Equal(6, bed["b"].Launches);
            await bed.PassAsync(1);
            var state = await bed.StateAsync();
            Assert.Equal(GroupCondition.Healthy, state.Condition);
            Assert.Equal(6, state.Of("a").Owed);
        });
    }

    [Fact]
    public void Members_move_home_in_batches_when_the_stock_is_back()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnLaunch = _ => OutOfStock;
        bed.Run(async () =>
        {
            await bed.AddAsync(10, new Layout
            {
                Placements = [SpreadBed.On("a"), SpreadBed.On("b")],
                Surge = new(3, IsPercent: false),
            });
            await bed.PassAsync(60);
            Assert.Equal("0 10", bed.Alive);

            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(5 * 60);
            Assert.Equal("0 10", bed.Alive);

            var most = 0;
            for (var second = 0; second < 40 * 60 && bed.Alive != "10 0"; second++)
            {
                await bed.PassAsync(1);
                most = Math.Max(
                    most, bed.Alive.Split(' ').Sum(count => int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)));
            }

            Assert.Equal("10 0", bed.Alive);
            Assert.InRange(most, 11, 13);
            Assert.Equal(0, (await bed.StateAsync()).Of("a").Owed);
            await bed.PassAsync(30 * 60);
            Assert.Equal("10 0", bed.Alive);
        });
    }

    [Fact]
    public void Who_stays_until_one_at_home_is_up_is_told_as_that()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].Lives = [new(TimeSpan.Zero, InstanceState.Provisioning)];
        bed.Run(async () =>
        {
            await bed.AddAsync(1, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(10);
            bed["a"].OnPage = () => Away;
            await bed.PassAsync(4 * 60);
            Assert.Equal("1 1", bed.Alive);
            bed["a"].OnPage = () => CallFate.Good;
            await bed.PassAsync(60);

            Assert.Equal("1 1", bed.Alive);
            var told = (await bed.TrailAsync()).Where(activity => activity.Type is ActivityType.Hold).ToList();
            Assert.Contains(told, activity => activity.Description.Contains(
                "1 too many here, kept until as many run elsewhere", StringComparison.Ordinal));
            Assert.DoesNotContain(told, activity => activity.Description.Contains("protected", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Moves_that_the_launch_brake_holds_back_do_not_count_against_the_hour()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnLaunch = _ => OutOfStock;
        bed.Run(async () =>
        {
            await bed.AddAsync(8, new Layout
            {
                Placements = [SpreadBed.On("a"), SpreadBed.On("b")],
                Surge = new(100, IsPercent: true),
            });
            await bed.PassAsync(60);
            Assert.Equal("0 8", bed.Alive);

            await bed.ChangeAsync(group => group with { Brakes = group.Brakes with { LaunchesPerCheckMax = 1 } });
            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(40 * 60);
            Assert.Equal("8 0", bed.Alive);
        });
    }

    [Fact]
    public void Members_move_home_without_the_wait_once_a_person_has_restored_the_placement()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnLaunch = _ => OutOfStock;
        bed.Run(async () =>
        {
            await bed.AddAsync(6, new Layout
            {
                Placements = [SpreadBed.On("a"), SpreadBed.On("b")],
                Surge = new(3, IsPercent: false),
                ReturnAfter = TimeSpan.FromHours(2),
            });
            await bed.PassAsync(60);
            await bed.ChangeAsync(group => group with { Evacuations = new([new("a", IgnoresDead: false, bed.Now)]) });
            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(60);
            Assert.Equal("0 6", bed.Alive);

            await bed.ChangeAsync(group => group with { Evacuations = Evacuations.None });
            await bed.PassAsync(15 * 60);
            Assert.Equal("6 0", bed.Alive);
        });
    }

    [Fact]
    public void A_cloud_that_is_away_holds_its_places_and_the_others_go_on()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(4, Balanced("a", "b"));
            await bed.PassAsync(70);
            Assert.Equal("2 2", bed.Alive);

            bed["a"].OnPage = () => Away;
            bed["a"].OnLaunch = _ => Away;
            bed.Break("b", bed.CloudOf("b").Instances[0]);
            await bed.PassAsync(80);

            Assert.Equal("2 2", bed.Alive);
            Assert.Equal(GroupCondition.Degraded, (await bed.StateAsync()).Condition);
            Assert.Contains("cannot look at a", (await bed.StateAsync()).Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_cloud_that_stays_away_is_made_up_for_in_batches_and_its_own_are_kept_when_it_is_back()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(8, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(70);
            Assert.Equal("8 0", bed.Alive);

            bed["a"].OnPage = () => Away;
            bed["a"].OnLaunch = _ => Away;
            await bed.PassAsync(10 * 60);
            Assert.Equal("8 8", bed.Alive);

            bed["a"].OnPage = () => CallFate.Good;
            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(5 * 60);
            Assert.Equal("8 0", bed.Alive);
        });
    }

    [Fact]
    public void What_ended_while_its_cloud_was_away_moves_home_when_that_is_back()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(4, SpreadBed.On("a", max: 3), SpreadBed.On("b"));
            await bed.PassAsync(70);
            Assert.Equal("3 1", bed.Alive);

            bed["a"].OnPage = () => Away;
            bed["a"].OnLaunch = _ => Away;
            foreach (var instance in bed.CloudOf("a").Instances)
            {
                bed.Break("a", instance);
            }

            await bed.PassAsync(10 * 60);
            Assert.Equal("0 4", bed.Alive);
            Assert.Equal(3, (await bed.StateAsync()).Of("a").Owed);

            bed["a"].OnPage = () => CallFate.Good;
            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(30 * 60);

            Assert.Equal("3 1", bed.Alive);
            Assert.Equal(0, (await bed.StateAsync()).Of("a").Owed);
        });
    }

    [Fact]
    public void With_spilling_off_what_cannot_be_seen_keeps_its_places_for_ever()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(4, new Layout { Placements = [SpreadBed.On("a"), SpreadBed.On("b")], SpillAfter = null });
            await bed.PassAsync(70);
            bed["a"].OnPage = () => Away;
            await bed.PassAsync(3600);

            Assert.Equal("4 0", bed.Alive);
        });
    }

    [Fact]
    public void A_cloud_that_dies_whole_is_replaced_elsewhere_in_batches()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(8, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(70);
            foreach (var instance in bed.CloudOf("a").Instances)
            {
                bed.Break("a", instance);
            }

            bed["a"].OnLaunch = _ => OutOfStock;
            var seen = new List<string>();
            for (var second = 0; second < 600; second++)
            {
                await bed.PassAsync(1);
                if (seen.Count == 0 || seen[^1] != bed.Alive)
                {
                    seen.Add(bed.Alive);
                }
            }

            Assert.Equal("0 8", bed.Alive);
            Assert.Contains("0 2", seen);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_lagging_listing_hid_just_before_its_cloud_went_away_holds_its_places(bool isPlacedAnew)
    {
        var bed = new SpreadBed(TimeSpan.FromSeconds(60), "a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(2, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(1);
            Assert.Equal("2 0", bed.Alive);

            bed["a"].OnPage = () => new() { Lag = TimeSpan.FromSeconds(50) };
            await bed.ChangeAsync(group => group with { Interval = TimeSpan.FromSeconds(50) });
            await bed.PassAsync(1);
            Assert.Equal((2, 0), ((await bed.StateAsync()).Counts.Pending, (await bed.StateAsync()).Counts.Running));

            bed["a"].OnPage = () => Away;
            bed["a"].OnLaunch = _ => Away;
            await bed.ChangeAsync(group => isPlacedAnew
                ? group with { Layout = new Layout { Placements = [SpreadBed.On("b")] } }
                : group with { Interval = TimeSpan.FromSeconds(60) });
            await bed.PassAsync(60);
            Assert.Equal("2 0", bed.Alive);
        });
    }

    [Fact]
    public void The_trail_says_in_which_placement_each_was_launched_and_ended()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(2, SpreadBed.On("a", max: 1), SpreadBed.On("b"));
            await bed.PassAsync(10);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 1 } });
            await bed.PassAsync(10);

            var told = (await bed.TrailAsync()).Select(one => one.Description).ToList();
            Assert.Single(told, one => Says(one, "launched", "a: 1 wanted"));
            Assert.Single(told, one => Says(one, "launched", "b: 1 wanted"));
            Assert.Single(told, one => Says(one, "terminated", "b: 0 wanted"));
        });

        static bool Says(string told, string what, string why) =>
            told.StartsWith(what, StringComparison.Ordinal) && told.Contains($": {why}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_template_spills_and_stays_degraded()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnLaunch = _ => new() { Refusal = new(CloudErrorKind.InvalidRequest, "no such image") };
        bed.Run(async () =>
        {
            await bed.AddAsync(3, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(10);

            Assert.Equal("0 3", bed.Alive);
            Assert.Equal(GroupCondition.Degraded, (await bed.StateAsync()).Condition);
        });
    }

    [Fact]
    public void A_bad_template_where_nobody_belongs_is_told_of_the_placement_alone()
    {
        var bed = new SpreadBed("a", "b", "c");
        bed["a"].OnLaunch = _ => OutOfStock;
        bed["b"].OnLaunch = _ => new() { Refusal = new(CloudErrorKind.InvalidRequest, "no such image") };
        bed.Run(async () =>
        {
            await bed.AddAsync(3, SpreadBed.On("a"), SpreadBed.On("b"), SpreadBed.On("c"));
            await bed.PassAsync(60);
            Assert.Equal("0 0 3", bed.Alive);

            bed["a"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(60 * 60);
            Assert.Equal("3 0 0", bed.Alive);
            var state = await bed.StateAsync();
            Assert.Equal(GroupCondition.Healthy, state.Condition);
            Assert.Equal(GroupCondition.Degraded, state.Of("b").Condition);
            Assert.Contains("no such image", state.Of("b").Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_placement_that_a_person_wants_empty_is_left_with_others_launched_first_and_filled_again_when_restored()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(6, Balanced("a", "b") with { Surge = new(1, IsPercent: false) });
            await bed.PassAsync(70);
            Assert.Equal("3 3", bed.Alive);

            await bed.ChangeAsync(group => group with { Evacuations = new([new("a", IgnoresDead: false, bed.Now)]) });
            var least = 6;
            for (var second = 0; second < 600 && bed.Alive != "0 6"; second++)
            {
                await bed.PassAsync(1);
                least = Math.Min(least, bed.Alive.Split(' ').Sum(count => count[0] - '0'));
            }

            Assert.Equal("0 6", bed.Alive);
            Assert.Equal(6, least);
            await bed.ChangeAsync(group => group with { Evacuations = Evacuations.None });
            await bed.PassAsync(40 * 60);
            Assert.Equal("3 3", bed.Alive);
        });
    }

    [Fact]
    public void Changing_placements_moves_nothing_and_what_is_outside_of_them_counts_where_it_lives()
    {
        var bed = new SpreadBed("a", "b");
        bed.Run(async () =>
        {
            await bed.AddAsync(4, SpreadBed.On("a"));
            await bed.PassAsync(70);
            Assert.Equal("4 0", bed.Alive);

            await bed.ChangeAsync(group => group with { Layout = new() { Placements = [SpreadBed.On("b")] } });
            await bed.PassAsync(180);
            Assert.Equal("4 0", bed.Alive);

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 6 } });
            await bed.PassAsync(60);
            Assert.Equal("4 2", bed.Alive);

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });
            await bed.PassAsync(60);
            Assert.Equal("1 2", bed.Alive);
        });
    }

    [Fact]
    public void A_group_that_is_deleted_ends_everywhere_it_lives_or_lived()
    {
        var bed = new SpreadBed("a", "b", "c");
        bed.Run(async () =>
        {
            await bed.AddAsync(4, SpreadBed.On("a", max: 2), SpreadBed.On("b"));
            await bed.PassAsync(70);
            await bed.ChangeAsync(group => group with { Layout = new() { Placements = [SpreadBed.On("c")] } });
            await bed.PassAsync(70);
            Assert.Equal("2 2 0", bed.Alive);

            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(120);
            Assert.Equal("0 0 0", bed.Alive);
            Assert.Equal(GroupPhase.Archived, (await bed.RecordAsync()).Group.Phase);
        });
    }

    [Theory]
    [InlineData(3, "1 finds no room (")]
    [InlineData(5, "3 find no room (")]
    public void No_placement_is_launched_beyond_its_most_and_what_finds_no_room_is_said(int desired, string expected)
    {
        var bed = new SpreadBed("a", "b");
        bed["b"].OnLaunch = _ => OutOfStock;
        bed.Run(async () =>
        {
            await bed.AddAsync(desired, SpreadBed.On("a", max: 2), SpreadBed.On("b"));
            await bed.PassAsync(10);

            Assert.Equal("2 0", bed.Alive);
            var state = await bed.StateAsync();
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains(expected, state.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Who_is_missing_while_a_cloud_is_away_for_a_moment_is_waited_for()
    {
        var bed = new SpreadBed("a", "b");
        bed["a"].OnPage = () => Away;
        bed.Run(async () =>
        {
            await bed.AddAsync(2, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(60);
            Assert.Equal("0 0", bed.Alive);

            bed["a"].OnPage = () => CallFate.Good;
            await bed.PassAsync(60);
            Assert.Equal("2 0", bed.Alive);
        });
    }

    private static Layout Balanced(params ReadOnlySpan<string> clouds) => new()
    {
        Distribution = DistributionKind.Balanced,
        Placements = [.. clouds.ToArray().Select(cloud => SpreadBed.On(cloud))],
    };
}

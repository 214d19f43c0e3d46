using CsCheck;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Claims;

public sealed class SchedulesTests
{
    // Some.Now is a Friday at noon, UTC.
    private static readonly Schedule Office = new()
    {
        Zone = "UTC",
        Windows = [new("Mon-Fri 08:00-18:00")],
        Inside = new(Min: 3, Max: null, Floor: null),
        Outside = new(Min: null, Max: 0, Floor: null),
    };

    private static readonly DateTimeOffset Evening = Some.Now.AddHours(8);

    [Fact]
    public void Work_hours_raise_the_level_and_the_night_takes_it_to_zero()
    {
        var group = Some.Group(1, 0, 10);

        Assert.Equal(
            new(3, 3, 10, "office", "office: inside Mon-Fri 08:00-18:00 UTC", Some.Now.AddHours(6)), Settle(group, Some.Now, Office));
        Assert.Equal(
            new(0, 0, 0, "office", "office: outside Mon-Fri 08:00-18:00 UTC", Some.Now.AddHours(68)), Settle(group, Evening, Office));
    }

    [Fact]
    public void The_persons_own_bounds_stay_the_outermost()
    {
        Assert.Equal(2, Settle(Some.Group(2, 0, 2), Some.Now, Office).Desired);
        Assert.Equal(1, Settle(Some.Group(2, 1, 2), Evening, Office).Desired);
    }

    [Fact]
    public void A_floor_gives_way_to_what_holds_the_group_down()
    {
        var floor = Office with { Inside = new(Min: null, Max: null, Floor: 5), Outside = Frame.Open };
        var group = Some.Group(1, 0, 10);

        Assert.Equal((5, 0, "office"),
            (Settle(group, Some.Now, floor).Desired, Settle(group, Some.Now, floor).Min, Settle(group, Some.Now, floor).Source));
        var held = new Claim { Source = "quota", Max = 2, Reason = "spent", Since = Some.Now };
        Assert.Equal(2, Settlement.Of(group, [held], [new("office", floor)], Some.Now).Desired);
        Assert.Equal((7, Claim.Person),
            (Settle(Some.Group(7, 0, 10), Some.Now, floor).Desired, Settle(Some.Group(7, 0, 10), Some.Now, floor).Source));
    }

    [Fact]
    public void A_claim_of_steering_is_its_policys()
    {
        var claim = new Claim
        {
            Source = Claim.Steering, Author = "cpu", Desired = 7, Reason = "target cpu: 82 of 60 on 5 instances → 7", Since = Some.Now,
        };

        var settled = Settlement.Of(Some.Group(5, 0, 10), [claim], Some.Now);

        Assert.Equal((7, "cpu", "cpu: target cpu: 82 of 60 on 5 instances → 7"), (settled.Desired, settled.Source, settled.Why));
    }

    [Fact]
    public void While_a_persons_word_is_held_policies_and_schedules_say_nothing()
    {
        var until = Evening.AddHours(2);
        var group = Some.Group(4, 0, 10) with { HeldUntil = until };
        var claim = new Claim { Source = Claim.Steering, Author = "cpu", Desired = 7, Reason = "busy", Since = Some.Now.AddHours(1) };

        Assert.Equal(new(4, 0, 10, Claim.Person, null, until), Settlement.Of(group, [claim], [new("office", Office)], Evening));
        Assert.Equal("office", Settlement.Of(group, [claim], [new("office", Office)], until).Source);
    }

    [Fact]
    public void A_schedule_is_followed_by_its_mode()
    {
        var record = new GroupRecord(Some.Group(1, 0, 10), Some.Template(), Some.State(), []);

        Assert.Equal((3, 0), (Level(PolicyMode.On, Some.Now), Level(PolicyMode.On, Evening)));
        Assert.Equal((3, 1), (Level(PolicyMode.GrowOnly, Some.Now), Level(PolicyMode.GrowOnly, Evening)));
        Assert.Equal((1, 1), (Level(PolicyMode.Recommend, Some.Now), Level(PolicyMode.Recommend, Evening)));
        Assert.Equal((1, 1), (Level(PolicyMode.Off, Some.Now), Level(PolicyMode.Off, Evening)));

        int Level(PolicyMode mode, DateTimeOffset at) =>
            (record with { Policies = [Steering.Readings.Policy(new PolicyRule.Calendar(Office), mode, "office")] }).SettleAt(at).Desired;
    }

    [Fact]
    public void A_group_that_follows_no_schedule_is_settled_as_before() =>
        Assert.Equal(
            new(1, 0, 10, Claim.Person, null, null),
            new GroupRecord(Some.Group(1, 0, 10) with { HeldUntil = Evening }, Some.Template(), Some.State(), []).SettleAt(Some.Now));

    [Fact]
    public void Whatever_schedules_say_the_level_stays_within_the_persons_bounds_and_until_it_changes_as_it_is() =>
        Gen.Select(Frames, Frames, Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 14 * 24 * 60]).Sample((inside, outside, min, spread, minutes) =>
        {
            var now = Some.Now.AddMinutes(minutes);
            NamedSchedule[] both =
            [
                new("a", Office with { Inside = inside, Outside = outside }),
                new("b", Office with { Windows = [new("daily 17:00-07:00")], Inside = outside, Outside = inside }, OnlyRaises: true),
            ];
            var group = Some.Group(min, min, min + spread);
            var settled = Settlement.Of(group, [], [.. both], now);
            var last = settled.ChangesAt?.AddTicks(-1) ?? now.AddDays(30);
            return settled.Desired >= min && settled.Desired <= min + spread
                && settled == Settlement.Of(group, [], [.. both.Reverse()], now)
                && settled == Settlement.Of(group, [], [.. both], last);
        });

    private static readonly Gen<Frame> Frames = Gen.Select(Gen.Int[-1, 12], Gen.Int[-1, 12], Gen.Int[-1, 12]).Select((min, max, floor) =>
        new Frame(min < 0 ? null : min, max < 0 ? null : max, floor < 0 ? null : floor));

    private static Settlement Settle(Group group, DateTimeOffset at, Schedule schedule) =>
        Settlement.Of(group, [], [new("office", schedule)], at);
}

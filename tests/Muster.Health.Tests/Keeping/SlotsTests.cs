using CsCheck;

using Muster.Health.Keeping;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Keeping;

public sealed class SlotsTests
{
    private static readonly Gen<TimeSpan> Times = Gen.Long[0, TimeSpan.FromDays(400).Ticks].Select(TimeSpan.FromTicks);
    private static readonly Gen<TimeSpan> Intervals =
        Gen.Long[TimeSpan.FromSeconds(1).Ticks, TimeSpan.FromHours(1).Ticks].Select(TimeSpan.FromTicks);

    [Fact]
    public void The_next_time_is_within_an_interval() =>
        Gen.Select(Times, Intervals, Gen.Double[0, 0.999]).Sample((from, interval, place) =>
        {
            var next = Slots.From(from, interval, place);
            return next >= from - TimeSpan.FromTicks(2) && next - from <= interval + TimeSpan.FromTicks(2);
        });

    [Fact]
    public void From_one_to_the_next_it_is_an_interval_however_late_the_one_was_within_it() =>
        Gen.Select(Times, Intervals, Gen.Double[0, 0.999], Gen.Double[0, 1.9]).Sample((from, interval, place, late) =>
        {
            var due = Slots.From(from, interval, place);
            var next = Slots.After(due, due + (interval * late), interval, place);
            return (next - due - interval).Duration() < TimeSpan.FromMilliseconds(1);
        });

    [Fact]
    public void What_was_missed_is_not_made_up_for() =>
        Gen.Select(Times, Intervals, Gen.Double[0, 0.999], Gen.Double[2.1, 1000]).Sample((from, interval, place, late) =>
        {
            var due = Slots.From(from, interval, place);
            var now = due + (interval * late);
            return Slots.After(due, now, interval, place) >= now - TimeSpan.FromMilliseconds(1);
        });

    [Fact]
    public void Instances_with_ids_alike_are_spread_evenly()
    {
        var tenths = Enumerable.Range(0, 10_000).Select(number => (int)(Slots.PlaceOf(Some.Id(number)) * 10)).CountBy(tenth => tenth);

        Assert.All(tenths, tenth => Assert.InRange(tenth.Value, 900, 1100));
    }
}

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Core.Traffic;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Keeping;

/// <summary>What a group's trail and the log say of a source that does not do what the group needs.</summary>
public sealed class AlarmTests
{
    private static readonly GroupRecord Web = Some.Record(new TrafficUses([Some.Use()]), Some.Through("edge"));

    private readonly FakeSource _source = new();
    private readonly FakeTimeProvider _time = new(Some.Now);
    private int _looks;

    [Fact]
    public async Task The_trail_tells_the_end_as_well_as_the_beginning()
    {
        await using var bed = TrafficBed.Of(_source, time: _time);
        await FailAsync(bed, "nobody listens");

        _source.Failure = null;
        await UntilAsync(bed, () => bed.Store.Told.Count == 2, "the end is told");

        Assert.Equal(
            [
                (ActivityType.Error, ActivityStatus.Failed, "traffic source edge: nobody listens"),
                (ActivityType.Change, ActivityStatus.Succeeded, "traffic source edge does what the group needs again"),
            ],
            bed.Store.Told.Select(one => (one.Type, one.Status, one.Description)));
        Assert.Equal(["web1 edge alarm: nobody listens", "web1 edge alarm over"], Alarms(bed));
    }

    [Fact]
    public async Task Another_reason_is_told_but_not_more_than_one_a_minute()
    {
        await using var bed = TrafficBed.Of(_source, time: _time);
        await FailAsync(bed, "nobody listens");

        for (var number = 1; number <= 3; number++)
        {
            _source.Failure = new(TrafficErrorKind.Refused, $"the token is refused, request {number}");
            await LookAsync(bed);
        }

        Assert.Single(bed.Store.Told);

        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(bed, () => bed.Store.Told.Count > 1, "the other reason is told");
        await LookAsync(bed);

        Assert.Equal(
            ["traffic source edge: nobody listens", "traffic source edge: the token is refused, request 3"],
            bed.Store.Told.Select(one => one.Description));
        Assert.Equal(
            ["web1 edge alarm: nobody listens", "web1 edge alarm: the token is refused, request 3"], Alarms(bed));
    }

    [Fact]
    public async Task A_source_that_comes_and_goes_does_not_fill_the_trail()
    {
        await using var bed = TrafficBed.Of(_source, time: _time);
        await FailAsync(bed, "nobody listens");
        for (var turn = 1; turn <= 3; turn++)
        {
            _source.Failure = null;
            await UntilAsync(bed, () => bed.Keeper.Figures.SourcesDown == 0, "it is up");
            _source.Failure = new(TrafficErrorKind.Unavailable, "nobody listens");
            await UntilAsync(bed, () => bed.Keeper.Figures.SourcesDown == 1, "it is down");
        }

        await LookAsync(bed);
        Assert.Equal(2, bed.Store.Told.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(bed, () => bed.Store.Told.Count == 3, "that it is down again is told in time");
        Assert.Equal("traffic source edge: nobody listens", bed.Store.Told[2].Description);
    }

    private async Task FailAsync(TrafficBed bed, string why)
    {
        _source.Listing = () => Interlocked.Increment(ref _looks);
        bed.Store.Put(Web);
        _source.Failure = new(TrafficErrorKind.Unavailable, why);
        bed.Saw(Web, Some.Instance(1));
        await UntilAsync(bed, () => bed.Store.Told.Count == 1, "the failure is told");
    }

    /// <summary>Waits until a look that began after this is over.</summary>
    private Task LookAsync(TrafficBed bed)
    {
        var before = Volatile.Read(ref _looks);
        return UntilAsync(bed, () => Volatile.Read(ref _looks) > before + 2, "looks");
    }

    /// <summary>Time passes, far less than a minute in all, so that the keeper looks again.</summary>
    private Task UntilAsync(TrafficBed bed, Func<bool> condition, string what) => bed.UntilAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            _time.Advance(TimeSpan.FromMilliseconds(20));
            return false;
        },
        what);

    private static IEnumerable<string> Alarms(TrafficBed bed) =>
        bed.Heard.Lines.Where(line => line.Contains(" alarm", StringComparison.Ordinal));
}

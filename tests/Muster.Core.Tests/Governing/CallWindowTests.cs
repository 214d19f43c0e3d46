using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Tests.Governing;

/// <summary>A cloud that counts calls in windows is never asked for one more than fits.</summary>
public sealed class CallWindowTests
{
    private static readonly CallWindow[] Windows = [new(5, TimeSpan.FromMinutes(1)), new(12, TimeSpan.FromHours(1))];

    private readonly FakeTimeProvider _timeProvider = new();

    [Fact]
    public void What_the_bucket_has_is_given_as_long_as_it_fits_into_every_window()
    {
        var bucket = Bucket();

        Assert.Equal(5, TakeAll(bucket));
        Assert.Equal(TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1), bucket.UntilNext());
        _timeProvider.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, TakeAll(bucket));
        _timeProvider.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, TakeAll(bucket));
        Assert.Equal(TimeSpan.FromMinutes(58) + TimeSpan.FromTicks(1), bucket.UntilNext());
    }

    [Fact]
    public void Each_call_counts_from_when_it_was_made()
    {
        var bucket = Bucket();
        for (var i = 0; i < 5; i++)
        {
            Assert.True(bucket.TryTake());
            _timeProvider.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(TimeSpan.FromSeconds(10) + TimeSpan.FromTicks(1), bucket.UntilNext());
        _timeProvider.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, TakeAll(bucket));
    }

    [Fact]
    public void A_share_is_a_part_of_every_window_and_never_less_than_one_call()
    {
        var bucket = Bucket();
        bucket.Share = 0.4;
        Assert.Equal(2, TakeAll(bucket));

        bucket.Share = 0.01;
        Assert.Equal(0, TakeAll(bucket));
        _timeProvider.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, TakeAll(bucket));
    }

    [Fact]
    public void A_share_that_became_smaller_waits_for_as_many_as_are_too_many()
    {
        var bucket = Bucket();
        for (var i = 0; i < 5; i++)
        {
            Assert.True(bucket.TryTake());
            _timeProvider.Advance(TimeSpan.FromSeconds(1));
        }

        bucket.Share = 0.59;

        // Of five made at 0 to 4 s, the fourth must be over for two to be left with the next.
        Assert.Equal(TimeSpan.FromSeconds(58) + TimeSpan.FromTicks(1), bucket.UntilNext());
    }

    [Fact]
    public async Task Who_waits_for_a_window_goes_on_when_it_has_room()
    {
        using var governor = new CallGovernor(
            "sea", new(PerSecond: 1000, Burst: 1000), new(PerSecond: 1000, Burst: 1000) { Windows = [.. Windows] }, _timeProvider);
        var calls = Enumerable.Range(0, 6)
            .Select(_ => governor.AcquireAsync(CallKind.Write, default(GroupId), CancellationToken.None)).ToArray();

        Assert.Equal(5, calls.Count(call => call.IsCompletedSuccessfully));
        _timeProvider.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(1));
        await calls[5];
    }

    private static int TakeAll(TokenBucket bucket)
    {
        var taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        return taken;
    }

    private TokenBucket Bucket() => new(new(PerSecond: 1000, Burst: 1000) { Windows = [.. Windows] }, _timeProvider);
}

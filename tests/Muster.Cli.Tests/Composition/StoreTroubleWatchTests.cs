using Muster.Cli.Composition;
using Muster.Core.Clouds;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Cli.Tests.Composition;

public sealed class StoreTroubleWatchTests
{
    [Theory]
    [InlineData(StoreErrorKind.Unavailable, 1)]
    [InlineData(StoreErrorKind.Ambiguous, 1)]
    [InlineData(StoreErrorKind.Full, 1)]
    [InlineData(StoreErrorKind.Unusable, 1)]
    [InlineData(StoreErrorKind.Fenced, 0)]
    [InlineData(StoreErrorKind.Paused, 0)]
    public void Whoever_listens_for_silence_hears_of_a_store_that_was_away_and_of_nothing_else(StoreErrorKind kind, int heard)
    {
        var (log, missed) = (new Failures(), 0);
        var watch = new StoreTroubleWatch(log, () => missed++);

        watch.OnFailed("sharing sweeps", new StoreException(kind, "so it says"), TimeSpan.FromSeconds(1));
        watch.OnFailed("a sweep", new CloudException(CloudErrorKind.Unavailable, "down"), TimeSpan.FromSeconds(1));

        Assert.Equal(heard, missed);
        Assert.Equal(["sharing sweeps", "a sweep"], log.Heard);
    }

    private sealed class Failures : IPulseObserver
    {
        public List<string> Heard { get; } = [];

        public void OnChecked(CheckReport report, TimeSpan duration) => throw new NotSupportedException();

        public void OnSwept(SweepReport report) => throw new NotSupportedException();

        public void OnFailed(string what, Exception error, TimeSpan retryIn) => Heard.Add(what);
    }
}

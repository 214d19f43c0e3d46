using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Prices;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Governing;

public sealed class CloudPricesTests
{
    private readonly List<string> _said = [];
    private readonly PricedCloud _cloud = new();
    private readonly SetPrices _people = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_cloud_tells_is_in_force_until_it_tells_otherwise()
    {
        var prices = Prices();
        Assert.True(prices.Current.IsEmpty);

        _cloud.Tells = () => [new("a", null, null, 2, "EUR")];
        await prices.RefreshAsync(Cancellation);
        Assert.Equal((2, null), (Of(prices, "a"), Of(prices, "b")));

        _cloud.Tells = () => [new("b", null, null, 3, "EUR")];
        await prices.RefreshAsync(Cancellation);
        Assert.Equal((null, 3), (Of(prices, "a"), Of(prices, "b")));
    }

    [Fact]
    public async Task While_a_cloud_is_silent_its_last_prices_stay_and_somebody_is_told_once()
    {
        var prices = Prices();
        _cloud.Tells = () => [new(null, null, null, 2, "EUR")];
        await prices.RefreshAsync(Cancellation);
        _cloud.Tells = () => throw new CloudException(CloudErrorKind.InvalidRequest, "not today");
        await prices.RefreshAsync(Cancellation);
        await prices.RefreshAsync(Cancellation);

        Assert.Equal(2, Of(prices, "a"));
        Assert.Equal(
            "cloud sim does not tell its prices, and those that it told last stay in force: not today", Assert.Single(prices.Troubles));
        Assert.Equal(prices.Troubles, _said);

        _cloud.Tells = () => [new(null, null, null, 2, "EUR")];
        await prices.RefreshAsync(Cancellation);
        Assert.Empty(prices.Troubles);
    }

    [Fact]
    public async Task Whoever_waits_at_the_start_waits_for_the_first_answers_and_no_longer_than_allowed()
    {
        var time = new FakeTimeProvider();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var tells = new SemaphoreSlim(0);
        _cloud.Tells = () =>
        {
            tells.Wait(Cancellation);
            return [new(null, null, null, 2, "EUR")];
        };
        var prices = Prices(time);
        var running = Task.Run(() => prices.RunAsync(stop.Token), Cancellation);
        var impatient = prices.WaitAsync(TimeSpan.FromSeconds(30), stop.Token);
        var patient = prices.WaitAsync(TimeSpan.FromHours(1), stop.Token);

        Assert.False(prices.AreKnown);
        time.Advance(TimeSpan.FromSeconds(30));
        await impatient;
        Assert.True(prices.AreKnown);
        Assert.Equal("not every cloud told its prices within 30 seconds: going on without them", Assert.Single(_said));
        Assert.False(patient.IsCompleted);

        tells.Release();
        await patient;
        Assert.Equal(2, Of(prices, "a"));
        Assert.Single(_said);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_people_say_goes_before_it_and_what_they_change_counts_at_once()
    {
        var prices = Prices();
        _cloud.Tells = () => [new("a", null, null, 2, "EUR")];
        await prices.RefreshAsync(Cancellation);

        _people.Set(("sim", 7));
        Assert.Equal(7, Of(prices, "a"));

        _people.Set(("other", 7));
        Assert.Equal(2, Of(prices, "a"));
    }

    [Fact]
    public async Task Another_currency_than_peoples_is_left_out_and_told()
    {
        _people.Set(("other", 1));
        var prices = Prices();
        _cloud.Tells = () => [new("a", null, null, 2, "USD"), new("b", null, null, 3, "EUR")];

        await prices.RefreshAsync(Cancellation);

        Assert.Equal((null, 3), (Of(prices, "a"), Of(prices, "b")));
        Assert.Equal(
            "1 of what cloud sim tells of its prices is left out, the first: currency is 'USD': EUR, the currency of the configured prices",
            Assert.Single(prices.Troubles));
    }

    [Fact]
    public async Task The_currency_that_was_told_first_stays_until_nobody_tells_a_price_in_it()
    {
        var (later, first) = (new PricedCloud(), new PricedCloud());
        first.Tells = () => [new(null, null, null, 2, "EUR")];
        var prices = new CloudPrices(_people, new Clouds(("a", later), ("z", first)), TimeProvider.System, _said.Add);
        await prices.RefreshAsync(Cancellation);

        later.Tells = () => [new(null, null, null, 3, "USD")];
        await prices.RefreshAsync(Cancellation);
        Assert.Equal(("EUR", null, 2), (prices.Current.Currency, Of(prices, "a", "a"), Of(prices, "a", "z")));
        Assert.StartsWith("1 of what cloud a tells of its prices is left out", Assert.Single(prices.Troubles), StringComparison.Ordinal);

        first.Tells = () => [];
        await prices.RefreshAsync(Cancellation);
        Assert.Equal(("USD", 3, null), (prices.Current.Currency, Of(prices, "a", "a"), Of(prices, "a", "z")));
        Assert.Empty(prices.Troubles);
    }

    [Fact]
    public async Task It_asks_at_the_start_and_every_ten_minutes()
    {
        var clock = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var prices = Prices(clock);

        var running = prices.RunAsync(stop.Token);
        Assert.Equal((1, true), (_cloud.Asked, prices.AreKnown));
        clock.Advance(CloudPrices.Interval);
        await _cloud.AskedTwice.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_nobody_foresaw_is_told_and_the_cloud_is_asked_again()
    {
        var clock = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var prices = Prices(clock);
        _cloud.Tells = () => throw new FormatException("odd");

        var running = prices.RunAsync(stop.Token);
        Assert.Equal(
            "cloud sim does not tell its prices, and those that it told last stay in force: FormatException: odd",
            Assert.Single(prices.Troubles));
        Assert.Equal(prices.Troubles, _said);
        _cloud.Tells = () => [];
        clock.Advance(CloudPrices.Interval);
        await _cloud.AskedTwice.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task One_that_hangs_keeps_no_other_waiting_and_is_given_up()
    {
        var clock = new FakeTimeProvider();
        var (hanging, other) = (new PricedCloud { Hangs = true }, _cloud);
        other.Tells = () => [new("a", null, null, 2, "EUR")];
        var prices = new CloudPrices(_people, new Clouds(("hangs", hanging), ("sim", other)), clock, _said.Add);

        var refreshing = prices.RefreshAsync(Cancellation);
        Assert.Equal(2, Of(prices, "a"));
        Assert.False(refreshing.IsCompleted);

        clock.Advance(CloudPrices.Patience);
        await refreshing.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(
            "cloud hangs does not tell its prices, and those that it told last stay in force: no answer within 5 minutes",
            Assert.Single(prices.Troubles));
    }

    private static decimal? Of(CloudPrices prices, string zone, string cloud = "sim") =>
        prices.Current.Find(cloud, zone, "s", isInterruptible: false);

    private CloudPrices Prices(TimeProvider? time = null) =>
        new(_people, new Clouds(("sim", _cloud)), time ?? TimeProvider.System, _said.Add);

    /// <summary>A cloud that tells what the test says.</summary>
    private sealed class PricedCloud : ICloud, IPricedCloud
    {
        private readonly SimulatedCloud _inner = new("sim", EngineBed.Traits, new Weather(), TimeProvider.System);

        public Func<ImmutableArray<CloudPrice>> Tells { get; set; } = () => [];

        public bool Hangs { get; init; }

        public int Asked { get; private set; }

        public TaskCompletionSource AskedTwice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool MayHavePrices => true;

        public CloudTraits Traits => _inner.Traits;

        public async Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken)
        {
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            if (++Asked == 2)
            {
                AskedTwice.SetResult();
            }

            return Tells();
        }

        public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
            _inner.ListAsync(filter, cancellationToken);

        public Task<Core.Instances.Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
            _inner.LaunchAsync(request, cancellationToken);

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) =>
            _inner.TerminateAsync(instance, cancellationToken);

        public Task<TemplateCheck> CheckAsync(Core.Templates.Template template, CancellationToken cancellationToken) =>
            _inner.CheckAsync(template, cancellationToken);

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            _inner.WatchAsync(installation, cancellationToken);

        public ValueTask DisposeAsync() => ((ICloud)_inner).DisposeAsync();
    }

    private sealed class Clouds(params (string Name, ICloud Cloud)[] all) : ICloudDirectory
    {
        public IReadOnlyList<CloudEntry> Entries { get; } =
            [.. all.Select(one => new CloudEntry(one.Name, "simulated", GovernedCloud.Over(one.Name, one.Cloud, TimeProvider.System)))];

        public CloudEntry? Find(AccountId account, string name) => Entries[0];
    }
}

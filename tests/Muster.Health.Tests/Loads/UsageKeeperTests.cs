using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Storage;
using Muster.Health.Loads;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Loads;

public sealed class UsageKeeperTests : IDisposable
{
    private static readonly GroupRecord Record = By(Some.Record(check: null), ScaleInOrder.LeastBusy);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(Some.Now);
    private readonly Meter _meter = new();
    private readonly HeardHealth _heard = new();
    private readonly UsageKeeper _keeper;

    public UsageKeeperTests() => _keeper = new(new Shelf(_meter, _time), new(Some.GroupId().Value), _time, _heard);

    public void Dispose() => _keeper.Dispose();

    [Fact]
    public async Task A_cloud_is_asked_once_a_round_for_all_groups_that_shrink_by_its_figures()
    {
        _meter.Usage = [Used(1, 1, 12.5), Used(2, 1, null), Used(3, 2, 40), Used(4, 1, double.NaN)];
        Saw(Record);
        Saw(By(Some.Record(check: null, group: 2), ScaleInOrder.LeastBusy));
        await RunAsync(async () =>
        {
            await UntilAsync(() => _meter.Reads == 1 && !Of(1).IsEmpty, "the cloud is asked");
            Assert.Equal([new InstanceLoad(Some.Cloud, Some.Id(1), 12.5, "cloud")], Of(1));
            Assert.Equal([new InstanceLoad(Some.Cloud, Some.Id(3), 40, "cloud")], Of(2));

            await PassUntilAsync(() => _meter.Reads == 2, "it is asked again");
            Assert.InRange(_time.GetUtcNow() - Some.Now, Round, Round * 2);
        });
    }

    [Fact]
    public async Task Nobody_is_asked_for_groups_that_go_by_something_else()
    {
        Saw(By(Some.Record(check: null), ScaleInOrder.Oldest));
        Saw(By(Some.Record(Some.Check() with { BusyHeader = "X-Load" }), ScaleInOrder.LeastBusy));
        await RunAsync(async () =>
        {
            for (var step = 0; step < 100; step++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            Assert.Equal(0, _meter.Reads);
        });
    }

    [Fact]
    public async Task Figures_of_a_cloud_that_fails_are_forgotten_after_a_while_and_the_failure_is_told()
    {
        _meter.Usage = [Used(1, 1, 12.5)];
        Saw(Record);
        await RunAsync(async () =>
        {
            await UntilAsync(() => !Of(1).IsEmpty, "the cloud is asked");
            _meter.Failure = new CloudException(CloudErrorKind.Unavailable, "away");
            await PassUntilAsync(() => Of(1).IsEmpty, "the figure is old");

            Assert.Contains("cannot look, how hard the instances of cloud sim work: away", _heard.Lines);
        });
    }

    private static GroupRecord By(GroupRecord record, ScaleInOrder order) => record with { Group = record.Group with { ScaleIn = order } };

    private static InstanceUsage Used(int number, int group, double? cpu) => new(Some.Id(number), Some.GroupId(group), cpu, null);

    private ImmutableArray<InstanceLoad> Of(int group) => _keeper.Of(Some.GroupId(group), _time.GetUtcNow());

    private void Saw(GroupRecord record) => _keeper.Saw(record, Some.Cloud, [], Some.Now, TimeSpan.Zero);

    private async Task RunAsync(Func<Task> test)
    {
        using var stopping = new CancellationTokenSource();
        var running = _keeper.RunAsync(stopping.Token);
        try
        {
            await test();
        }
        finally
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    private static Task UntilAsync(Func<bool> isSo, string what) => Patiently.UntilAsync(isSo, what, pause: TimeSpan.FromMilliseconds(1));

    private Task PassUntilAsync(Func<bool> isSo, string what) => UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return isSo();
        },
        what);

    private sealed class Meter : ICloud, IMeteredCloud
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public ImmutableArray<InstanceUsage> Usage { get; set; } = [];

        public CloudException? Failure { get; set; }

        public bool MayHaveUsage => true;

        public CloudTraits Traits { get; } = new()
        {
            PageSize = 100, LaunchTokens = true, GroupFilter = true, Watches = false, ListingLagMax = TimeSpan.Zero,
            ReadsPerSecond = 1000, Burst = 1000,
        };

        public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return Failure is { } failure ? Task.FromException<ImmutableArray<InstanceUsage>>(failure) : Task.FromResult(Usage);
        }

        public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Core.Instances.Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TemplateCheck> CheckAsync(Core.Templates.Template template, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Shelf(ICloud cloud, TimeProvider timeProvider) : ICloudDirectory
    {
        private readonly CloudEntry _entry = new(Some.Cloud, "sim", GovernedCloud.Over(Some.Cloud, cloud, timeProvider));

        public IReadOnlyList<CloudEntry> Entries => [_entry];

        public CloudEntry? Find(AccountId account, string name) => name == Some.Cloud ? _entry : null;
    }
}

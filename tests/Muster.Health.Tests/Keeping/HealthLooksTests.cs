using System.Collections.Concurrent;
using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Keeping;

public sealed class HealthLooksTests
{
    private const string Holder = "server-b";

    private readonly FakeTimeProvider _time = new(Some.Now);
    private readonly FakeServers _store = new();
    private readonly HeardHealth _heard = new();
    private readonly ConcurrentQueue<GroupId> _looked = [];
    private readonly Ears _ears = new();

    [Fact]
    public async Task Groups_that_are_probed_are_looked_at_at_their_interval_and_the_others_are_not()
    {
        _store.Groups.AddRange(
            Some.Record(Some.Check()), Some.Record(check: null, group: 2), Some.Record(Some.Check(ProbeKind.Report, port: null), group: 3),
            Some.Record(check: null, group: 4) with { Notes = [Some.Note(1) with { IsProtected = true }] });
        await RunAsync(Looks(), async () =>
        {
            await UntilAsync(() => _looked.Count >= 8, "each was looked at four times");

            Assert.Equal([Some.GroupId(1), Some.GroupId(4)], _looked.Distinct().OrderBy(group => group.Value));
            Assert.InRange(_time.GetUtcNow() - Some.Now, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        });
    }

    [Fact]
    public async Task Of_several_servers_the_first_looks_and_it_alone_hears()
    {
        _store.Groups.Add(Some.Record(Some.Check()));
        _store.Living.AddRange(["server-a", Holder]);
        var looks = Looks();
        await RunAsync(looks, async () =>
        {
            await UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(2), "two minutes pass");
            looks.Saw(_store.Groups[0], Some.Cloud, [], Some.Now, TimeSpan.Zero);
            Assert.Empty(_looked);
            Assert.Equal(0, _ears.Heard);

            _store.Living.Remove("server-a");
            await UntilAsync(() => !_looked.IsEmpty, "it looks when the first is gone");
            looks.Saw(_store.Groups[0], Some.Cloud, [], Some.Now, TimeSpan.Zero);
            Assert.Equal(1, _ears.Heard);
        });
    }

    [Fact]
    public async Task What_fails_is_told_and_tried_again()
    {
        _store.Groups.Add(Some.Record(Some.Check()));
        _store.Failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        var fails = true;
        await RunAsync(Looks(), async () =>
        {
            await UntilAsync(() => _heard.Lines.Count > 0, "it is told");
            Assert.Equal("cannot look, which groups there are to probe: the store is away", _heard.Lines[0]);

            _store.Failure = null;
            await UntilAsync(() => _heard.Lines.Any(line => line.Contains("group web1", StringComparison.Ordinal)), "it looks");
            fails = false;
            await UntilAsync(() => !_looked.IsEmpty, "it looks again");
        }, () => fails ? throw new CloudException(CloudErrorKind.Unavailable, "the cloud is away") : true);
    }

    private HealthLooks Looks() => new(_ears, _store, _store, Holder, _time, _heard);

    private async Task RunAsync(HealthLooks looks, Func<Task> test, Func<bool>? look = null)
    {
        using var stopping = new CancellationTokenSource();
        var running = looks.RunAsync(
            new FakePulse(group =>
            {
                look?.Invoke();
                _looked.Enqueue(group);
            }),
            stopping.Token);
        await test();
        await stopping.CancelAsync();
        await Patiently.ForAsync(running, "the looks end");
    }

    private Task UntilAsync(Func<bool> condition, string what) => Patiently.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what,
        pause: TimeSpan.FromMilliseconds(2));

    private sealed class Ears : ISightings
    {
        public int Heard { get; private set; }

        public void Saw(
            GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax) =>
            Heard++;
    }
}

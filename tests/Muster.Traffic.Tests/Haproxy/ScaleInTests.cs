using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Traffic;
using Muster.Traffic.Haproxy;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Haproxy;

/// <summary>Clients that ask a real HAProxy without a pause, while members come and go behind it.</summary>
public sealed class ScaleInTests
{
    private const int RequestsPerSecond = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_is_lost_while_ten_become_two()
    {
        // The instances are in this process: one that is slow to answer a check for a moment is not what is tried here.
        await using var proxy = await HaproxyProcess.StartAsync(slots: 12, server: "check inter 100ms rise 1 fall 20");
        var kind = new HaproxyKind();
        var source = kind.Open(new()
        {
            Source = "edge",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("socket", proxy.Socket),
            Time = TimeProvider.System,
        });
        await using var bed = TrafficBed.Of(kind, source);
        var record = Some.Record(new TrafficUses([Some.Use()]), Some.Through("edge"));
        bed.Store.Put(record);
        var living = Enumerable.Range(1, 10).ToDictionary(number => number, _ => new WebInstance(TimeSpan.FromMilliseconds(20)));
        try
        {
            See();
            await bed.UntilAsync(() => bed.Keeper.Figures.Joined >= 10, "all ten join");
            await using var clients = new Clients(proxy.Port);
            await bed.UntilAsync(() => clients.Answered > RequestsPerSecond, "a second's requests are answered");

            // Rolling: a few at a time, and each ends as soon as its gate is told.
            foreach (var batch in Enumerable.Range(1, 8).Chunk(3))
            {
                foreach (var number in batch)
                {
                    bed.Drain(record.Group.Id, number);
                }

                await Task.WhenAll(batch.Select(async number =>
                {
                    await bed.UntilAsync(
                        () => bed.Store.GateOf(record.Group.Id, Some.Id(number)) is not null, $"the gate of {number} is told");
                    await living[number].DisposeAsync();
                }));
                foreach (var number in batch)
                {
                    living.Remove(number);
                    bed.Return(record.Group.Id, number);
                }

                See();
            }

            var before = clients.Answered;
            await bed.UntilAsync(() => clients.Answered > before + RequestsPerSecond, "the last two go on");
            Assert.True(clients.Lost.IsEmpty, $"lost: {string.Join(", ", clients.Lost)}\n{await proxy.SayAsync("show stat")}");
            Assert.All(living.Values, web => Assert.NotEqual(0, web.Answered));
        }
        finally
        {
            foreach (var web in living.Values)
            {
                await web.DisposeAsync();
            }
        }

        void See() => bed.Saw(record, [.. living.Select(one => Some.Instance(one.Key, one.Value.Port))]);
    }

    /// <summary>Clients that together ask so often a second, each on a connection that it keeps.</summary>
    private sealed class Clients : IAsyncDisposable
    {
        private const int Count = 20;

        private readonly CancellationTokenSource _enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        private readonly HttpClient _http;
        private readonly Uri _address;
        private readonly Task _asking;
        private int _answered;

        public Clients(int port)
        {
            _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Count });
            _address = new($"http://127.0.0.1:{port}/work");
            _asking = Task.WhenAll(Enumerable.Range(0, Count).Select(_ => AskAsync()));
        }

        public int Answered => Volatile.Read(ref _answered);

        public ConcurrentBag<string> Lost { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await _enough.CancelAsync();
            await _asking;
            _http.Dispose();
            _enough.Dispose();
        }

        private async Task AskAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)Count / RequestsPerSecond), TimeProvider.System);
            try
            {
                while (await timer.WaitForNextTickAsync(_enough.Token))
                {
                    await AskOnceAsync();
                }
            }
            catch (OperationCanceledException)
            {
                // The test has seen enough.
            }
        }

        private async Task AskOnceAsync()
        {
            try
            {
                using var answer = await _http.GetAsync(_address, Cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref _answered);
                }
                else
                {
                    Lost.Add($"HTTP {(int)answer.StatusCode}");
                }
            }
            catch (HttpRequestException error)
            {
                Lost.Add(error.Message);
            }
        }
    }
}

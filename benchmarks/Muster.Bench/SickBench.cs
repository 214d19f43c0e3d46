using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Probes;

namespace Muster.Bench;

/// <summary>From the last failed probe that makes an instance unhealthy to the call that launches another in its place.</summary>
internal static class SickBench
{
    private const int Instances = 10;
    private const int Rounds = 9;
    private const int Fails = 3;

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        await using var web = await Web.StartAsync();
        await using var store = await openStore();
        await using var rig = new PulseRig(store, (_, wake) =>
        {
            var health = new HealthKeeper(
                store, new Prober(TimeProvider.System, keptMax: 2 * Instances), wake, TimeProvider.System, new SystemRandomSource(), new(),
                new HealthBench.Silence());
            return (health, health, health.RunAsync);
        });
        var group = await rig.FillAsync(Instances, one => one with
        {
            Health = new()
            {
                Kind = ProbeKind.Http,
                Port = web.Port,
                Path = "/healthz",
                Interval = TimeSpan.FromSeconds(1),
                Timeout = TimeSpan.FromMilliseconds(500),
                UnhealthyAfter = Fails,
                HealthyAfter = 1,
                Grace = TimeSpan.Zero,
            },
        });
        var times = new List<double>();
        var gone = new HashSet<InstanceId>();
        for (var round = 0; round < Rounds; round++)
        {
            // All serve, so that one that does not is the only one, and its turn is not another's.
            var serving = new List<InstanceId>();
            await PulseRig.UntilAsync(
                async () =>
                {
                    serving = [.. (await store.FindGroupAsync(group, CancellationToken.None))!.Notes
                        .Where(note => note.ServedAt is not null && !gone.Contains(note.Instance)
                            && rig.Cloud.Inner.Instances.Any(one => one.Id == note.Instance && one.TerminatedAt is null))
                        .Select(note => note.Instance)];
                    return serving.Count == Instances;
                },
                "all serve");
            gone.Add(serving[0]);
            var called = rig.Cloud.NextLaunch();
            var failed = web.Fail(rig.Cloud.AddressOf(serving[0]));
            var at = await called.WaitAsync(PulseRig.Patience, TimeProvider.System);
            times.Add(Stopwatch.GetElapsedTime(await failed, at).TotalMilliseconds);
        }

        times.Sort();
        var median = times[times.Count / 2];
        return
        [
            new(
                $"from failed probe number {Fails} to the launch call of the replacement", median, "ms",
                $"{Rounds} of them, slowest {times[^1]:0} ms", median <= 100, "≤ 100 ms"),
        ];
    }

    /// <summary>Answers on every address of 127.0.0.0/8, and is sick on those that it is told.</summary>
    private sealed class Web : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource<long> Failed, int Left)> _sick = [];
        private readonly WebApplication _app;

        private Web(WebApplication app) => _app = app;

        public int Port => new Uri(_app.Urls.First()).Port;

        public static async Task<Web> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port: 0));
            var web = new Web(builder.Build());
            web._app.Run(web.AnswerAsync);
            await web._app.StartAsync();
            return web;
        }

        /// <summary>Fails all probes of an address from now on; when it has answered the last that counts, by the stopwatch.</summary>
        public Task<long> Fail(string address)
        {
            var failed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _sick[address] = (failed, Fails);
            return failed.Task;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private Task AnswerAsync(HttpContext context)
        {
            var address = context.Connection.LocalIpAddress!.ToString();
            if (!_sick.TryGetValue(address, out var sick))
            {
                return context.Response.WriteAsync("ok");
            }

            // One instance is asked by one prober, one question after the other.
            _sick[address] = sick with { Left = sick.Left - 1 };
            if (sick.Left == 1)
            {
                sick.Failed.SetResult(Stopwatch.GetTimestamp());
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.CompleteAsync();
        }
    }
}

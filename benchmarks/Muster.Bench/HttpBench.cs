using System.Collections.Concurrent;
using System.Diagnostics;

using Muster.Api.Client;
using Muster.Api.Groups;

namespace Muster.Bench;

/// <summary>The server under load: many clients that read groups, and some that change capacities.</summary>
internal static class HttpBench
{
    private const int Groups = 200;
    private const int Clients = 16;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        await using var muster = await MusterProcess.StartAsync();
        await muster.AddTemplateAsync("muster hello");
        for (var group = 0; group < Groups; group++)
        {
            await muster.AddGroupAsync($"group-{group}", 0);
        }

        var show = await LoadAsync(muster.Client, (client, turn) => client.GetGroupAsync($"group-{turn % Groups}"));
        var list = await LoadAsync(muster.Client, (client, _) => client.ListGroupsAsync(new PageQuery(Limit: 100)));
        var write = await LoadAsync(muster.Client, (client, turn) => client.SetCapacityAsync(
            $"group-{turn % Groups}", new CapacityInput { Desired = 0, Reason = "bench" }));
        return
        [
            Row("GET a group", show),
            Row("GET a page of 100 groups", list),
            Row("PUT a capacity", write),
            new("  memory of the server after it", muster.WorkingSetMb, "MB", $"{Groups} groups"),
        ];
    }

    private static Figure Row(string what, LoadResult load) => new(
        $"HTTP, {Clients} clients: {what}",
        load.P50Ms,
        "ms p50",
        $"p99 {load.P99Ms:0.0} ms, {load.PerSecond:0} a second, {load.Errors} errors",
        load.Errors == 0,
        "no errors");

    private static async Task<LoadResult> LoadAsync<T>(MusterClient client, Func<MusterClient, int, Task<T>> call)
    {
        var times = new ConcurrentBag<double>();
        var (turn, errors) = (0, 0);
        var startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(startedAt) < Length)
            {
                var callAt = Stopwatch.GetTimestamp();
                try
                {
                    await call(client, Interlocked.Increment(ref turn));
                    times.Add(Stopwatch.GetElapsedTime(callAt).TotalMilliseconds);
                }
                catch (Exception error) when (error is ApiException or ServerUnreachableException)
                {
                    Interlocked.Increment(ref errors);
                }
            }
        }));
        var sorted = times.Order().ToArray();
        return new(sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], sorted.Length / Length.TotalSeconds, errors);
    }

    private sealed record LoadResult(double P50Ms, double P99Ms, double PerSecond, int Errors);
}

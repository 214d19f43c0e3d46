using System.Diagnostics;

using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Bench;

/// <summary>The stores side by side: what users ask of them, what checks leave in them, and how they bear 100,000 groups.</summary>
internal static class StoreBench
{
    private const int Few = 1_000;
    private const int Sweep = 11_000;
    private const int Many = 100_000;
    private const int Clients = 16;
    private const int Calls = 4_000;
    private const double ListPageP99MsMax = 20;

    /// <summary>Measures each store, and puts the first one's figure beside every other's.</summary>
    public static async Task<IEnumerable<Figure>> RunAsync(IReadOnlyList<(string Name, Func<Task<IStore>> Open)> stores)
    {
        var columns = new List<(string Name, List<Figure> Figures)>();
        foreach (var (name, open) in stores)
        {
            await using var store = await open();
            columns.Add((name, await MeasureAsync(store)));
        }

        var peer = columns[0];
        return columns.SelectMany(column => column.Figures.Select((figure, row) => figure with
        {
            What = $"{column.Name}: {figure.What}",
            Beside = column == peer ? figure.Beside : $"{figure.Beside}; {peer.Name} {peer.Figures[row].Value:0.##} {figure.Unit}",
        }));
    }

    private static async Task<List<Figure>> MeasureAsync(IStore store)
    {
        var load = new StoreLoad(store);
        await load.FillAsync(Few);
        var figures = new List<Figure>
        {
            Row($"show a group of {Few}", await StoreLoad.TimeAsync(Calls, Clients, load.ShowAsync)),
            Row($"list a page of 100 of {Few} groups", await StoreLoad.TimeAsync(Calls / 4, Clients, load.ListAsync)),
            Row("change a capacity, one after another", await StoreLoad.TimeAsync(Few, clients: 1, load.ChangeCapacityAsync)),

            // As many as there are groups: no two change the same one at once.
            Row($"change a capacity, {Clients} at once", await StoreLoad.TimeAsync(Few, Clients, load.ChangeCapacityAsync)),
        };
        await load.FillAsync(Sweep);
        figures.AddRange(await LeasesAndAppendsAsync(load));
        figures.Add(await SweepAsync(load));
        await load.FillAsync(Many);
        var page = await StoreLoad.TimeAsync(Calls / 2, clients: 2, load.ListAsync);
        figures.Add(new(
            $"list a page of 100 of {Many} groups",
            page.P99Ms,
            "ms p99",
            $"p50 {page.P50Ms:0.0} ms",
            page.P99Ms <= ListPageP99MsMax,
            $"≤ {ListPageP99MsMax:0} ms"));
        return figures;
    }

    private static async Task<IEnumerable<Figure>> LeasesAndAppendsAsync(StoreLoad load)
    {
        // The last ones: their fences move, and the sweep's record shall find its own undisturbed.
        const int Leased = 1_000;
        var startedAt = Stopwatch.GetTimestamp();
        var leases = await load.LeaseAsync(load.Groups.Count - Leased, Leased);
        var perSecond = leases.Length / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var append = await StoreLoad.TimeAsync(Leased, Clients, turn =>
        {
            var group = load.Groups[load.Groups.Count - Leased + turn];
            return load.AppendAsync(leases.First(lease => lease.Group == group.Id), new GroupState { Group = group.Id }, group);
        });
        return
        [
            new("leases taken", perSecond, "a second", $"{leases.Length} asked for at once"),
            Row($"append an activity under a lease, {Clients} at once", append),
        ];
    }

    private static async Task<Figure> SweepAsync(StoreLoad load)
    {
        const int Healthy = Sweep - 1_000;
        await load.RecordIdleAsync(Healthy);
        var times = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            await load.RecordIdleAsync(Healthy);
            times.Add(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
        }

        times.Sort();
        return new($"record a sweep of {Healthy} healthy groups", times[times.Count / 2], "s", $"worst {times[^1]:0.00} s");
    }

    private static Figure Row(string what, Timing timing) =>
        new(what, timing.P50Ms, "ms p50", $"p99 {timing.P99Ms:0.0} ms, {timing.PerSecond:0} a second");
}

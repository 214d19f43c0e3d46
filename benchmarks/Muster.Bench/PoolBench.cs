using System.Diagnostics;

using Muster.Api.Groups;

namespace Muster.Bench;

/// <summary>
/// On real Docker and LXD, an instance that is taken from a warm pool, where it was stopped or suspended, beside one that is launched, by
/// turns.
/// </summary>
internal static class PoolBench
{
    private const int Rounds = 3;

    /// <summary>Longer than the shortest time between two checks of one group, which would be half of what is measured.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        var figures = new List<Figure>();
        foreach (var cloud in new[] { RealCloud.Docker, RealCloud.Lxd }.OfType<RealCloud>())
        {
            await using var muster = await MusterProcess.StartAsync(cloud.Kind, cloud.Endpoint);
            await muster.Client.CreateTemplateAsync(cloud.Template);
            await using var events = new DaemonEvents(cloud);
            await AddAsync(muster, "plain", pool: null);
            await muster.UntilAsync("plain", group => group.Status.Running == 1);
            await events.StartedAsync();
            foreach (var mode in new[] { "stopped", "suspended" })
            {
                await AddAsync(muster, mode, new() { Size = "1", Mode = mode });
                await muster.UntilAsync(mode, group => group.Status is { Running: 1, Warm: 1 });
                await events.StartedAsync(2);
                figures.Add(await MeasureAsync(cloud, muster, events, mode));
            }
        }

        return figures.Count > 0
            ? figures
            : [new("pool", 0, "", "skipped: ./bench pool starts Docker and LXD, for which it has to be root")];
    }

    private static async Task<Figure> MeasureAsync(RealCloud cloud, MusterProcess muster, DaemonEvents events, string mode)
    {
        var (launched, started) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var isPooled in round % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                (isPooled ? started : launched).Add(isPooled
                    ? await GrowAsync(muster, events, mode, isFilledAgain: true)
                    : await GrowAsync(muster, events, "plain", isFilledAgain: false));
            }
        }

        var ratio = Median(started) / Median(launched);
        return new(
            $"{cloud.Kind}: from a warm pool to running, {mode}",
            Median(started),
            "s",
            $"launched by Muster {Median(launched):0.00} s, ratio {ratio:0.00}; {Rounds} of each, slowest from the pool "
            + $"{started.Max():0.00} s",
            ratio <= 0.5,
            "ratio ≤ 0.5");
    }

    /// <summary>One more, from the request to the daemon's word that it runs; then one fewer again.</summary>
    private static async Task<double> GrowAsync(MusterProcess muster, DaemonEvents events, string group, bool isFilledAgain)
    {
        await Task.Delay(Quiet, TimeProvider.System);
        var startedAt = Stopwatch.GetTimestamp();
        await ScaleAsync(muster, group, 2);
        var took = Stopwatch.GetElapsedTime(startedAt, await events.StartedAsync());
        if (isFilledAgain)
        {
            await events.StartedAsync();
        }

        await muster.UntilAsync(group, view => view.Status.Running == 2 && view.Status.Warm == (isFilledAgain ? 1 : 0));
        await ScaleAsync(muster, group, 1);
        await muster.UntilAsync(group, view => view.Status is { Running: 1, Terminating: 0 });
        return took.TotalSeconds;
    }

    private static Task<GroupView> AddAsync(MusterProcess muster, string name, PoolInput? pool) =>
        muster.Client.CreateGroupAsync(new GroupInput
        {
            Name = name,
            Template = "bench",
            Capacity = new CapacityInput { Desired = 1, Max = 2 },
            Pool = pool,
            Brakes = new BrakesInput { LaunchesPerHourMax = 10_000, TerminationsPerHourMax = 10_000 },
        });

    private static async Task ScaleAsync(MusterProcess muster, string group, int desired) =>
        await muster.Client.SetCapacityAsync(group, new CapacityInput { Desired = desired });

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

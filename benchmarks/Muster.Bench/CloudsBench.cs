using System.Diagnostics;

using Muster.Api.Groups;

namespace Muster.Bench;

/// <summary>Muster on real Docker and LXD, beside their own command lines, by turns.</summary>
internal static class CloudsBench
{
    private const int Count = 20;
    private const int Parallel = 4;
    private const int Rounds = 5;
    private const int Kills = 9;
    private const int Crowd = 100;
    private const int Checks = 10;

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        var figures = new List<Figure>();
        foreach (var cloud in new[] { RealCloud.Docker, RealCloud.Lxd }.OfType<RealCloud>())
        {
            await using var muster = await MusterProcess.StartAsync(cloud.Kind, cloud.Endpoint);
            await muster.Client.CreateTemplateAsync(cloud.Template);
            await muster.Client.CreateGroupAsync(new GroupInput
            {
                Name = "web",
                Template = "bench",
                Capacity = new CapacityInput { Desired = 0 },
                Brakes = new BrakesInput
                {
                    LaunchesInFlightMax = Parallel, LaunchesPerCheckMax = 1000, TerminationsPerCheckMax = 1000, LaunchesPerHourMax = 10_000,
                    TerminationsPerHourMax = 10_000,
                },
            });
            await using var events = new DaemonEvents(cloud);
            figures.Add(await ConvergeAsync(cloud, muster, events));
            figures.Add(await RepairAsync(cloud, muster, events));
            figures.Add(await SweepAsync(cloud, muster));
        }

        return figures.Count > 0
            ? figures
            : [new("clouds", 0, "", "skipped: ./bench clouds starts Docker and LXD, for which it has to be root")];
    }

    private static async Task<Figure> ConvergeAsync(RealCloud cloud, MusterProcess muster, DaemonEvents events)
    {
        var (own, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // Whoever comes second finds warm caches and a tired disk.
            foreach (var isOurs in round % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                (isOurs ? ours : own).Add(isOurs ? await ConvergeAsync(muster, events) : await ConvergeByHandAsync(cloud, events));
            }
        }

        var ratio = Median(ours) / Median(own);
        return new(
            $"{cloud.Kind}: converge 0 → {Count}, {Parallel} in flight",
            Median(ours),
            "s",
            $"{cloud.Launch[0]} {cloud.Launch[1]} {Median(own):0.00} s, ratio {ratio:0.00}",
            ratio <= 1.1,
            "ratio ≤ 1.1");
    }

    private static async Task<double> ConvergeAsync(MusterProcess muster, DaemonEvents events)
    {
        var startedAt = Stopwatch.GetTimestamp();
        await ScaleAsync(muster, Count);
        var took = Stopwatch.GetElapsedTime(startedAt, await events.StartedAsync(Count));
        await muster.UntilHealthyAsync("web");
        await ScaleAsync(muster, 0);
        await muster.UntilAsync("web", group => group.Status.Running + group.Status.Terminating == 0);
        return took.TotalSeconds;
    }

    private static async Task<double> ConvergeByHandAsync(RealCloud cloud, DaemonEvents events)
    {
        var names = Enumerable.Range(0, Count).Select(number => $"by-hand-{number}").ToArray();
        var startedAt = Stopwatch.GetTimestamp();
        await ForEachAsync(names, cloud.LaunchAsync);
        var took = Stopwatch.GetElapsedTime(startedAt, await events.StartedAsync(Count));
        await cloud.RemoveAsync(names);
        return took.TotalSeconds;
    }

    private static Task ForEachAsync(string[] names, Func<string, Task> launch) => System.Threading.Tasks.Parallel.ForEachAsync(
        names, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (name, _) => await launch(name));

    private static async Task<Figure> RepairAsync(RealCloud cloud, MusterProcess muster, DaemonEvents events)
    {
        await ScaleAsync(muster, Kills + 1);
        await events.StartedAsync(Kills + 1);
        await muster.UntilHealthyAsync("web");
        var victims = (await muster.Client.ListInstancesAsync("web")).Items.Select(instance => instance.Id).Take(Kills).ToArray();
        // Old enough to have proven themselves, so that a kill is a repair and no boot failure.
        await Task.Delay(cloud.BootGrace + TimeSpan.FromSeconds(1), TimeProvider.System);
        await muster.Client.CheckGroupAsync("web");
        var (own, ours, told) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var victim in victims)
        {
            using var process = Process.GetProcessById(await cloud.PidAsync(victim));
            events.ForgetDeaths();
            var killedAt = Stopwatch.GetTimestamp();
            process.Kill();
            told.Add(Stopwatch.GetElapsedTime(killedAt, await events.DiedAsync()).TotalSeconds);
            ours.Add(Stopwatch.GetElapsedTime(killedAt, await events.StartedAsync()).TotalSeconds);
            await muster.UntilHealthyAsync("web");
            own.Add(await LaunchByHandAsync(cloud, events));
        }

        var over = Median(ours) - Median(own);
        return new(
            $"{cloud.Kind}: from kill to replacement running",
            Median(ours),
            "s",
            $"{cloud.Launch[0]} {cloud.Launch[1]} {Median(own):0.00} s, told of the death after {Median(told):0.00} s; "
            + $"{Kills} kills, slowest {ours.Max():0.00} s",
            over <= 0.3,
            "≤ its own launch + 0.3 s");
    }

    private static async Task<double> LaunchByHandAsync(RealCloud cloud, DaemonEvents events)
    {
        var startedAt = Stopwatch.GetTimestamp();
        await cloud.LaunchAsync("by-hand");
        var took = Stopwatch.GetElapsedTime(startedAt, await events.StartedAsync());
        await cloud.RemoveAsync(["by-hand"]);
        return took.TotalSeconds;
    }

    private static async Task<Figure> SweepAsync(RealCloud cloud, MusterProcess muster)
    {
        await ScaleAsync(muster, Crowd);
        await muster.UntilAsync("web", group => group.Status.Running == Crowd && group.Status.Condition == "healthy");
        await muster.Client.CheckGroupAsync("web");
        var (calls, checks) = await CountAsync(cloud, muster);
        var startedAt = Stopwatch.GetTimestamp();
        for (var check = 0; check < Checks; check++)
        {
            await muster.Client.CheckGroupAsync("web");
        }

        var took = Stopwatch.GetElapsedTime(startedAt);
        var (callsAfter, checksAfter) = await CountAsync(cloud, muster);
        var each = (callsAfter - calls) / (double)(checksAfter - checks);
        return new(
            $"{cloud.Kind}: calls of the daemon in a check of {Crowd} healthy instances", each, "",
            $"{checksAfter - checks} checks, {took.TotalMilliseconds / Checks:0} ms each", each <= 1, "1");
    }

    private static async Task<(long Calls, long Checks)> CountAsync(RealCloud cloud, MusterProcess muster)
    {
        var calls = (await muster.Client.ListCloudsAsync()).Items.Single(one => one.Name == cloud.Kind).Calls!;
        return (calls.Reads + calls.Writes, (await muster.Client.GetStatusAsync()).Pulse!.Checks);
    }

    private static async Task ScaleAsync(MusterProcess muster, int desired) =>
        await muster.Client.SetCapacityAsync("web", new CapacityInput { Desired = desired, Max = Crowd });

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

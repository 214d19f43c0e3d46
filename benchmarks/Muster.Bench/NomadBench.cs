using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Muster.Api.Groups;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Bench;

/// <summary>
/// Nomad as the pulse: from a change to its effect through a task, what one task costs, and what it takes to keep many jobs.
/// </summary>
internal static class NomadBench
{
    private const int Changes = 9;
    private const int TaskRuns = 25;

    /// <summary>Longer than the measurement: a tick of its own would hold a change up until it has ended.</summary>
    private const double IntervalS = 3600;

    public static async Task<IEnumerable<Figure>> RunAsync() => [.. await TasksAsync(), .. await NomadRoundsBench.RunAsync()];

    private static async Task<IEnumerable<Figure>> TasksAsync()
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        try
        {
            var options = new NomadSimulatorOptions { Directory = folder };
            await using var nomad = await NomadSimulator.StartAsync(options, TimeProvider.System);
            await using var muster = await MusterProcess.StartWithNomadAsync(nomad.Url);
            await muster.AddTemplateAsync("sleep 1000");
            var group = await muster.Client.CreateGroupAsync(
                new GroupInput { Name = "bench", Template = "bench", Capacity = new CapacityInput { Desired = 1 }, IntervalS = IntervalS });
            await muster.UntilAsync("bench", view => view.Status.CheckedAt is not null);

            var changes = new List<(double Forced, double Launched)>();
            for (var change = 0; change < Changes; change++)
            {
                await UntilQuietAsync(nomad);
                changes.Add(await ChangeAsync(muster, options, level: change + 2));
            }

            await UntilQuietAsync(nomad);

            // As the job has it, by what was signed for its last task.
            var proof = Directory.EnumerateFiles(folder, "nomad_muster.jwt", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)!;
            var task = await TaskAsync(muster, "scale", "--group-id", group.Id.ToString(), "--timeout", "1m", "--token-file", proof);
            var floor = await TaskAsync(muster, "version");
            var asking = await TaskAsync(muster, "group", "show", "bench");

            // No tick is near that would find them gone.
            await muster.Client.SetCapacityAsync("bench", new() { Desired = 0 });
            await UntilQuietAsync(nomad);
            while ((await muster.Client.GetGroupAsync("bench")).Status.Running > 0)
            {
                await muster.Client.CheckGroupAsync("bench");
            }

            var launched = changes.Select(change => change.Launched).Order().ElementAt(Changes / 2);
            var forced = changes.Select(change => change.Forced).Order().ElementAt(Changes / 2);
            return
            [
                new(
                    "nomad: from a change by API to the cloud's call by the task",
                    launched,
                    "ms",
                    $"Nomad is asked to run it after {forced:0.0} ms; "
                    + $"{Changes} changes, slowest {changes.Max(change => change.Launched):0} ms",
                    launched <= 150,
                    "≤ 150 ms"),
                new(
                    "  CPU of one task",
                    task.CpuMs,
                    "ms",
                    $"muster version {floor.CpuMs:0.0} ms, muster group show {asking.CpuMs:0.0} ms",
                    task.CpuMs <= 25,
                    "≤ 25 ms"),
                new("  its peak memory", task.Mb, "MB", $"muster version {floor.Mb:0} MB", task.Mb <= 45, "≤ 45 MB"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Asks for one instance more; the local cloud's call is seen by the directory that it begins with.</summary>
    private static async Task<(double Forced, double Launched)> ChangeAsync(MusterProcess muster, NomadSimulatorOptions options, int level)
    {
        var forcedAt = 0L;
        options.Faults = request =>
        {
            if (request.Path.EndsWith("/periodic/force", StringComparison.Ordinal))
            {
                forcedAt = Stopwatch.GetTimestamp();
            }

            return null;
        };
        using var watcher = new FileSystemWatcher(Path.Combine(muster.Data, "clouds", "local", "staging"));
        var launchedAt = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => launchedAt.TrySetResult(Stopwatch.GetTimestamp());
        watcher.EnableRaisingEvents = true;
        var startedAt = Stopwatch.GetTimestamp();
        await muster.Client.SetCapacityAsync("bench", new() { Desired = level });
        var launched = await launchedAt.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        return (
            Stopwatch.GetElapsedTime(startedAt, forcedAt).TotalMilliseconds,
            Stopwatch.GetElapsedTime(startedAt, launched).TotalMilliseconds);
    }

    /// <summary>Waits until no check runs, and until Nomad would start another: it starts one a second at most.</summary>
    private static async Task UntilQuietAsync(NomadSimulator nomad)
    {
        using var http = new HttpClient { BaseAddress = nomad.Url };
        while (true)
        {
            using var jobs = JsonDocument.Parse(await http.GetStringAsync(new Uri("/v1/jobs?prefix=muster-", UriKind.Relative)));
            if (jobs.RootElement.EnumerateArray().All(
                job => job.GetProperty("ParentID").GetString()!.Length == 0 || job.GetProperty("Status").GetString() == "dead"))
            {
                await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>
    /// Processor time and peak memory of a command, as the kernel counts them, by GNU time: of many runs, since it
    /// tells hundredths of a second.
    /// </summary>
    private static async Task<(double CpuMs, double Mb)> TaskAsync(MusterProcess muster, params string[] arguments)
    {
        var loop = $"i=0; while [ $i -lt {TaskRuns} ]; do \"$@\" >/dev/null || exit; i=$((i + 1)); done";
        var start = new ProcessStartInfo(
            "/usr/bin/time", ["-f", "%M %U %S", "sh", "-c", loop, "sh", MusterProcess.Executable, .. arguments])
        {
            RedirectStandardError = true,
        };
        start.Environment["MUSTER_ADDR"] = muster.Client.Address.AbsoluteUri;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"muster {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }

        var figures = error.Trim()
            .Split('\n')[^1]
            .Split(' ')
            .Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))
            .ToArray();
        return ((figures[1] + figures[2]) * 1000 / TaskRuns, figures[0] / 1000);
    }
}

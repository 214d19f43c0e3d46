using System.Diagnostics;
using System.Globalization;
using System.Text;

using Muster.Api.Groups;
using Muster.Cli.Configuration;
using Muster.Cli.Simulating;
using Muster.Clouds;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Bench;

/// <summary>Muster on each cloud that can be simulated, under the limits that the real one publishes.</summary>
internal static class SimulatedCloudsBench
{
    private const int Crowd = 1000;
    private const int Checks = 5;
    private const int Runs = 15;

    /// <summary>A call that makes a machine takes about so long at any of them; drawn from half of it to one and a half.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LatencyMax = Latency * 1.5;

    public static async Task<IEnumerable<Figure>> RunAsync(string kind) =>
        [.. await ConvergeAsync(kind), await IdleAsync(kind), await ScaleAsync(kind)];

    /// <summary>From nothing to ten, and from ten to a hundred and ten, each after a quiet time.</summary>
    private static async Task<List<Figure>> ConvergeAsync(string kind)
    {
        await using var rig = await Rig.StartAsync(kind, new(Latency, Provisioning: TimeSpan.Zero, FailingShare: 0, PerSecond: null), "");
        await rig.AddGroupAsync();
        var figures = new List<Figure>();
        var before = 0;
        foreach (var level in (int[])[10, 110])
        {
            await Task.Delay(rig.UntilBudgetsAreFull, TimeProvider.System);
            var calls = rig.Calls;
            var startedAt = Stopwatch.GetTimestamp();
            await rig.ScaleAsync(level);
            var took = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
            var count = level - before;

            // A check looks before it launches, and a look shows what was made: a call for each page of it, since only one page tells
            // where the next begins, and as many launches at once as the limit allows.
            var looks = PagesOf(before, rig.Traits) + PagesOf(level, rig.Traits);
            var ideal = Math.Max(0, (count - rig.Traits.Burst) / rig.Traits.WritesPerSecond) + ((looks + 1) * LatencyMax.TotalSeconds);
            var after = rig.Calls;
            var (all, throttled) = (after.All - calls.All, after.Throttled - calls.Throttled);
            figures.Add(new(
                $"{kind}: 0 → {count}", took, "s",
                $"under its limit {ideal:0.00} s; {all} calls, {(double)all / count:0.00} a machine, {throttled} answered as too many",
                took <= 1.1 * ideal && throttled == 0, "≤ 1.1 × that, none too many"));
            before = level;
        }

        return figures;
    }

    private static async Task<Figure> IdleAsync(string kind)
    {
        const string generous = "reads_per_second = 10000\nwrites_per_second = 10000\nburst = 10000\n";
        var behaviour = new SimulatedBehaviour(TimeSpan.Zero, Provisioning: TimeSpan.Zero, FailingShare: 0, PerSecond: 0);
        await using var rig = await Rig.StartAsync(kind, behaviour, generous);
        await rig.AddGroupAsync();
        await rig.ScaleAsync(Crowd);
        await rig.UntilAllRunAsync(Crowd);
        await rig.Muster.Client.CheckGroupAsync("web");
        var calls = rig.Calls.All;
        for (var check = 0; check < Checks; check++)
        {
            await rig.Muster.Client.CheckGroupAsync("web");
        }

        var each = (double)(rig.Calls.All - calls) / Checks;

        var pages = PagesOf(Crowd, rig.Traits);
        return new(
            $"{kind}: calls in a check of {Crowd} healthy instances", each, "calls", $"pages of its listing: {pages:0}", each <= pages,
            "≤ its pages");
    }

    /// <summary>A last page that is full may be followed by an empty one.</summary>
    private static double PagesOf(int instances, CloudTraits traits) => Math.Floor((double)instances / traits.PageSize) + 1;

    private static async Task<Figure> ScaleAsync(string kind)
    {
        var behaviour = new SimulatedBehaviour(TimeSpan.Zero, Provisioning: TimeSpan.Zero, FailingShare: 0, PerSecond: 0);
        await using var rig = await Rig.StartAsync(kind, behaviour, "");
        string[] arguments = ["scale", "--config", rig.Config, "--group", "job", "--count", "2", .. rig.Template];
        await ProcessRun.MeasureAsync(arguments);
        var (runs, bundled, floors) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            runs.Add((await ProcessRun.MeasureAsync(arguments)).Ms);

            // With TLS, .NET reads the file and then each file of the directory beside it, which hold the same ones.
            bundled.Add((await ProcessRun.MeasureWithAsync("SSL_CERT_DIR", rig.NoDirectory, arguments)).Ms);
            floors.Add((await ProcessRun.MeasureAsync("version")).Ms);
        }

        var ms = runs.Order().ElementAt(Runs / 2);
        return new(
            $"{kind}: muster scale, nothing to do, whole process", ms, "ms",
            $"muster version in the same run {floors.Order().ElementAt(Runs / 2):0.0} ms; with the machine's authorities read from their "
            + $"one file alone {bundled.Order().ElementAt(Runs / 2):0.0} ms", ms <= 40, "≤ 40 ms");
    }

    /// <summary>A simulated cloud in this process, and a server beside it.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly SimulatedCloud _cloud;
        private readonly string _data;

        private Rig(SimulatedCloud cloud, CloudTraits traits, MusterProcess muster, string data) =>
            (_cloud, Traits, Muster, _data) = (cloud, traits, muster, data);

        public MusterProcess Muster { get; }

        public CloudTraits Traits { get; }

        public string Config => _cloud.ConfigFile;

        public string NoDirectory => Path.Combine(_data, "none");

        public string[] Template => [.. $"--cloud {_cloud.Cloud.Name} {_cloud.Template}".Split(' ')];

        public (int All, int Throttled) Calls
        {
            get
            {
                var calls = _cloud.Calls.ToArray();
                return (
                    calls.Sum(call => call.Value),
                    calls.Where(call => call.Key.Status is 429 or 503).Sum(call => call.Value));
            }
        }

        public TimeSpan UntilBudgetsAreFull =>
            TimeSpan.FromSeconds(Math.Min(60, 1 + (Traits.Burst / Math.Min(Traits.ReadsPerSecond, Traits.WritesPerSecond))));

        public static async Task<Rig> StartAsync(string kind, SimulatedBehaviour behaviour, string limits)
        {
            var data = Directory.CreateTempSubdirectory("muster-bench-").FullName;
            var what = SimulatedClouds.Words.Single(one => one.Word == kind).What;
            var cloud = await SimulatedClouds.StartAsync(what, data, behaviour, TimeProvider.System)
                ?? throw new ArgumentException($"{kind} is no simulated cloud", nameof(kind));
            await using var eye = await CloudKinds.OpenAsync(
                kind, CloudSetups.Of(cloud.Cloud, data, TimeProvider.System, new SystemRandomSource(), static _ => { }), default);
            return new(cloud, eye.Traits, await MusterProcess.StartWithAsync(Block(cloud.Cloud, limits)), data);
        }

        public async Task AddGroupAsync()
        {
            await ProcessRun.MeasureAsync(["template", "create", "bench", "--addr", $"{Muster.Address}", .. Template]);
            await Muster.Client.CreateGroupAsync(new GroupInput
            {
                Name = "web",
                Template = "bench",
                Capacity = new CapacityInput { Desired = 0 },
                Brakes = new BrakesInput
                {
                    LaunchesInFlightMax = 100, LaunchesPerCheckMax = 1000, TerminationsPerCheckMax = 1000, LaunchesPerHourMax = 10_000,
                    TerminationsPerHourMax = 10_000,
                },
            });
        }

        /// <summary>Sets the level, and waits until every instance is made.</summary>
        public async Task ScaleAsync(int level)
        {
            await Muster.Client.SetCapacityAsync("web", new() { Desired = level });
            await Muster.UntilAsync("web", group => group.Status.Running + group.Status.Provisioning >= level);
        }

        public Task UntilAllRunAsync(int level) =>
            Muster.UntilAsync("web", group => group.Status.Running == level && group.Status.Condition == "healthy");

        public async ValueTask DisposeAsync()
        {
            await Muster.DisposeAsync();
            await _cloud.DisposeAsync();
            Directory.Delete(_data, recursive: true);
        }

        private static string Block(CloudConfig cloud, string limits)
        {
            var toml = new StringBuilder();
            toml.Append(
                CultureInfo.InvariantCulture, $"[[cloud]]\nname = \"{cloud.Name}\"\nkind = \"{cloud.Kind}\"\n{limits}[cloud.options]\n");
            foreach (var (name, value) in cloud.Options)
            {
                toml.Append(CultureInfo.InvariantCulture, $"{name} = '{value}'\n");
            }

            return toml.ToString();
        }
    }
}

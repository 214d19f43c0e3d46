using System.Globalization;

using Muster.Clouds.Local;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>Muster processes are killed at random moments, with real SIGKILLs; what they started must be found, once each.</summary>
public sealed class CrashTests
{
    private const int LaunchesEach = 12;

    /// <summary>About what the launches take: most deaths fall into the middle of some.</summary>
    private static readonly TimeSpan RaceLength = TimeSpan.FromMilliseconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Launches_cut_short_by_a_crash_are_found_or_made_but_never_made_twice(int seed)
    {
        await using var harness = new LocalHarness();
        var runs = Directory.CreateDirectory(Path.Combine(harness.Outside, "runs")).FullName;
        var image = Image(runs);
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed, LaunchesEach, image))
        {
            owner.Go();
            await AtRandomAsync(seed);
            owner.Crash();
        }

        await harness.ReopenAsync();
        var launched = await LaunchAllAsync(harness.Cloud, seed, image);

        Assert.All(launched, instance => Assert.Equal(InstanceState.Running, instance.State));
        await AssertOneProcessEachAsync(harness, runs, launched);
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Two_owners_with_the_same_launches_make_each_once_though_one_of_them_crashes(int seed)
    {
        await using var harness = new LocalHarness();
        var runs = Directory.CreateDirectory(Path.Combine(harness.Outside, "runs")).FullName;
        var image = Image(runs);
        using (var survivor = await LocalOwner.StartAsync(harness.Root, seed, LaunchesEach, image))
        using (var victim = await LocalOwner.StartAsync(harness.Root, seed, LaunchesEach, image))
        {
            victim.Go();
            survivor.Go();
            await AtRandomAsync(seed);
            victim.Crash();
            await survivor.WaitUntilDoneAsync();
        }

        await AssertOneProcessEachAsync(harness, runs, await harness.ListAsync());
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Terminations_cut_short_by_a_crash_are_carried_on_and_hit_nobody_else(int seed)
    {
        await using var harness = new LocalHarness();
        var runs = Directory.CreateDirectory(Path.Combine(harness.Outside, "runs")).FullName;
        var image = Image(runs);
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed, LaunchesEach, image, terminateEvery: 2))
        {
            owner.Go();
            await AtRandomAsync(seed);
            owner.Crash();
        }

        await harness.ReopenAsync();
        await Wait.UntilAsync("every order is carried out", async () =>
            (await harness.ListAsync()).All(instance => instance.State is not InstanceState.Terminating));
        var before = await harness.ListAsync();
        var repeated = await LaunchAllAsync(harness.Cloud, seed, image);

        // Who was alive still is; who was ended stays ended; all others are made now.
        Assert.All(before, instance => Assert.Equal(InstanceState.Running, repeated.Single(other => other.Id == instance.Id).State));
        Assert.All(
            repeated.Index().Where(instance => instance.Item.State is not InstanceState.Running),
            instance => Assert.Equal((0, InstanceState.Terminating), (instance.Index % 2, instance.Item.State)));
        await AssertOneProcessEachAsync(
            harness, runs, [.. repeated.Where(instance => instance.State is InstanceState.Running)], everRan: repeated);
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Stops_and_starts_cut_short_by_a_crash_lose_nobody_and_make_nobody_twice(int seed)
    {
        await using var harness = new LocalHarness();
        var runs = Directory.CreateDirectory(Path.Combine(harness.Outside, "runs")).FullName;
        var image = Image(runs);
        await LaunchAllAsync(harness.Cloud, seed, image);
        var launched = await harness.ListAsync();
        await harness.Cloud.DisposeAsync();
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed, LaunchesEach, image, restarts: 1000))
        {
            owner.Go();
            await AtRandomAsync(seed, races: 4);
            owner.Crash();
        }

        await harness.ReopenAsync();
        Assert.Equal(launched.Select(instance => instance.Id), (await harness.ListAsync()).Select(instance => instance.Id));
        await Wait.UntilAsync("every order is carried out, and every boot stage through or dead", async () =>
            (await harness.ListAsync()).All(instance => instance.State is not (InstanceState.Terminating or InstanceState.Provisioning)));
        var settled = await harness.ListAsync();
        Assert.All(settled, instance => Assert.Equal(
            instance.State is InstanceState.Running ? (InstanceState.Running, null) : (InstanceState.Stopped, true),
            (instance.State, instance.StoppedOnOrder)));
        await Wait.UntilAsync("exactly the listed processes run", () =>
            settled.Where(instance => instance.State is InstanceState.Running).Select(RealProcesses.Pid).Order()
                .SequenceEqual(RealProcesses.WithEnvironment($"TMPDIR={harness.Root}").Order()));

        await Task.WhenAll(settled.Select(
            instance => LocalOwner.StartAsync((LocalCloud)harness.Cloud, instance.Id, Cancellation)));

        var started = await harness.ListAsync();
        Assert.All(started, instance => Assert.Equal(InstanceState.Running, instance.State));
        Assert.Equal(launched.Select(instance => instance.Attributes["port"]), started.Select(instance => instance.Attributes["port"]));
        await Wait.UntilAsync("exactly one process of each runs", () =>
            started.Select(RealProcesses.Pid).Order()
                .SequenceEqual(RealProcesses.WithEnvironment($"TMPDIR={harness.Root}").Order()));
        await Wait.UntilAsync("the last who wrote is the one that is listed", () => started.All(instance =>
            File.ReadLines(Path.Combine(runs, instance.Id.Value)).LastOrDefault()
                == RealProcesses.Pid(instance).ToString(CultureInfo.InvariantCulture)));
    }

    private static string Image(string runs) => $"sh -c 'echo $$ >> {runs}/$MUSTER_LAUNCH; exec sleep 1000'";

    private static Task AtRandomAsync(int seed, double races = 1) =>
        Task.Delay(RaceLength * (races * new Random(seed).NextDouble()), TimeProvider.System, Cancellation);

    private static Task<Instance[]> LaunchAllAsync(ICloud cloud, int seed, string image) =>
        Task.WhenAll(LocalOwner.Launches(seed, LaunchesEach)
            .Select(launch => Task.Run(() => cloud.LaunchAsync(Requests.Make(launch, image), Cancellation))));

    private static async Task AssertOneProcessEachAsync(
        LocalHarness harness, string runs, Instance[] running, Instance[]? everRan = null)
    {
        // The image writes a line each time it runs: more than one is a second instance of one launch.
        await Wait.UntilAsync("every image has written its line", () => running.All(instance =>
            File.Exists(Path.Combine(runs, instance.Id.Value)) && File.ReadAllText(Path.Combine(runs, instance.Id.Value)).EndsWith('\n')));
        Assert.Equal(everRan is null ? LaunchesEach : running.Length, running.Length);
        // One that was terminated may have died before it wrote.
        Assert.All(Directory.EnumerateFiles(runs), path => Assert.InRange(File.ReadAllLines(path).Length, 0, 1));
        Assert.All(running, instance => Assert.Equal(
            RealProcesses.Pid(instance).ToString(CultureInfo.InvariantCulture),
            File.ReadAllText(Path.Combine(runs, instance.Id.Value)).Trim()));
        // Waited for, because a process in the middle of its exec shows no environment for a moment.
        await Wait.UntilAsync("exactly the listed processes run", () =>
            running.Select(RealProcesses.Pid).Order().SequenceEqual(RealProcesses.WithEnvironment($"TMPDIR={harness.Root}").Order()));
        Assert.Equal(running.Length, running.Select(instance => instance.Attributes["port"]).Distinct().Count());
        Assert.Equal(
            running.Select(instance => instance.Id).Order(),
            (await harness.ListAsync()).Where(instance => instance.State is InstanceState.Running).Select(instance => instance.Id).Order());
    }
}

using System.Diagnostics;
using System.Globalization;

using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>A Muster process of its own, for the crash tests to kill: this test program, started again in another mode.</summary>
internal sealed class LocalOwner : IDisposable
{
    public const string Mode = "--local-owner";

    private readonly Process _process;

    private LocalOwner(Process process) => _process = process;

    /// <summary>Starts an owner and waits until it has opened its cloud and is about to launch.</summary>
    /// <param name="directory">The cloud's directory.</param>
    /// <param name="seed">Its launches are those of <see cref="Launches"/> with this seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="image">What they run.</param>
    /// <param name="shell">What runs the boot stages.</param>
    /// <param name="restarts">How often each is stopped and started again.</param>
    /// <param name="terminateEvery">Each so-manieth is terminated right after its launch; zero for none.</param>
    public static async Task<LocalOwner> StartAsync(
        string directory, int seed, int count, string image, int terminateEvery = 0, string shell = "/bin/sh", int restarts = 0)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in new[] { Mode, directory, Text(seed), Text(count), image, Text(terminateEvery), shell, Text(restarts) })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MUSTER_TOKEN"] = "secret-of-the-server";
        var owner = new LocalOwner(Process.Start(start)!);
        Assert.Equal("ready", await owner._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        return owner;
    }

    /// <summary>Tells it to begin.</summary>
    public void Go() => _process.StandardInput.WriteLine("go");

    /// <summary>Waits until it has made and ended everything.</summary>
    public async Task WaitUntilDoneAsync() =>
        Assert.Equal("done", await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

    /// <summary>Ends it as a crash does: nothing of it runs any more afterwards.</summary>
    public void Crash()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts an instance as soon as nothing of its last run is left.</summary>
    public static async Task StartAsync(LocalCloud cloud, InstanceId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await cloud.StartAsync(Requests.Installation, id, cancellationToken);
                return;
            }
            catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>The launch ids of a seed.</summary>
    public static LaunchId[] Launches(int seed, int count)
    {
        var random = new Random(seed);
        var bytes = new byte[16];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            random.NextBytes(bytes);
            return new LaunchId(new Guid(bytes));
        })];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Crash();
        }

        _process.Dispose();
    }

    /// <summary>The owner's own main program.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (directory, seed, count, image, terminateEvery) = (args[1], Number(args[2]), Number(args[3]), args[4], Number(args[5]));
        var restarts = Number(args[7]);
        await using var cloud = LocalCloud.Open(
            new LocalCloudOptions { Directory = directory, Shell = args[6] }, TimeProvider.System, new SystemRandomSource());
        await WarmUpAsync(directory + "-warm-up");
        Console.WriteLine("ready");
        Console.ReadLine();
        await Parallel.ForEachAsync(
            Launches(seed, count).Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (launch, cancellationToken) =>
            {
                var instance = await cloud.LaunchAsync(Requests.Make(launch.Item, image), cancellationToken);
                for (var i = 0; i < restarts; i++)
                {
                    var manner = (launch.Index + i) % 2 == 0 ? StopManner.Orderly : StopManner.AtOnce;
                    await cloud.StopAsync(Requests.Installation, instance.Id, manner, cancellationToken);
                    await StartAsync(cloud, instance.Id, cancellationToken);
                }

                if (terminateEvery > 0 && launch.Index % terminateEvery == 0)
                {
                    await cloud.TerminateAsync(instance.Id, cancellationToken);
                }
            });
        Console.WriteLine("done");
        Console.ReadLine();
        return 0;
    }

    /// <summary>Has everything compiled before the race begins, so that the time of death falls into the launches.</summary>
    private static async Task WarmUpAsync(string directory)
    {
        await using var cloud = LocalCloud.Open(
            new LocalCloudOptions { Directory = directory }, TimeProvider.System, new SystemRandomSource());
        for (var i = 0; i < 3; i++)
        {
            var instance = await cloud.LaunchAsync(Requests.Make("true"), CancellationToken.None);
            await cloud.TerminateAsync(instance.Id, CancellationToken.None);
        }

        var restarted = await cloud.LaunchAsync(Requests.Make("sleep 1000"), CancellationToken.None);
        await cloud.StopAsync(Requests.Installation, restarted.Id, StopManner.Orderly, CancellationToken.None);
        await StartAsync(cloud, restarted.Id, CancellationToken.None);
        await cloud.TerminateAsync(restarted.Id, CancellationToken.None);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

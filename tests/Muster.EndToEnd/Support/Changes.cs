using System.Globalization;

namespace Muster.EndToEnd.Support;

/// <summary>People who change capacities all the time, at whichever server answers, and count what runs.</summary>
internal sealed class Changes(Cluster cluster, IReadOnlyList<string> groups, int seed) : IDisposable
{
    public const int LevelMax = 6;

    /// <summary>What is written down as ending counts no more: while it still runs, others come up when the level rises again.</summary>
    public const int RunningMax = LevelMax * 2;

    private readonly CancellationTokenSource _stop = new();
    private int _made;

    public int Made => Volatile.Read(ref _made);

    /// <summary>Most instances of one group that ran at once.</summary>
    public int MostSeen { get; private set; }

    /// <summary>A launch of which two instances ran at once; null while there was none.</summary>
    public string? LaunchedTwice { get; private set; }

    public void Stop() => _stop.Cancel();

    public async Task RunAsync()
    {
        // The moments are the machine's, so a failure is not replayed by its seed; the servers' logs in the assertion tell.
        var random = new Random(seed);
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var group = groups[random.Next(groups.Count)];
            var level = random.Next(0, LevelMax + 1);
            await TryChangeAsync(cluster.Servers[random.Next(cluster.Servers.Count)], group, level);
            if (turn % 10 == 0)
            {
                Look();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 100)), TimeProvider.System);
        }
    }

    /// <summary>Waits until so many more have been made.</summary>
    public Task UntilMadeAsync(int more)
    {
        var enough = Made + more;
        return cluster.UntilAsync(() => Task.FromResult(Made >= enough), $"{more} more changes are made");
    }

    /// <summary>One last change, which is surely made; returns its level.</summary>
    public async Task<int> SettleAsync(string group)
    {
        var level = 1 + (group[^1] % 4);
        await cluster.UntilAsync(
            async () =>
            {
                foreach (var server in cluster.Servers)
                {
                    if (await TryChangeAsync(server, group, level))
                    {
                        return true;
                    }
                }

                return false;
            },
            $"a server takes the last change of {group}");
        return level;
    }

    public void Dispose() => _stop.Dispose();

    private void Look()
    {
        foreach (var launches in cluster.RealLaunches())
        {
            MostSeen = Math.Max(MostSeen, launches.Count());
            LaunchedTwice ??= launches.CountBy(launch => launch).FirstOrDefault(launch => launch.Value > 1).Key;
        }
    }

    private async Task<bool> TryChangeAsync(ServerProcess server, string group, int level)
    {
        // A paused server takes the request and answers when it goes on: nobody waits that long.
        var sending = server.SendAsync(
            HttpMethod.Put, $"/v1/groups/{group}/capacity", string.Create(CultureInfo.InvariantCulture, $$"""{"desired":{{level}}}"""));
        if (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System)) != sending)
        {
            return false;
        }

        using var answer = await sending;
        if (answer is not { IsSuccessStatusCode: true })
        {
            return false;
        }

        Interlocked.Increment(ref _made);
        return true;
    }
}

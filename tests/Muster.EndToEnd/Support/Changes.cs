using System.Globalization;

namespace Muster.EndToEnd.Support;

/// <summary>People who change capacities all the time, at whichever server answers, and count what runs.</summary>
internal sealed class Changes(Cluster cluster, IReadOnlyList<string> groups, int seed) : IDisposable
{
    public const int LevelMax = 6;

    /// <summary>Most that may run of a group and are not ordered to end.</summary>
    /// <remarks>
    /// What is written down as ending counts no more, and is ordered to end right after that: others come up beside it when the level
    /// rises again. Where the order waits for a crash to be found, a whole level may do so beside another.
    /// </remarks>
    public const int RunningMax = LevelMax * 2;

    private readonly CancellationTokenSource _stop = new();
    private int _made;

    public int Made => Volatile.Read(ref _made);

    /// <summary>Most instances of one group that ran at once and were not ordered to end: those that were may take their time.</summary>
    public int MostSeen { get; private set; }

    /// <summary>A launch of which two instances ran at once, ordered to end or not; null while there was none.</summary>
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
        var instances = cluster.RealInstances();
        LaunchedTwice ??= instances.CountBy(instance => instance.Launch).FirstOrDefault(launch => launch.Value > 1).Key;
        var held = instances.Where(instance => !instance.IsOrderedToEnd).CountBy(instance => instance.Group);
        MostSeen = held.Select(group => group.Value).Append(MostSeen).Max();
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

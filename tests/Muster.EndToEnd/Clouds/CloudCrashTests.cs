using System.Text.Json;

using Muster.Cli.Simulating;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Clouds;

/// <summary>
/// On each cloud that can be simulated, the server is killed with SIGKILL in the middle of what it launches and terminates.
/// </summary>
public sealed class CloudCrashTests
{
    private const int Rounds = 50;

    private const int LevelMax = 8;

    /// <summary>Rounds between two moments at which the group is at its level, where a launch of unknown outcome is asked again.</summary>
    private const int RoundsAtOnce = 10;

    public static TheoryData<string> Kinds => [.. SimulatedClouds.Words.Select(one => one.Word)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Killed_fifty_times_the_server_makes_no_launch_twice_and_leaves_nothing_behind(string kind)
    {
        // The moments are random, so a failure is not replayed by its seed; it is by its log, which the assertion prints.
        var random = new Random(kind.Length);
        await using var cloud = await CloudUnderCrash.StartAsync(kind);
        var server = cloud.Server;
        (await server.MusterAsync(["template", "create", "machine", .. cloud.Template])).Good();
        (await server.MusterAsync("group", "create", "fleet", "--template", "machine", "--capacity", "1")).Good();
        var installation = new InstallationId((await server.StatusAsync()).GetProperty("installation_id").GetGuid());
        for (var round = 0; round < Rounds; round++)
        {
            if (round % RoundsAtOnce == 0 && cloud.LaunchTokens)
            {
                await SettleAsync(cloud, installation, LevelMax);
            }

            (await server.MusterAsync("group", "scale", "fleet", $"{random.Next(0, LevelMax + 1)}", "--yes")).Good();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 80)), TimeProvider.System, TestContext.Current.CancellationToken);
            await server.KillAsync();
            var launches = (await cloud.AliveAsync(installation)).Select(instance => instance.Tags[MusterTags.Launch]).ToList();
            Assert.True(
                launches.Count == launches.Distinct().Count(),
                $"round {round}: {launches.Count} instances of {launches.Distinct().Count()} launches:\n{server.Log}");
            await server.StartAsync();
        }

        // Where a launch of unknown outcome cannot be asked again, it counts as pending until it expires, which takes ten minutes.
        if (cloud.LaunchTokens || Durations.AreReal)
        {
            await SettleAsync(cloud, installation, LevelMax);
        }

        (await server.MusterAsync("group", "delete", "fleet", "--yes")).Good();
        await Patiently.UntilAsync(
            async () => (await cloud.AliveAsync(installation)).IsEmpty, "no instance is left", Patience(cloud),
            more: () => Task.FromResult(server.Log));
        await Patiently.UntilAsync(
            async () => (await cloud.LeftoversAsync(installation)).IsEmpty, "nothing is left behind", Patience(cloud),
            more: async () => string.Join('\n', await cloud.LeftoversAsync(installation)));
    }

    // The figures are those of the last check that was finished, which may be older than what a check that was killed has done.
    private static async Task SettleAsync(CloudUnderCrash cloud, InstallationId installation, int level)
    {
        (await cloud.Server.MusterAsync("group", "scale", "fleet", $"{level}", "--yes")).Good();
        await Patiently.UntilAsync(
            async () => Running((await cloud.Server.MusterAsync("group", "show", "fleet", "--json")).Good().Json) == (level, 0)
                && (await cloud.AliveAsync(installation)).Length == level,
            $"{level} instances run", Patience(cloud),
            more: async () => $"{(await cloud.Server.MusterAsync("group", "show", "fleet")).Output}\n{cloud.Server.Log}");
    }

    private static (int Running, int Others) Running(JsonElement group)
    {
        var status = group.GetProperty("status");
        int Of(string count) => status.GetProperty(count).GetInt32();
        return (Of("running"), Of("pending") + Of("provisioning") + Of("terminating") + Of("dead") + Of("unknown"));
    }

    // An order to end that a kill has cut off is given again when no listing can be older than it, and seen with the check after that.
    private static TimeSpan Patience(CloudUnderCrash cloud) => TimeSpan.FromMinutes(cloud.LaunchTokens ? 4 : 12);
}

using System.Globalization;

using Muster.EndToEnd.Steering.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>A group that follows the length of a list in a real Redis.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task A_queue_that_drains_takes_its_group_to_zero_and_its_next_item_brings_it_back()
    {
        var folder = DevServer.NewData();
        try
        {
            var (redis, port) = await Daemons.RedisAsync(folder);
            await using var running = redis;
            await using var server = await SteeringServer.StartAsync($"""
                [[metrics]]
                name = "queue"
                source = "redis"
                [metrics.options]
                servers = "127.0.0.1:{port}"
                key = "jobs:$group"
                """);
            await server.AddGroupAsync("jobs", 0);
            await server.SayAsync(
                "policy create work --group jobs --kind backlog --metric queue --per-instance 100 --empty-for 2s --stabilize 2s");

            await RedisAsync(["RPUSH", "jobs:jobs", .. Enumerable.Range(0, 340).Select(item => $"item-{item}")]);
            await server.UntilRunningAsync("jobs", 4);
            await RedisAsync(["LTRIM", "jobs:jobs", "0", "49"]);
            await server.UntilRunningAsync("jobs", 1);
            await RedisAsync(["DEL", "jobs:jobs"]);
            await server.UntilRunningAsync("jobs", 0);
            await server.UntilAskedAgainAsync("jobs", "work");
            await server.UntilRunningAsync("jobs", 0);
            await RedisAsync(["RPUSH", "jobs:jobs", "one"]);
            await server.UntilRunningAsync("jobs", 1);

            var last = (await server.MovesAsync("jobs", "work"))[0].GetProperty("description").GetString();
            Assert.Equal("capacity 0 → 1 by policy work: queue: 1 waiting at 100 each → 1", last);

            async Task RedisAsync(string[] command) => (await ProgramRun.OfAsync(
                "redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), .. command])).Good();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

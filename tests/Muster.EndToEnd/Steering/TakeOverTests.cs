using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>Two servers on one PostgreSQL: one of them steers a group.</summary>
public sealed class TakeOverTests
{
    private const string Steered = "muster_groups_steered{";

    [Fact]
    public async Task One_of_two_servers_steers_a_group_and_when_it_dies_the_other_goes_on_and_repeats_nothing()
    {
        await using var cluster = await Cluster.StartAsync(2, more: "[steering]\ninterval = \"1s\"");
        var first = cluster.Servers[0];
        (await first.MusterAsync("template", "create", "hello", "--cloud", "local-0", "--image", "muster hello")).Good();
        (await first.MusterAsync("group", "create", "web", "--template", "hello", "--capacity", "2", "--max", "10")).Good();
        await cluster.UntilHealthyAsync("web", 2);
        (await first.MusterAsync(
            "policy", "create", "alarm", "--group", "web", "--kind", "step", "--metric", "cpu", "--above", "80", "--add", "30%",
            "--cooldown", "10m")).Good();
        ServerProcess? steering = null;
        await cluster.UntilAsync(
            async () =>
            {
                var counts = await Task.WhenAll(cluster.Servers.Select(SteeredByAsync));
                steering = counts.Sum() == 1 ? cluster.Servers[Array.IndexOf(counts, 1)] : null;
                return steering is not null;
            },
            "one of the two steers the group");

        // Pushed at the one that does not steer: readings are in the store.
        var other = cluster.Servers.Single(server => server != steering);
        await PushAsync(other, "cpu", 91);
        await cluster.UntilHealthyAsync("web", 3);
        await steering!.KillAsync();
        await cluster.UntilAsync(async () => await SteeredByAsync(other) == 1, "the other one steers the group");

        await PushAsync(other, "cpu", 92);
        await cluster.UntilAsync(
            async () => (await ReasonAsync(other, "alarm"))
                .StartsWith("cpu: 92, above 80, moved to 3; cools down", StringComparison.Ordinal),
            "the other one knows of the cool-down");
        await cluster.UntilHealthyAsync("web", 3);

        (await other.MusterAsync(
            "policy", "create", "more", "--group", "web", "--kind", "step", "--metric", "wish", "--above", "0", "--set", "4")).Good();
        await PushAsync(other, "wish", 1);
        await cluster.UntilHealthyAsync("web", 4);
    }

    private static async Task<int> SteeredByAsync(ServerProcess server)
    {
        using var answer = await server.SendAsync(HttpMethod.Get, "/metrics");
        var text = answer is null ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(Steered, StringComparison.Ordinal));
        return line is not null && line.Split(' ')[1] == "1" ? 1 : 0;
    }

    private static async Task<string> ReasonAsync(ServerProcess server, string policy)
    {
        using var answer = await server.SendAsync(HttpMethod.Get, $"/v1/groups/web/policies/{policy}");
        using var document = JsonDocument.Parse(await answer!.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString() ?? "" : "";
    }

    private static async Task PushAsync(ServerProcess server, string metric, int value)
    {
        using var answer = await server.SendAsync(
            HttpMethod.Post, "/v1/groups/web/readings", $$"""{"metric":"{{metric}}","value":{{value}}}""");
        answer!.EnsureSuccessStatusCode();
    }
}

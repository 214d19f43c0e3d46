using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>Few descriptors: the soft limit is raised, and where the hard one is low all groups are looked after all the same.</summary>
public sealed class DescriptorTests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task The_soft_limit_is_raised_and_instances_get_the_one_that_the_server_was_born_with()
    {
        await using var server = await DevServer.StartAsync(before: "ulimit -S -n 80");
        (await server.MusterAsync(
            "template", "create", "limits", "--cloud", "local", "--image", "sh -c 'ulimit -S -n; exec sleep 1000'")).Good();
        (await server.MusterAsync("group", "create", "web", "--template", "limits", "--capacity", "80")).Good();

        await server.UntilHealthyAsync("web", 80);

        var instance = (await server.MusterAsync("group", "instances", "web", "--json")).Good().Json[0];
        Assert.Equal("80\n", await File.ReadAllTextAsync(
            instance.GetProperty("attributes").GetProperty("log").GetString()!, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("impaired", await server.ReadyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_low_hard_limit_instances_are_looked_at_and_the_server_says_so()
    {
        await using var server = await DevServer.StartAsync(before: "ulimit -n 80");
        (await server.MusterAsync("template", "create", "sleeper", "--cloud", "local", "--image", "sleep 1000")).Good();
        (await server.MusterAsync("group", "create", "web", "--template", "sleeper", "--capacity", "80")).Good();
        await server.UntilHealthyAsync("web", 80);

        Assert.Contains("impaired", await server.ReadyAsync(), StringComparison.Ordinal);
        Assert.Contains(
            "instances are not watched, but looked at five times a second",
            await Http.GetStringAsync(new Uri($"{server.Address}/v1/clouds"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains("not watched", server.Log, StringComparison.Ordinal);

        // Also after a start that has none of them for a child.
        await server.KillAsync();
        await server.StartAgainAsync();
        await server.UntilHealthyAsync("web", 80);
        Assert.Equal(80, server.RealPids().Count);

        var victim = server.RealPids()[0];
        Processes.Kill(victim);
        await server.UntilAsync("web", _ => !server.RealPids().Contains(victim) && server.RealPids().Count == 80, "repaired");
    }
}

namespace Muster.EndToEnd.Nomad.Support;

/// <summary>Groups from their creation to their end, checked by tasks that Nomad starts.</summary>
internal static class Life
{
    /// <summary>Made, hurt, scaled and deleted.</summary>
    public static async Task WholeAsync(INomadAgent agent, string task)
    {
        await using var installation = await Installation.StartAsync(agent, task: task);
        string[] groups = ["one", "two", "three"];
        foreach (var group in groups)
        {
            await installation.AddGroupAsync(group, 3);
        }

        foreach (var group in groups)
        {
            await installation.UntilAtLevelAsync(group, 3);
        }

        Assert.Equal(3, (await installation.JobsAsync()).Count);

        // Nobody tells of a death: it is the next tick that finds it.
        await installation.UntilReplacedAsync("two", 3);
        foreach (var level in new[] { 10, 15 })
        {
            await installation.ScaleAsync("three", level);
            await installation.UntilAtLevelAsync("three", level);
        }

        foreach (var group in groups)
        {
            await installation.Client.DeleteGroupAsync(group);
        }

        await installation.UntilNothingIsLeftAsync();
        Assert.Empty((await installation.Client.ListGroupsAsync()).Items);
    }

    /// <summary>Moved from a server that checks by itself to Nomad, and back.</summary>
    public static async Task MovedAsync(INomadAgent agent, string task)
    {
        await using var installation = await Installation.StartAsync(agent, kind: "embedded", task: task);
        await installation.AddGroupAsync("web", 3);
        await installation.UntilAtLevelAsync("web", 3);
        var before = installation.RealPids("web").Order().ToArray();
        Assert.Empty(await installation.JobsAsync());

        await installation.SwitchAsync("nomad");
        await installation.UntilAsync(async () => (await installation.JobsAsync()).Count == 1, "the group has a job");
        await installation.UntilCheckedAgainAsync("web");
        Assert.Equal(before, installation.RealPids("web").Order());

        await installation.SwitchAsync("embedded");
        await installation.UntilCheckedAgainAsync("web");
        Assert.Equal(before, installation.RealPids("web").Order());
        await installation.UntilReplacedAsync("web", 3);
    }
}

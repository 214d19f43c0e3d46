using Muster.EndToEnd.Nomad.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>Nomad is away, or its clock is wrong.</summary>
[Collection(StoriesCollection.Name)]
public sealed class AwayTests(Stories stories)
{
    /// <summary>Of the groups, in seconds.</summary>
    private const int Tick = 5;

    internal static IEnumerable<Func<Task>> All =>
    [
        While_Nomad_is_away_for_some_ticks_changes_are_kept_and_all_is_caught_up_when_it_is_backAsync,
        A_clock_of_Nomad_that_jumps_an_hour_forward_and_two_back_keeps_groups_checkedAsync,
    ];

    [Fact]
    public Task While_Nomad_is_away_for_some_ticks_changes_are_kept_and_all_is_caught_up_when_it_is_back() =>
        stories.Of(While_Nomad_is_away_for_some_ticks_changes_are_kept_and_all_is_caught_up_when_it_is_backAsync);

    [Fact]
    public Task A_clock_of_Nomad_that_jumps_an_hour_forward_and_two_back_keeps_groups_checked() =>
        stories.Of(A_clock_of_Nomad_that_jumps_an_hour_forward_and_two_back_keeps_groups_checkedAsync);

    private static async Task While_Nomad_is_away_for_some_ticks_changes_are_kept_and_all_is_caught_up_when_it_is_backAsync()
    {
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent);
        foreach (var group in new[] { "scaled", "deleted", "hurt" })
        {
            await installation.AddGroupAsync(group, 2, Tick);
        }

        foreach (var group in new[] { "scaled", "deleted", "hurt" })
        {
            await installation.UntilAtLevelAsync(group, 2);
        }

        await agent.GoAwayAsync();
        var awayAt = TimeProvider.System.GetTimestamp();
        await installation.ScaleAsync("scaled", 5);
        await installation.Client.DeleteGroupAsync("deleted");
        await installation.AddGroupAsync("new", 1, Tick);
        Processes.Kill(installation.RealPids("hurt")[0]);
        foreach (var group in new[] { "scaled", "deleted", "hurt", "new" })
        {
            await installation.UntilAsync(
                async () => (await installation.Client.GetGroupAsync(group)).Status.Reason.StartsWith(
                    "Nomad unreachable since ", StringComparison.Ordinal),
                $"{group} says that Nomad is away");
        }

        // The time itself is what is tested: ticks without one.
        var left = (Durations.TicksAway * TimeSpan.FromSeconds(Tick)) - TimeProvider.System.GetElapsedTime(awayAt);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System);
        Assert.Equal(2, installation.RealPids("scaled").Count);
        Assert.Equal(2, installation.RealPids("deleted").Count);
        Assert.Single(installation.RealPids("hurt"));
        Assert.Empty(installation.RealPids("new"));

        agent.ComeBack();
        await installation.UntilAtLevelAsync("scaled", 5);
        await installation.UntilAtLevelAsync("hurt", 2);
        await installation.UntilAtLevelAsync("new", 1);
        await installation.UntilAsync(async () => (await installation.JobsAsync()).Count == 3, "the deleted group has no job");
        Assert.Empty(installation.RealPids("deleted"));
        Assert.Equal(8, installation.RealPids().Count);
    }

    private static async Task A_clock_of_Nomad_that_jumps_an_hour_forward_and_two_back_keeps_groups_checkedAsync()
    {
        // What Nomad signs holds by its clock: a task that shows it would be refused until the clocks agree, as it should be.
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent, task: "ask");
        await installation.AddGroupAsync("web", 2, Tick);
        await installation.UntilAtLevelAsync("web", 2);

        foreach (var ahead in new[] { 1, -1 })
        {
            agent.Clock.Ahead = TimeSpan.FromHours(ahead);
            await installation.UntilReplacedAsync("web", 2);
            await installation.ScaleAsync("web", 3);
            await installation.UntilAtLevelAsync("web", 3);
            await installation.ScaleAsync("web", 2);
            await installation.UntilAtLevelAsync("web", 2);
        }

        Assert.Single(await installation.JobsAsync());
    }
}

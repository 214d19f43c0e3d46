using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>More groups than a person would count.</summary>
public sealed class ManyTests
{
    private const int Groups = 500;
    private const int CallsAtOnce = 16;

    /// <summary>As many as a client with two cores would be given.</summary>
    private const int TasksAtOnce = 8;

    /// <summary>A deleted group is archived by the tick after the check that terminated its last instance.</summary>
    private const int IntervalSeconds = 60;

    [Fact]
    public async Task Five_hundred_groups_have_a_job_each_are_checked_by_tasks_and_leave_nothing_behind()
    {
        var agent = await SimulatedAgent.StartAsync(TasksAtOnce);
        await using var installation = await Installation.StartAsync(agent);
        var names = Enumerable.Range(0, Groups).Select(number => $"web-{number}").ToArray();
        await ForAllAsync(names, name => installation.AddGroupAsync(name, 1, IntervalSeconds));

        await installation.UntilAsync(() => Task.FromResult(installation.RealPids().Count == Groups), "every group has its instance");
        Assert.Equal(Groups, (await installation.JobsAsync()).Count);
        Assert.True(agent.Nomad.Cluster.Runs >= Groups, $"{agent.Nomad.Cluster.Runs} tasks ran");

        await ForAllAsync(names, name => installation.Client.DeleteGroupAsync(name));
        await installation.UntilNothingIsLeftAsync();
        await installation.UntilAsync(async () => (await agent.JobIdsAsync()).Count == 0, "no child is left");
        Assert.Empty((await installation.Client.ListGroupsAsync()).Items);
    }

    private static Task ForAllAsync(string[] names, Func<string, Task> act) => Parallel.ForEachAsync(
        names, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (name, _) => await act(name));
}

using Muster.EndToEnd.Nomad.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>More groups than a person would count.</summary>
public sealed class ManyTests
{
    private static readonly int Groups = Durations.ManyGroups;

    /// <summary>Of the groups has one an instance. A task looks at every instance of the local cloud, and each group has a task.</summary>
    private const int Tenth = 10;

    private const int CallsAtOnce = 16;

    /// <summary>As many as a client with two cores would be given.</summary>
    private const int TasksAtOnce = 8;

    /// <summary>
    /// Ticks are not waited for: a change has its group checked at once, and a check that did something has another follow it.
    /// </summary>
    private const int IntervalSeconds = 60;

    [Fact]
    public async Task Hundreds_of_groups_have_a_job_each_are_checked_by_tasks_and_leave_nothing_behind()
    {
        var agent = await SimulatedAgent.StartAsync(TasksAtOnce);
        await using var installation = await Installation.StartAsync(agent);
        var names = Enumerable.Range(0, Groups).Select(number => $"web-{number}").ToArray();
        await ForAllAsync(names, name => installation.AddGroupAsync(name, name.EndsWith('0') ? 1 : 0, IntervalSeconds));

        await installation.UntilAsync(
            () => Task.FromResult(installation.RealPids().Count == Groups / Tenth), "every tenth group has its instance");
        Assert.Equal(Groups, (await installation.JobsAsync()).Count);
        await installation.UntilAsync(async () => (await UncheckedAsync(installation)) == 0, "every group was checked");

        await ForAllAsync(names, name => installation.Client.DeleteGroupAsync(name));
        await installation.UntilNothingIsLeftAsync();
        await installation.UntilAsync(async () => (await agent.JobIdsAsync()).Count == 0, "no child is left");
        Assert.Empty((await installation.Client.ListGroupsAsync()).Items);
    }

    private static async Task<int> UncheckedAsync(Installation installation)
    {
        var count = 0;
        await foreach (var group in Api.Client.MusterClient.AllAsync(page => installation.Client.ListGroupsAsync(page)))
        {
            count += group.Status.CheckedAt is null ? 1 : 0;
        }

        return count;
    }

    private static Task ForAllAsync(string[] names, Func<string, Task> act) => Parallel.ForEachAsync(
        names, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (name, _) => await act(name));
}

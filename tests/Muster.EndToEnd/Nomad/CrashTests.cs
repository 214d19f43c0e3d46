using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>
/// The server is killed with SIGKILL before each of its calls of Nomad: what is in the store is caught up by the next start.
/// </summary>
[Collection(StoriesCollection.Name)]
public sealed class CrashTests(Stories stories)
{
    /// <summary>Installations at once: their tasks are what costs.</summary>
    private static readonly SemaphoreSlim AtOnce = new(6);

    /// <summary>
    /// The calls of a change: list, register, force, evaluation. Of a deletion, moreover: list, read and remove the job, and its children.
    /// </summary>
    private const int CallsMin = 4;

    internal static IEnumerable<Func<Task>> All =>
    [
        Creating_a_group_is_caught_up_whichever_call_the_server_died_atAsync,
        Scaling_a_group_is_caught_up_whichever_call_the_server_died_atAsync,
        Deleting_a_group_is_caught_up_whichever_call_the_server_died_atAsync,
    ];

    [Fact]
    public Task Creating_a_group_is_caught_up_whichever_call_the_server_died_at() =>
        stories.Of(Creating_a_group_is_caught_up_whichever_call_the_server_died_atAsync);

    [Fact]
    public Task Scaling_a_group_is_caught_up_whichever_call_the_server_died_at() =>
        stories.Of(Scaling_a_group_is_caught_up_whichever_call_the_server_died_atAsync);

    [Fact]
    public Task Deleting_a_group_is_caught_up_whichever_call_the_server_died_at() =>
        stories.Of(Deleting_a_group_is_caught_up_whichever_call_the_server_died_atAsync);

    private static Task Creating_a_group_is_caught_up_whichever_call_the_server_died_atAsync() => KillAtEveryCallAsync(
        new(
            _ => Task.CompletedTask,
            installation => installation.AddGroupAsync("web", 2),
            group => group is not null,
            installation => installation.UntilAtLevelAsync("web", 2),
            LevelMax: 2,
            CallsMax: 5));

    private static Task Scaling_a_group_is_caught_up_whichever_call_the_server_died_atAsync() => KillAtEveryCallAsync(
        new(
            GroupAsync,
            installation => installation.ScaleAsync("web", 4),
            group => group?.Capacity.Desired == 4,
            installation => installation.UntilAtLevelAsync("web", 4),
            LevelMax: 4,
            CallsMax: 5));

    private static Task Deleting_a_group_is_caught_up_whichever_call_the_server_died_atAsync() => KillAtEveryCallAsync(
        new(
            GroupAsync,
            installation => installation.Client.DeleteGroupAsync("web"),
            group => group is not { Phase: "active" },
            installation => installation.UntilNothingIsLeftAsync(),
            LevelMax: 2,
            CallsMax: 9));

    private static async Task GroupAsync(Installation installation)
    {
        await installation.AddGroupAsync("web", 2);
        await installation.UntilAtLevelAsync("web", 2);
    }

    private static async Task KillAtEveryCallAsync(Story story)
    {
        var runs = await Task.WhenAll(Enumerable.Range(1, story.CallsMax).Select(call => RunInTurnAsync(story, call)));
        Assert.True(runs.Count(wasKilled => wasKilled) >= CallsMin, $"killed at {runs.Count(wasKilled => wasKilled)} calls only");
    }

    private static async Task<bool> RunInTurnAsync(Story story, int killAt)
    {
        await AtOnce.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return await RunAsync(story, killAt);
        }
        finally
        {
            AtOnce.Release();
        }
    }

    /// <summary>Runs a story on an installation of its own, the server being killed before the call of that number.</summary>
    /// <returns>Whether there was such a call.</returns>
    private static async Task<bool> RunAsync(Story story, int killAt)
    {
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent);
        await story.Begin(installation);
        var (calls, isArmed) = (0, 1);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.Options.Faults = _ =>
        {
            if (Interlocked.Increment(ref calls) != killAt || Interlocked.Exchange(ref isArmed, 0) == 0)
            {
                return null;
            }

            // Dead before the call is carried out. To have died after it is to have died before the next one.
            installation.Server.KillAsync().GetAwaiter().GetResult();
            killed.SetResult();
            return new(Status: 0);
        };

        var isAnswered = true;
        try
        {
            await story.Change(installation);
        }
        catch (ServerUnreachableException)
        {
            isAnswered = false;
        }

        var ending = story.End(installation);
        await Task.WhenAny(ending, killed.Task);

        // A call after the story's end is none of its own: the next round over all jobs must not be the one that the server dies at.
        if (Interlocked.Exchange(ref isArmed, 0) == 0)
        {
            await Patiently.ForAsync(killed.Task, $"the server is dead before its call {killAt}");
            EnsureWithin(story, installation);
            await installation.Server.StartAsync();

            // The call may have been one of an earlier change. Then this change was never written down, and its caller asks again. A change
            // that is written down must be caught up without that.
            if (!isAnswered && !story.IsTaken((await installation.Client.ListGroupsAsync()).Items.SingleOrDefault()))
            {
                await story.Change(installation);
            }
        }

        await ending;
        EnsureWithin(story, installation);
        if ((await installation.Client.ListGroupsAsync()).Items.Count > 0)
        {
            await installation.UntilCheckedAgainAsync("web");
            Assert.Equal(story.LevelMax, installation.RealPids().Count);
            Assert.Single(await installation.JobsAsync());
        }

        return killed.Task.IsCompleted;
    }

    private static void EnsureWithin(Story story, Installation installation)
    {
        // No story makes an instance in the place of one that ends: those that are ordered to end count, too.
        var instances = installation.RealInstances();
        Assert.InRange(instances.Count, 0, story.LevelMax);
        Assert.Distinct(instances.Select(instance => instance.Launch));
    }

    /// <summary>A change of a group.</summary>
    /// <param name="Begin">What must be there before.</param>
    /// <param name="Change">The change itself.</param>
    /// <param name="IsTaken">Whether the group, null when there is none, shows that the change was written down.</param>
    /// <param name="End">Waits until it is carried out.</param>
    /// <param name="LevelMax">Instances that there may be at any time.</param>
    /// <param name="CallsMax">
    /// More calls than it makes, save for children that are tidied away: a run whose call does not come is undisturbed.
    /// </param>
    private sealed record Story(
        Func<Installation, Task> Begin,
        Func<Installation, Task> Change,
        Predicate<GroupView?> IsTaken,
        Func<Installation, Task> End,
        int LevelMax,
        int CallsMax);
}

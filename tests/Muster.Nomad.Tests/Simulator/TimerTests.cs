using Microsoft.Extensions.Time.Testing;

using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>What the recorded exchanges show of timers and of old runs, which depends on the second and so is not replayed.</summary>
public sealed class TimerTests
{
    private readonly FakeTimeProvider _timeProvider = new(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_runs_when_its_time_comes_and_its_child_is_called_after_the_second()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: _timeProvider);
        await world.Reconciler.RunAsync(Cancel);

        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        await world.WhenQuietAsync();

        var second = int.Parse(
            Schedules.Spec(JobKey.Of(SomeGroups.Id(1)), TimeSpan.FromSeconds(60)).Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture);
        var child = Assert.Single(world.Nomad.Cluster.JobIds, id => JobIds.ParentOf(id) is not null);
        Assert.Equal(second, long.Parse(child.Split("periodic-")[1], System.Globalization.CultureInfo.InvariantCulture) % 60);
    }

    [Fact]
    public async Task A_tick_that_finds_a_check_running_is_dropped_and_a_force_is_not()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "exec sleep 1000", timeProvider: _timeProvider);
        await world.Reconciler.RunAsync(Cancel);
        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, world.Nomad.Cluster.Runs);

        await world.Client.ForceAsync(world.Job(1), Cancel);
        Assert.Equal(2, world.Nomad.Cluster.Runs);
    }

    [Fact]
    public async Task A_child_that_cannot_be_placed_holds_the_timer_up_until_it_is_purged()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: _timeProvider);
        world.Options.Drivers = ["docker"];
        await world.Reconciler.RunAsync(Cancel);
        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        world.Options.Drivers = ["raw_exec"];
        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, world.Nomad.Cluster.Runs);

        await world.Client.DeregisterAsync(world.Nomad.Cluster.JobIds.Single(id => JobIds.ParentOf(id) is not null), purge: true, Cancel);
        _timeProvider.Advance(TimeSpan.FromSeconds(60));
        await world.WhenQuietAsync();
        Assert.Equal(1, world.Nomad.Cluster.Runs);
    }

    [Fact]
    public async Task The_client_forgets_what_older_runs_wrote()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "echo out", timeProvider: _timeProvider);
        world.Options.AllocationsKept = 2;
        await world.Reconciler.RunAsync(Cancel);
        for (var i = 0; i < 4; i++)
        {
            _timeProvider.Advance(TimeSpan.FromSeconds(60));
            await world.WhenQuietAsync();
        }

        using var http = new HttpClient { BaseAddress = world.Nomad.Url };
        IReadOnlyList<string> texts;
        do
        {
            // The client forgets a while after the server knows of the end.
            texts = await LogsAsync(world, http);
        }
        while (texts.Count(text => text == "200 out\n") > 2);

        Assert.Equal(2, texts.Count(text => text == "200 out\n"));
        Assert.Equal(2, texts.Count(text => text.StartsWith("500 failed to list entries: open", StringComparison.Ordinal)));
    }

    private static async Task<IReadOnlyList<string>> LogsAsync(NomadWorld world, HttpClient http)
    {
        var texts = new List<string>();
        foreach (var run in world.Nomad.Cluster.ListAllocations(_ => true))
        {
            using var answer = await http.GetAsync(
                new Uri($"/v1/client/fs/logs/{run!["ID"]}?task=check&type=stdout&plain=true", UriKind.Relative), Cancel);
            texts.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        }

        return texts;
    }
}

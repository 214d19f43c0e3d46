using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Several servers as one: who sweeps what, and what becomes of it when one comes, goes, dies or stands still.</summary>
public sealed class SweepSharingTests
{
    private readonly ServersBed _bed = new();

    [Fact]
    public void One_server_alone_holds_every_sweep() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(40);
        var one = _bed.Start("one");
        await _bed.PassAsync(1);

        Assert.Equal(40, (await _bed.HoldersAsync())["one"].Count());
        Assert.Equal(1, one.Governor.Share);
        var status = one.Pulse.Status;
        Assert.Equal((1, 40, 40), (status.Servers, status.SweepsKnown, status.SweepsHeld));
        Assert.True(status.StoreTimeKnown);
    });

    [Fact]
    public void Accounts_of_one_credential_share_listings_and_those_with_their_own_cannot() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(40);
        var shared = _bed.Start("one");
        await _bed.PassAsync(1);
        await shared.StopAsync();
        var apart = _bed.Start("two");
        apart.IsByAccount = true;
        await _bed.PassAsync(1);

        Assert.Equal((1, 40), (shared.Reads, apart.Reads));
    });

    [Fact]
    public void Accounts_of_one_credential_that_came_at_other_times_come_to_one_beat() => _bed.Run(async () =>
    {
        var one = _bed.Start("one");
        for (var number = 1; number <= 10; number++)
        {
            await _bed.AddSweepAsync(number);
            await _bed.PassAsync(7);
        }

        await _bed.PassAsync(120);
        var before = one.Reads;
        await _bed.PassAsync(600);

        // Ten intervals of ten accounts, each of which is spread by a tenth.
        Assert.InRange(one.Reads - before, 9, 20);
        Assert.Equal(0, one.Pulse.Status.SweepsLate);
    });

    [Fact]
    public void A_newcomer_gets_its_part_without_a_restart() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(9);
        _bed.Start("one");
        await _bed.PassAsync(30);
        _bed.Start("two");
        await _bed.PassAsync(31);

        var holders = await _bed.HoldersAsync();
        Assert.Equal(5, holders["one"].Count());
        Assert.Equal(4, holders["two"].Count());
    });

    [Fact]
    public void A_dead_servers_sweeps_are_taken_within_two_leases() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(8);
        var one = _bed.Start("one");
        _bed.Start("two");
        await _bed.PassAsync(60);
        Assert.Equal(4, (await _bed.HoldersAsync())["one"].Count());
        one.Kill();
        await _bed.PassAsync(60);

        Assert.Equal(8, (await _bed.HoldersAsync())["two"].Count());
    });

    [Fact]
    public void A_clean_stop_hands_its_sweeps_over_at_once() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(8);
        var one = _bed.Start("one");
        _bed.Start("two");
        await _bed.PassAsync(60);
        await one.StopAsync();

        Assert.Equal(4, (await _bed.HoldersAsync())[null].Count());
        Assert.Equal(["two"], (await _bed.Store.ListServersAsync(_bed.Now, CancellationToken.None)).Select(server => server.Holder));
        await _bed.PassAsync(11);
        Assert.Equal(8, (await _bed.HoldersAsync())["two"].Count());
    });

    [Fact]
    public void More_servers_than_sweeps_leave_each_sweep_with_one() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(2);
        foreach (var name in (ReadOnlySpan<string>)["one", "two", "three", "four"])
        {
            _bed.Start(name);
        }

        await _bed.PassAsync(60);

        var holders = await _bed.HoldersAsync();
        Assert.Empty(holders[null]);
        Assert.All(holders, holder => Assert.Single(holder));
    });

    [Fact]
    public void A_server_that_stood_still_past_its_lease_records_and_launches_nothing_for_its_sweeps() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(4, desired: 1, interval: TimeSpan.FromSeconds(5));
        var one = _bed.Start("one");
        await _bed.PassAsync(20);
        _bed.Start("two");
        one.Pause();
        await _bed.PassAsync(120);
        Assert.Equal(4, (await _bed.HoldersAsync())["two"].Count());
        var instances = _bed.Cloud.Instances.Length;
        one.Calls.Clear();
        one.Resume();
        await _bed.PassAsync(0.5);

        Assert.DoesNotContain(
            one.Calls,
            call => call.Name is nameof(IStore.LoadSweepAsync) or nameof(IStore.RecordIdleAsync) or nameof(IStore.TryAcquireLeaseAsync));
        Assert.Equal(instances, _bed.Cloud.Instances.Length);
        Assert.Equal(4, _bed.AliveCount);
    });

    [Fact]
    public void While_the_store_is_away_nothing_is_judged_and_everything_is_caught_up_after() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(3, desired: 1, interval: TimeSpan.FromSeconds(5));
        var one = _bed.Start("one");
        await _bed.PassAsync(20);
        one.IsCutOff = true;
        await _bed.ResizeAsync(new(Some.Id(1)), 3);
        one.Wake(new(Some.Id(1)));
        await _bed.PassAsync(60);
        Assert.Equal(3, _bed.AliveCount);

        var reads = one.Reads;
        one.IsCutOff = false;
        await _bed.PassAsync(13);
        Assert.Equal(5, _bed.AliveCount);
        Assert.True(one.Reads > reads);
        Assert.Equal(3, (await _bed.HoldersAsync())["one"].Count());
    });

    [Fact]
    public void A_change_at_a_server_that_does_not_hold_the_sweep_acts_at_once_and_is_then_forgotten_there() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(1, desired: 1);
        _bed.Start("one");
        await _bed.PassAsync(20);
        var two = _bed.Start("two");
        await _bed.PassAsync(20);
        await _bed.ResizeAsync(new(Some.Id(1)), 4);
        two.Wake(new(Some.Id(1)));
        await _bed.PassAsync(1);
        Assert.Equal(4, _bed.AliveCount);

        await _bed.PassAsync(60);
        Assert.Equal(0, two.Pulse.Status.Groups);
        Assert.Single((await _bed.HoldersAsync())["one"]);
    });

    [Fact]
    public void A_new_accounts_sweep_is_taken_at_once_by_the_server_that_got_its_first_group() => _bed.Run(async () =>
    {
        var one = _bed.Start("one");
        await _bed.PassAsync(12);
        var group = await _bed.AddSweepAsync(1, desired: 1);
        one.Wake(group.Id);
        await _bed.PassAsync(0.5);

        Assert.Single((await _bed.HoldersAsync())["one"]);
        Assert.Equal(1, _bed.AliveCount);
    });

    [Fact]
    public void A_group_made_elsewhere_is_found_by_the_holder_of_its_sweep() => _bed.Run(async () =>
    {
        var first = await _bed.AddSweepAsync(1, interval: TimeSpan.FromHours(1));
        _bed.Start("one");
        await _bed.PassAsync(20);
        _bed.Start("two");
        await _bed.PassAsync(20);
        var second = first with { Id = new(Some.Id(77)), Name = "second", Interval = TimeSpan.FromSeconds(5), Version = 1 };
        await _bed.AddGroupAsync(second with { Capacity = second.Capacity with { Desired = 2 } });
        await _bed.PassAsync(35);

        Assert.Equal(2, _bed.AliveCount);
    });

    // After a restore the backup's leases are of servers that are gone: for most of a minute after 'muster resume --all', a group that the
    // operator had corrected during the pause went on to say that the installation was paused.
    [Fact]
    public void The_end_of_a_pause_takes_up_what_was_changed_here_though_another_holds_the_sweep() => _bed.Run(async () =>
    {
        var group = await _bed.AddSweepAsync(1);
        _bed.Start("one");
        await _bed.PassAsync(5);
        var two = _bed.Start("two");
        await _bed.PassAsync(1);
        Assert.Single((await _bed.HoldersAsync())["one"]);
        var pause = new InstallationPause(_bed.Now, "an operator", "restored", []);
        await _bed.Store.ChangePauseAsync(state => state.Paused(pause), CancellationToken.None);
        await _bed.ResizeAsync(group.Id, 2);
        two.Pulse.Wake(group.Id);
        await _bed.PassAsync(2);
        Assert.Equal(0, _bed.AliveCount);

        await _bed.Store.ChangePauseAsync(state => state.Resumed(), CancellationToken.None);
        two.Pulse.WakeAll();
        await _bed.PassAsync(2);

        Assert.Equal(2, _bed.AliveCount);
    });

    [Fact]
    public void A_clouds_hint_is_acted_on_by_the_holder_of_the_sweep_alone()
    {
        var watched = new ServersBed(EngineBed.Traits with { Watches = true });
        watched.Run(async () =>
        {
            await watched.AddSweepsAsync(1, desired: 1);
            BedServer[] servers = [watched.Start("one"), watched.Start("two"), watched.Start("three")];
            await watched.PassAsync(90);
            var before = servers.Select(server => server.Reads).ToList();
            watched.Cloud.Turn(watched.Cloud.Instances[0], new LifeEvent(TimeSpan.Zero, Core.Instances.InstanceState.Failed));
            await watched.PassAsync(1);

            Assert.Equal(1, watched.AliveCount);
            Assert.Single(servers.Zip(before), pair => pair.First.Reads > pair.Second);
        });
    }

    [Fact]
    public void The_calls_a_second_of_all_servers_together_keep_to_the_budget() => _bed.Run(async () =>
    {
        await _bed.AddSweepsAsync(7);
        BedServer[] servers = [_bed.Start("one"), _bed.Start("two"), _bed.Start("three")];
        await _bed.PassAsync(60);
        Assert.Equal(1, servers.Sum(server => server.Governor.Share), 6);

        await servers[0].StopAsync();
        for (var second = 0; second < 60; second++)
        {
            await _bed.PassAsync(1);
            Assert.InRange(servers[1].Governor.Share + servers[2].Governor.Share, 0.1, 1.000001);
        }

        Assert.Equal(1, servers[1].Governor.Share + servers[2].Governor.Share, 6);
    });

    [Fact]
    public void No_more_sweeps_run_at_once_than_a_server_allows_itself()
    {
        var most = 0;
        var slow = new ServersBed(weather: new Weather
        {
            OnPage = () => new() { Before = TimeSpan.FromSeconds(8) },
        });
        slow.Run(async () =>
        {
            await slow.AddSweepsAsync(80);
            var one = slow.Start("one");
            one.IsByAccount = true;
            for (var tenth = 0; tenth < 300; tenth++)
            {
                await slow.PassAsync(0.1);
                most = Math.Max(most, one.Pulse.Status.ChecksInFlight);
            }

            Assert.Equal(32, most);
            Assert.Equal(80, one.Reads);
            Assert.Equal(48, one.Pulse.Status.SweepsLate);
        });
    }
}

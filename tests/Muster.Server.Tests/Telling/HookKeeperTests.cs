using Muster.Server.Telling;

namespace Muster.Server.Tests.Telling;

/// <summary>Whoever a hook names is told that an instance waits: at least once, and for as long as it waits.</summary>
public sealed class HookKeeperTests
{
    [Fact]
    public async Task An_instance_that_is_up_is_told_of_once_however_often_it_is_seen()
    {
        await using var bed = new KeeperBed();
        var record = Held.Record(2, Held.AtLaunch());

        bed.Saw(record, instances: 2);
        bed.Saw(record, instances: 2);
        await UntilAsync(() => bed.Told.Count == 2, "two instances are told of");
        bed.Saw(Held.Record(3, Held.AtLaunch()), instances: 3);
        await UntilAsync(() => bed.Told.Count == 3, "the third is told of");

        Assert.Equal(["web-1", "web-2", "web-3"], bed.Called.Select(call => call.Instance.Name).Order());
        Assert.All(bed.Called, call => Assert.Equal(("bake", "web", Held.Url), (call.Hook.Name, call.GroupName, call.Whom)));
        Assert.Equal(3, bed.Called.DistinctBy(call => call.Id).Count());
    }

    [Fact]
    public async Task A_server_that_starts_tells_again_what_waits_with_the_same_id()
    {
        await using var before = new KeeperBed();
        before.Saw(Held.Record(1, Held.AtLaunch()));
        await UntilAsync(() => before.Told.Count == 1, "it is told");

        await using var after = new KeeperBed();
        after.Time.Advance(TimeSpan.FromMinutes(1));
        after.Saw(Held.Record(1, Held.AtLaunch()));
        await UntilAsync(() => after.Told.Count == 1, "it is told again");

        Assert.Equal(before.Told.Single().Id, after.Told.Single().Id);
    }

    [Fact]
    public async Task Whoever_does_not_hear_is_told_again_after_a_while()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (_, _) => bed.Called.Count < 3 ? throw new HookException("not now") : Task.CompletedTask;

        bed.Saw(Held.Record(1, Held.AtLaunch()));
        await UntilAsync(() => bed.NotTold.Count == 1, "the first time fails");
        Assert.Single(bed.Called);
        await PassUntilAsync(bed, () => !bed.Told.IsEmpty, "it is heard at last");

        Assert.Equal(["not now", "not now"], bed.NotTold);
        Assert.Equal(3, bed.Called.Count);
    }

    [Fact]
    public async Task Whoever_does_not_answer_in_time_is_told_again()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (_, cancel) => bed.Called.Count < 2 ? Task.Delay(Timeout.InfiniteTimeSpan, bed.Time, cancel) : Task.CompletedTask;

        bed.Saw(Held.Record(1, Held.AtLaunch()));
        await UntilAsync(() => bed.Called.Count == 1, "it is called");
        await PassUntilAsync(bed, () => !bed.Told.IsEmpty, "it is heard at last");

        Assert.Equal("no answer within 10s", Assert.Single(bed.NotTold));
    }

    [Fact]
    public async Task What_is_answered_meanwhile_is_told_no_more()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (_, _) => throw new HookException("not now");
        bed.Saw(Held.Record(1, Held.AtLaunch()));
        await UntilAsync(() => bed.NotTold.Count == 1, "the first time fails");

        bed.Saw(Held.Record(1, Held.AtLaunch()).Answered("bake"));
        bed.Answer = (_, _) => Task.CompletedTask;
        bed.Saw(Held.Record(2, Held.AtLaunch()).Answered("bake"), instances: 2);
        await PassUntilAsync(bed, () => !bed.Told.IsEmpty, "the other is told of");

        Assert.Equal("web-2", Assert.Single(bed.Told).Instance.Name);
        Assert.Equal(2, bed.Called.Count);
    }

    [Fact]
    public async Task An_instance_that_is_to_end_is_told_of_when_a_check_has_decided()
    {
        await using var bed = new KeeperBed();
        var record = Held.Record(0, Held.AtEnd());
        bed.Saw(record);
        bed.Stored = record.Draining(Held.Now);
        bed.Keeper.Decided(record.Group.Id);
        await UntilAsync(() => bed.Told.Count == 1, "it is told");
        bed.Stored = record.Draining(Held.Now.AddMinutes(1));
        bed.Keeper.Decided(record.Group.Id);
        await UntilAsync(() => bed.Told.Count == 2, "its second end is told");

        Assert.Equal(("backup", Held.Now), (bed.Called.First().Hook.Name, bed.Called.First().Since));
        Assert.Equal(2, bed.Called.DistinctBy(call => call.Id).Count());
    }

    [Fact]
    public async Task What_a_store_that_was_away_did_not_tell_is_read_again_and_told()
    {
        await using var bed = new KeeperBed();
        var record = Held.Record(0, Held.AtEnd());
        bed.Saw(record);
        bed.Stored = record.Draining(Held.Now);
        bed.ReadsThatFail = 2;

        bed.Keeper.Decided(record.Group.Id);
        await PassUntilAsync(bed, () => !bed.Told.IsEmpty, "it is told at last");

        Assert.Equal(["the store is away", "the store is away"], bed.NotTold);
        Assert.Equal("backup", Assert.Single(bed.Told).Hook.Name);
    }

    [Fact]
    public async Task Before_anybody_is_told_again_what_is_so_is_read_again()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (_, _) => throw new HookException("not now");
        var record = Held.Record(2, Held.AtLaunch());
        bed.Stored = record;
        bed.Saw(record, instances: 2);
        await UntilAsync(() => bed.NotTold.Count == 2, "the first time fails");

        // No check has looked since.
        bed.Answer = (_, _) => Task.CompletedTask;
        bed.Stored = record.Answered("bake");
        await PassUntilAsync(bed, () => !bed.Told.IsEmpty, "the one that has no answer is told of again");

        Assert.Equal("web-2", Assert.Single(bed.Told).Instance.Name);
        Assert.Equal(3, bed.Called.Count);
    }

    [Fact]
    public async Task Nobody_is_told_again_while_what_is_so_cannot_be_read()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (_, _) => throw new HookException("not now");
        var record = Held.Record(1, Held.AtLaunch());
        bed.Saw(record);
        await UntilAsync(() => bed.NotTold.Count == 1, "the first time fails");

        // It is answered, and the store goes away before anybody has read that.
        bed.Answer = (_, _) => Task.CompletedTask;
        bed.Stored = record.Answered("bake");
        bed.ReadsThatFail = 3;
        await PassUntilAsync(bed, () => bed.NotTold.Count == 4, "the store is away three times");
        await PassUntilAsync(bed, () => bed.ReadsThatFail < 0, "it is read at last");

        Assert.Single(bed.Called);
    }

    [Fact]
    public async Task An_address_that_is_dead_keeps_no_other_waiting()
    {
        await using var bed = new KeeperBed();
        bed.Answer = (call, cancel) =>
            call.Hook.Name == "dead" ? Task.Delay(Timeout.InfiniteTimeSpan, bed.Time, cancel) : Task.CompletedTask;

        bed.Saw(Held.Record(9, Held.AtLaunch("http://dead.example/", "dead"), Held.AtLaunch()), instances: 9);
        await UntilAsync(() => bed.Told.Count == 9, "the others are told");

        Assert.Equal(4, bed.Called.Count(call => call.Hook.Name == "dead"));
    }

    [Fact]
    public async Task A_hook_that_tells_nobody_calls_nobody()
    {
        await using var bed = new KeeperBed();
        bed.Saw(Held.Record(1, Held.AtLaunch(tell: null)));
        bed.Saw(Held.Record(1, Held.AtLaunch(tell: null), Held.AtLaunch(name: "second")));
        await UntilAsync(() => bed.Told.Count == 1, "the other hook is told");

        Assert.Equal("second", Assert.Single(bed.Called).Hook.Name);
    }

    private static Task UntilAsync(Func<bool> isSo, string what) => Patiently.UntilAsync(isSo, what, pause: TimeSpan.FromMilliseconds(2));

    /// <summary>Lets time go by until something is so.</summary>
    private static Task PassUntilAsync(KeeperBed bed, Func<bool> isSo, string what) => UntilAsync(
        () =>
        {
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            return isSo();
        },
        what);
}

using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Servers that share a store, and the leases that say which of them makes which sweep.</summary>
public abstract class ShareConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task The_stores_clock_goes_on()
    {
        var first = await Store.ReadTimeAsync(Cancellation);
        var second = await Store.ReadTimeAsync(Cancellation);

        Assert.True(second >= first);
        Assert.Equal(TimeSpan.Zero, first.Offset);
    }

    [Fact]
    public void The_store_says_what_it_is()
    {
        Assert.NotEmpty(Store.Facts.Kind);
        Assert.NotEmpty(Store.Facts.Schema);
    }

    [Fact]
    public async Task A_server_that_reports_sees_itself_and_the_others_that_live_by_holder()
    {
        await Store.ReportServerAsync(Server("b"), Cancellation);
        await Store.ReportServerAsync(Server("c"), Cancellation);

        var living = await Store.ReportServerAsync(Server("a"), Cancellation);

        Same.AsEach([Server("a"), Server("b"), Server("c")], living);
        Same.AsEach(living, await Store.ListServersAsync(Start, Cancellation));
    }

    [Fact]
    public async Task A_server_is_listed_until_its_end_and_again_when_it_reports_again()
    {
        await Store.ReportServerAsync(Server("a"), Cancellation);
        var end = Server("a").EndsAt;

        Assert.Single(await Store.ListServersAsync(end.AddMicroseconds(-1), Cancellation));
        Assert.Empty(await Store.ListServersAsync(end, Cancellation));

        var again = Server("a", at: end.AddHours(1)) with { Address = "10.0.0.9:7474", Version = "2.0" };
        Same.AsEach([again], await Store.ReportServerAsync(again, Cancellation));
    }

    [Fact]
    public async Task A_retired_server_is_listed_no_more_and_its_sweeps_are_free()
    {
        var sweep = await SweepAsync();
        await Store.ReportServerAsync(Server("a"), Cancellation);
        await Store.ReportServerAsync(Server("b"), Cancellation);
        var lease = await TakeAsync(sweep, "a", 0);
        var others = await TakeAsync(await SweepAsync("other"), "b", 0);

        await Store.RetireServerAsync("a", Start, Cancellation);
        await Store.RetireServerAsync("nobody", Start, Cancellation);

        Assert.Equal(["b"], (await Store.ListServersAsync(Start, Cancellation)).Select(server => server.Holder));
        Assert.Empty(await RenewAsync(lease!));
        Assert.NotNull(await TakeAsync(sweep, "c", 1));
        Assert.Single(await RenewAsync(others!));
    }

    [Fact]
    public async Task A_sweep_that_was_never_taken_is_free_with_fence_zero()
    {
        var sweep = await SweepAsync();

        Assert.Equal(new SweepShare(sweep, 0, null, null), Assert.Single(await Store.ListSweepsAsync(Cancellation)));
    }

    [Fact]
    public async Task A_free_sweep_is_granted_with_the_next_fence_and_shown_so()
    {
        var sweep = await SweepAsync();

        var lease = await TakeAsync(sweep, "a", 0);

        Assert.Equal(new SweepLease(sweep, "a", 1, Start + LeaseTime), lease);
        Assert.Equal(new SweepShare(sweep, 1, "a", Start + LeaseTime), Assert.Single(await Store.ListSweepsAsync(Cancellation)));
    }

    [Fact]
    public async Task A_held_sweep_is_refused_to_everybody_until_it_runs_out()
    {
        var sweep = await SweepAsync();
        await TakeAsync(sweep, "a", 0);

        Assert.Null(await TakeAsync(sweep, "b", 1, (Start + LeaseTime).AddMicroseconds(-1)));
        Assert.Null(await TakeAsync(sweep, "a", 1));
        Assert.Equal(2, (await TakeAsync(sweep, "b", 1, Start + LeaseTime))!.Fence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_sweep_is_refused_to_whoever_saw_another_fence(long expectedFence)
    {
        var sweep = await SweepAsync();
        await TakeAsync(sweep, "a", 0);

        Assert.Null(await TakeAsync(sweep, "b", expectedFence, Start.AddDays(1)));
    }

    [Fact]
    public async Task Of_twenty_servers_that_want_a_sweep_at_once_exactly_one_gets_it()
    {
        var sweep = await SweepAsync();
        for (var fence = 0; fence < 5; fence++)
        {
            var now = Start.AddHours(fence);
            var granted = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(i => Task.Run(() => TakeAsync(sweep, $"server-{i}", fence, now), Cancellation)));

            Assert.Equal(fence + 1, Assert.Single(granted, lease => lease is not null)!.Fence);
        }
    }

    [Fact]
    public async Task Sweeps_of_one_cloud_name_in_two_accounts_do_not_know_each_other()
    {
        var sweep = await SweepAsync();
        var other = new SweepKey((await AddAccountAsync()).Id, sweep.Cloud);

        Assert.NotNull(await TakeAsync(sweep, "a", 0));
        Assert.NotNull(await TakeAsync(other, "b", 0));
    }

    [Fact]
    public async Task Renewing_gives_later_ends_never_earlier_ones_and_leaves_out_what_was_lost()
    {
        var kept = await TakeAsync(await SweepAsync("kept"), "a", 0);
        var lost = await TakeAsync(await SweepAsync("lost"), "a", 0);
        await TakeAsync(lost!.Sweep, "b", 1, Start + LeaseTime);
        var given = await TakeAsync(await SweepAsync("given"), "a", 0);
        await Store.ReleaseSweepsAsync([given!], Cancellation);

        var later = await Store.RenewSweepsAsync([lost, kept!, given!], Start.AddSeconds(10), LeaseTime, Cancellation);
        var earlier = await Store.RenewSweepsAsync([kept!], Start.AddSeconds(-10), LeaseTime, Cancellation);

        var longer = kept! with { EndsAt = Start.AddSeconds(10) + LeaseTime };
        Same.AsEach([longer], later);
        Same.AsEach([longer], earlier);
        Assert.Empty(await Store.RenewSweepsAsync([], Start, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_sweep_that_ran_out_is_renewed_while_nobody_took_it()
    {
        var lease = await TakeAsync(await SweepAsync(), "a", 0);

        Assert.Single(await Store.RenewSweepsAsync([lease!], Start.AddHours(1), LeaseTime, Cancellation));
        Assert.Null(await TakeAsync(lease!.Sweep, "b", 1, Start.AddHours(1)));
    }

    [Fact]
    public async Task A_sweep_given_back_is_free_at_once_and_one_that_was_lost_stays_its_new_holders()
    {
        var lost = await TakeAsync(await SweepAsync(), "a", 0);
        var taken = await TakeAsync(lost!.Sweep, "b", 1, Start + LeaseTime);

        await Store.ReleaseSweepsAsync([lost], Cancellation);
        Assert.Single(await RenewAsync(taken!));

        await Store.ReleaseSweepsAsync([taken!], Cancellation);
        Assert.Equal(3, (await TakeAsync(lost.Sweep, "a", 2))!.Fence);
    }

    [Fact]
    public async Task What_a_sweep_saw_is_recorded_under_its_lease_and_refused_as_a_whole_once_that_is_over()
    {
        var group = await AddGroupAsync();
        var lease = await TakeAsync(new(Owner.Id, "local"), "a", 0);
        Task<System.Collections.Immutable.ImmutableArray<Core.Activities.Activity>> RecordAsync(int minute) => Store.RecordIdleAsync(
            [Some.Check(group.Id, Start.AddMinutes(minute), A.NoOp(group, Start))], lease, Cancellation);

        Assert.Single(await RecordAsync(1));

        var next = await TakeAsync(lease!.Sweep, "b", 1, Start + LeaseTime);
        await RefusedAsync(StoreErrorKind.Fenced, () => RecordAsync(2));
        await Store.ReleaseSweepsAsync([next!], Cancellation);
        await RefusedAsync(StoreErrorKind.Fenced, () => RecordAsync(3));
        Assert.Equal(Start.AddMinutes(1), (await FoundAsync(group)).State.CheckedAt);
    }

    [Fact]
    public async Task Nothing_to_record_under_a_lease_that_is_over_is_refused_too()
    {
        var lease = await TakeAsync(await SweepAsync(), "a", 0);
        await Store.ReleaseSweepsAsync([lease!], Cancellation);

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordIdleAsync([], lease, Cancellation));
    }

    private static ServerRecord Server(string holder, DateTimeOffset? at = null) => new()
    {
        Holder = holder,
        Address = "127.0.0.1:7474",
        Version = "1.0",
        StartedAt = Start.AddDays(-1),
        SeenAt = at ?? Start,
        EndsAt = (at ?? Start) + LeaseTime,
    };

    private async Task<SweepKey> SweepAsync(string cloud = "local")
    {
        await AddGroupAsync(await AddTemplateAsync(cloud: cloud));
        return new(Owner.Id, cloud);
    }

    private Task<SweepLease?> TakeAsync(SweepKey sweep, string holder, long expectedFence, DateTimeOffset? now = null) =>
        Store.TryAcquireSweepAsync(sweep, holder, expectedFence, now ?? Start, LeaseTime, Cancellation);

    private async Task<IReadOnlyList<SweepLease>> RenewAsync(SweepLease lease) =>
        await Store.RenewSweepsAsync([lease], Start, LeaseTime, Cancellation);
}

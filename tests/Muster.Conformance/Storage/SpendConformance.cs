using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What an account may spend is shared exactly, however many want some of it at once.</summary>
public abstract class SpendConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task Where_nobody_limits_it_nothing_is_set_aside_and_nothing_told()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        Assert.Null(await Store.ReserveSpendAsync(lease, 1, 2, Cancellation));

        var found = await FoundAsync(group);
        Assert.Null(found.AccountSpend);
        Assert.Equal(0, found.State.SpendPerHour);
        Assert.Null(Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).AccountSpend);
    }

    [Fact]
    public async Task Each_is_given_what_those_before_have_left()
    {
        await LimitAsync(5.000001m);
        var (first, second) = (await AddGroupAsync(), await AddGroupAsync());
        var (one, two) = (await LeaseAsync(first), await LeaseAsync(second));

        Assert.Equal(new(new(5.000001m, 0), 3.25m), await Store.ReserveSpendAsync(one, 1, 3.25m, Cancellation));
        Assert.Equal(new(new(5.000001m, 3.25m), 1.750001m), await Store.ReserveSpendAsync(two, 0, 4, Cancellation));

        Assert.Equal((3.25m, 1.750001m), ((await FoundAsync(first)).State.SpendPerHour, (await FoundAsync(second)).State.SpendPerHour));
        Assert.Equal(new(5.000001m, 1.750001m), (await FoundAsync(first)).AccountSpend);
        var swept = await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation);
        Assert.Equal(
            [(first.Id, 1.750001m), (second.Id, 3.25m)],
            swept.Select(record => (record.Group.Id, record.AccountSpend!.Others)).OrderBy(each => each.Item2));
    }

    [Fact]
    public async Task Nobody_is_given_less_than_it_holds_already()
    {
        await LimitAsync(2);
        var group = await AddGroupAsync();

        Assert.Equal(new(new(2, 0), 3), await Store.ReserveSpendAsync(await LeaseAsync(group), 3, 4, Cancellation));
    }

    [Fact]
    public async Task The_state_that_is_written_next_takes_the_place_of_what_was_set_aside()
    {
        await LimitAsync(5);
        var (first, second) = (await AddGroupAsync(), await AddGroupAsync());
        var one = await LeaseAsync(first);
        await Store.ReserveSpendAsync(one, 0, 5, Cancellation);
        await Store.RecordAndReleaseAsync(
            one, new() { State = (await FoundAsync(first)).State with { SpendPerHour = 1, CheckedAt = Start } }, Cancellation);

        Assert.Equal(new(new(5, 1), 4), await Store.ReserveSpendAsync(await LeaseAsync(second), 0, 5, Cancellation));
    }

    [Fact]
    public async Task Groups_that_are_gone_and_those_of_other_accounts_cost_nothing()
    {
        await LimitAsync(5);
        var (gone, group) = (await AddGroupAsync(), await AddGroupAsync());
        var elsewhere = await AddGroupAsync(await AddTemplateAsync(owner: await AddAccountAsync()));
        await Store.ReserveSpendAsync(await LeaseAsync(gone), 2, 2, Cancellation);
        await ArchiveGroupAsync(gone);

        Assert.Null(await Store.ReserveSpendAsync(await LeaseAsync(elsewhere), 3, 3, Cancellation));
        Assert.Equal(new(new(5, 0), 5), await Store.ReserveSpendAsync(await LeaseAsync(group), 0, 9, Cancellation));
    }

    [Fact]
    public async Task What_the_living_groups_of_each_account_cost_is_added_up_whether_anybody_limits_it_or_not()
    {
        Assert.Empty(await Store.SumSpendAsync(Cancellation));
        await LimitAsync(5);
        var (gone, first, second) = (await AddGroupAsync(), await AddGroupAsync(), await AddGroupAsync());
        var elsewhere = await AddGroupAsync(await AddTemplateAsync(owner: await AddAccountAsync()));
        await Store.ReserveSpendAsync(await LeaseAsync(gone), 1, 1, Cancellation);
        await ArchiveGroupAsync(gone);
        await Store.ReserveSpendAsync(await LeaseAsync(first), 1.5m, 1.5m, Cancellation);
        await Store.ReserveSpendAsync(await LeaseAsync(second), 0.000001m, 0.000001m, Cancellation);
        await Store.RecordAndReleaseAsync(
            await LeaseAsync(elsewhere),
            new() { State = (await FoundAsync(elsewhere)).State with { SpendPerHour = 7, CheckedAt = Start } }, Cancellation);

        Assert.Equal(
            [(1.500001m, Owner.Id), (7m, elsewhere.Account)],
            (await Store.SumSpendAsync(Cancellation)).Select(sum => (sum.Value, sum.Key)).OrderBy(sum => sum.Value));
    }

    [Fact]
    public async Task Whoever_lost_the_lease_sets_nothing_aside()
    {
        await LimitAsync(5);
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAndReleaseAsync(
            lease, new() { State = (await FoundAsync(group)).State with { CheckedAt = Start } }, Cancellation);

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.ReserveSpendAsync(lease, 0, 1, Cancellation));
        Assert.Equal(0, (await FoundAsync(group)).State.SpendPerHour);
    }

    [Fact]
    public async Task A_limit_is_lifted_and_set_again()
    {
        await LimitAsync(5);

        var lifted = await Store.ChangeAccountAsync(Owner.Id, new() { SpendPerHourMax = 0 }, Cancellation);

        Assert.Null(lifted.SpendPerHourMax);
        Assert.Null((await Store.FindAccountAsync(Owner.Id, Cancellation))!.SpendPerHourMax);
        await LimitAsync(0.000001m);
        Assert.Equal(0.000001m, (await Store.ChangeAccountAsync(Owner.Id, new() { CloudId = "c" }, Cancellation)).SpendPerHourMax);
    }

    [Fact]
    public async Task Many_at_once_are_never_given_more_than_there_is()
    {
        await LimitAsync(7);
        var template = await AddTemplateAsync();
        var groups = new List<(Group Group, GroupLease Lease)>();
        for (var number = 0; number < 12; number++)
        {
            var group = await AddGroupAsync(template);
            groups.Add((group, await LeaseAsync(group)));
        }

        var grants = await Task.WhenAll(groups.Select(
            each => Task.Run(() => Store.ReserveSpendAsync(each.Lease, 0, 2, Cancellation), Cancellation)));

        Assert.Equal(7, grants.Sum(grant => grant!.Granted));
        var found = await Task.WhenAll(groups.Select(each => FoundAsync(each.Group)));
        Assert.Equal(7, found.Sum(record => record.State.SpendPerHour));
    }

    private Task<Account> LimitAsync(decimal max) => Store.ChangeAccountAsync(Owner.Id, new() { SpendPerHourMax = max }, Cancellation);
}

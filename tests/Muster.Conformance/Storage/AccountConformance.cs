using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The installation and its accounts.</summary>
public abstract class AccountConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_store_has_an_installation_id_and_answers()
    {
        await Store.PingAsync(Cancellation);

        Assert.NotEqual(default(InstallationId), Store.Installation);
    }

    [Fact]
    public async Task An_account_is_made_once_and_found_by_its_name_ever_after()
    {
        var first = A.FullAccount("ducks");

        var made = await Store.EnsureAccountAsync(first, Cancellation);
        var again = await Store.EnsureAccountAsync(A.Account("ducks"), Cancellation);

        Same.EnsureFilled(first);
        Same.As(first, made);
        Same.As(first, again);
        Same.As(first, (await Store.FindAccountAsync("ducks", Cancellation))!);
        Same.As(first, (await Store.FindAccountAsync(first.Id, Cancellation))!);
        Assert.Null(await Store.FindAccountAsync(new Core.AccountId(A.Id()), Cancellation));
    }

    [Fact]
    public async Task Accounts_are_listed_by_name()
    {
        await Store.EnsureAccountAsync(A.Account("b"), Cancellation);
        await Store.EnsureAccountAsync(A.FullAccount("B"), Cancellation);
        await Store.EnsureAccountAsync(A.Account("a"), Cancellation);

        Assert.Equal(["B", "a", "b", Account.DefaultName], (await Store.ListAccountsAsync(Cancellation)).Select(account => account.Name));
    }

    [Fact]
    public async Task A_change_of_an_account_leaves_what_it_does_not_name()
    {
        var account = await Store.EnsureAccountAsync(A.FullAccount("ducks"), Cancellation);

        await Task.WhenAll(
            Store.ChangeAccountAsync(account.Id, new() { Access = AccountAccess.Denied }, Cancellation),
            Store.ChangeAccountAsync(account.Id, new() { CloudId = "another" }, Cancellation),
            Store.ChangeAccountAsync(account.Id, new() { KeyOrderedAt = Start.AddDays(1) }, Cancellation));

        var expected = account with { Access = AccountAccess.Denied, CloudId = "another", KeyOrderedAt = Start.AddDays(1) };
        Same.As(expected, await Store.ChangeAccountAsync(account.Id, new(), Cancellation));
        Same.As(expected, (await Store.FindAccountAsync("ducks", Cancellation))!);
    }

    [Fact]
    public async Task A_change_of_an_account_that_is_not_there_is_refused() => await RefusedAsync(
        StoreErrorKind.NotFound, () => Store.ChangeAccountAsync(new(A.Id()), new() { Access = AccountAccess.Denied }, Cancellation));

    [Fact]
    public async Task A_user_is_made_once_and_only_within_the_account()
    {
        var other = await AddAccountAsync();
        var first = A.User(Owner.Id, "jane");

        Same.As(first, await Store.EnsureUserAsync(first, Cancellation));
        Same.As(first, await Store.EnsureUserAsync(A.User(Owner.Id, "jane"), Cancellation));
        Assert.NotEqual(first.Id, (await Store.EnsureUserAsync(A.User(other.Id, "jane"), Cancellation)).Id);
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.EnsureUserAsync(A.User(new(A.Id()), "jane"), Cancellation));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("DEFAULT")]
    public async Task An_account_of_another_name_is_not_found(string name)
    {
        Assert.NotNull(await Store.FindAccountAsync(Account.DefaultName, Cancellation));
        Assert.Null(await Store.FindAccountAsync(name, Cancellation));
    }

    [Fact]
    public async Task Many_who_ensure_an_account_at_once_get_the_same_one()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(_ => Task.Run(() => Store.EnsureAccountAsync(A.Account("crowd"), Cancellation), Cancellation)));

        Assert.Single(made.Select(account => account.Id).Distinct());
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_already_does_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.EnsureAccountAsync(A.Account("never"), cancelled.Token));

        Assert.Null(await Store.FindAccountAsync("never", Cancellation));
    }
}

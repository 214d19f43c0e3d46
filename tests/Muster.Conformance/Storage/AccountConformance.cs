using Muster.Core;
using Muster.Core.Accounts;

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
        var first = A.Account("ducks") with { CreatedAt = Start.AddMicroseconds(3) };

        var made = await Store.EnsureAccountAsync(first, Cancellation);
        var again = await Store.EnsureAccountAsync(A.Account("ducks"), Cancellation);

        Same.EnsureFilled(first);
        Same.As(first, made);
        Same.As(first, again);
        Same.As(first, (await Store.FindAccountAsync("ducks", Cancellation))!);
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

using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The accounts' credentials.</summary>
public abstract class KeyConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_key_comes_back_whole_by_its_name()
    {
        var key = A.Key(Owner.Id) with { CreatedAt = Start.AddMicroseconds(1), ConfirmedAt = Start.AddMicroseconds(2) };
        Same.EnsureFilled(key, nameof(key.ArchivedAt));

        await Store.AddCredentialAsync(key, replaced: null, Cancellation);

        Same.As(key, (await Store.FindCredentialAsync(Owner.Id, key.Name, Cancellation))!);
        Assert.Null(await Store.FindCredentialAsync(Owner.Id, "another", Cancellation));
        Assert.Null(await Store.FindCredentialAsync((await AddAccountAsync()).Id, key.Name, Cancellation));
    }

    [Fact]
    public async Task Of_many_who_make_an_accounts_key_at_once_one_wins()
    {
        var keys = Enumerable.Range(0, 8).Select(_ => A.Key(Owner.Id)).ToArray();

        var outcomes = await Task.WhenAll(keys.Select(key => Task.Run(
            async () =>
            {
                try
                {
                    await Store.AddCredentialAsync(key, replaced: null, Cancellation);
                    return true;
                }
                catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
                {
                    return false;
                }
            },
            Cancellation)));

        var won = Assert.Single(keys.Zip(outcomes).Where(each => each.Second)).First;
        Same.As(won, (await Store.FindCredentialAsync(Owner.Id, won.Name, Cancellation))!);
    }

    [Fact]
    public async Task A_key_takes_the_place_of_the_one_that_its_maker_saw_and_of_no_other()
    {
        var (first, second, late) = (A.Key(Owner.Id), A.Key(Owner.Id), A.Key(Owner.Id));
        await Store.AddCredentialAsync(first, replaced: null, Cancellation);
        await Store.AddCredentialAsync(second, first.Id, Cancellation);

        await RefusedAsync(StoreErrorKind.Duplicate, () => Store.AddCredentialAsync(late, first.Id, Cancellation));

        Same.As(second, (await Store.FindCredentialAsync(Owner.Id, second.Name, Cancellation))!);
    }

    [Fact]
    public async Task Another_accounts_key_is_never_replaced()
    {
        var other = await AddAccountAsync();
        var theirs = A.Key(other.Id);
        await Store.AddCredentialAsync(theirs, replaced: null, Cancellation);

        await Store.AddCredentialAsync(A.Key(Owner.Id), theirs.Id, Cancellation);

        Same.As(theirs, (await Store.FindCredentialAsync(other.Id, theirs.Name, Cancellation))!);
    }

    [Fact]
    public async Task Confirming_keeps_the_first_instant()
    {
        var key = A.Key(Owner.Id);
        await Store.AddCredentialAsync(key, replaced: null, Cancellation);

        var confirmed = await Store.ConfirmCredentialAsync(key.Id, Start.AddMicroseconds(5), Cancellation);
        var again = await Store.ConfirmCredentialAsync(key.Id, Start.AddDays(1), Cancellation);

        Same.As(key with { ConfirmedAt = Start.AddMicroseconds(5) }, confirmed);
        Same.As(confirmed, again);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_not_confirmed() =>
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.ConfirmCredentialAsync(new(A.Id()), Start, Cancellation));

    [Fact]
    public async Task A_key_of_no_account_is_refused() =>
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.AddCredentialAsync(A.Key(new(A.Id())), replaced: null, Cancellation));
}

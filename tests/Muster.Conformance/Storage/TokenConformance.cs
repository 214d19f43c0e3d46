using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Bearer tokens.</summary>
public abstract class TokenConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_token_comes_back_whole_by_its_secret_hash()
    {
        var token = A.Token(Owner.Id) with
        {
            CreatedAt = Start.AddMicroseconds(1),
            ExpiresAt = Start.AddMicroseconds(2),
            RevokedAt = Start.AddMicroseconds(3),
        };
        Same.EnsureFilled(token);

        await Store.AddTokenAsync(token, Cancellation);

        Same.As(token, (await Store.FindTokenAsync([.. token.SecretHash], Cancellation))!);
        Assert.Null(await Store.FindTokenAsync(token.SecretHash.SetItem(31, (byte)(token.SecretHash[31] + 1)), Cancellation));
    }

    [Fact]
    public async Task Two_living_tokens_of_an_account_never_share_a_name()
    {
        await Store.AddTokenAsync(A.Token(Owner.Id, "ci"), Cancellation);

        var error = await RefusedAsync(
            StoreErrorKind.Duplicate, () => Store.AddTokenAsync(A.Token(Owner.Id, "ci"), Cancellation));

        Assert.Contains("ci", error.Message, StringComparison.Ordinal);
        Assert.Single(await Store.ListTokensAsync(Owner.Id, Cancellation));
    }

    [Fact]
    public async Task Another_account_may_use_the_name()
    {
        var other = await AddAccountAsync();
        await Store.AddTokenAsync(A.Token(Owner.Id, "ci"), Cancellation);

        await Store.AddTokenAsync(A.Token(other.Id, "ci"), Cancellation);

        Assert.Single(await Store.ListTokensAsync(other.Id, Cancellation));
    }

    [Fact]
    public async Task A_revoked_tokens_name_is_free_again()
    {
        var token = A.Token(Owner.Id, "ci");
        await Store.AddTokenAsync(token, Cancellation);
        await Store.RevokeTokenAsync(Owner.Id, token.Id, Start, Cancellation);

        await Store.AddTokenAsync(A.Token(Owner.Id, "ci"), Cancellation);

        Assert.Equal(2, (await Store.ListTokensAsync(Owner.Id, Cancellation)).Length);
    }

    [Fact]
    public async Task A_secret_is_kept_once()
    {
        var token = A.Token(Owner.Id);
        await Store.AddTokenAsync(token, Cancellation);

        await RefusedAsync(
            StoreErrorKind.Duplicate,
            () => Store.AddTokenAsync(A.Token(Owner.Id) with { SecretHash = token.SecretHash }, Cancellation));
    }

    [Fact]
    public async Task A_token_of_no_account_is_refused() =>
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.AddTokenAsync(A.Token(new(A.Id())), Cancellation));

    [Fact]
    public async Task Revoking_keeps_the_first_instant()
    {
        var token = A.Token(Owner.Id);
        await Store.AddTokenAsync(token, Cancellation);

        var revoked = await Store.RevokeTokenAsync(Owner.Id, token.Id, Start.AddMicroseconds(5), Cancellation);
        var again = await Store.RevokeTokenAsync(Owner.Id, token.Id, Start.AddDays(1), Cancellation);

        Same.As(token with { RevokedAt = Start.AddMicroseconds(5) }, revoked);
        Same.As(revoked, again);
        Same.As(revoked, (await Store.FindTokenAsync(token.SecretHash, Cancellation))!);
    }

    [Fact]
    public async Task Revoking_what_the_account_does_not_have_is_refused()
    {
        var token = A.Token(Owner.Id);
        await Store.AddTokenAsync(token, Cancellation);
        var other = await AddAccountAsync();

        await RefusedAsync(
            StoreErrorKind.NotFound, () => Store.RevokeTokenAsync(other.Id, token.Id, Start, Cancellation));
        await RefusedAsync(
            StoreErrorKind.NotFound, () => Store.RevokeTokenAsync(Owner.Id, new(A.Id()), Start, Cancellation));

        Assert.Null((await Store.FindTokenAsync(token.SecretHash, Cancellation))!.RevokedAt);
    }

    [Fact]
    public async Task Tokens_are_listed_newest_first_with_the_revoked()
    {
        var tokens = Enumerable.Range(0, 5).Select(i => A.Token(Owner.Id) with { CreatedAt = Start.AddMicroseconds(i) }).ToArray();
        foreach (var token in tokens.OrderBy(token => token.Name, StringComparer.Ordinal))
        {
            await Store.AddTokenAsync(token, Cancellation);
        }

        await Store.RevokeTokenAsync(Owner.Id, tokens[2].Id, Start, Cancellation);

        Assert.Equal(
            tokens.Reverse().Select(token => token.Id),
            (await Store.ListTokensAsync(Owner.Id, Cancellation)).Select(token => token.Id));
    }
}

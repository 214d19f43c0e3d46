using Muster.Simulators.Nomad.Identities;

namespace Muster.Nomad.Tests.Identities;

/// <summary>Nomad is asked for its keys seldom, and soon enough.</summary>
public sealed class SigningKeysTests : IAsyncLifetime
{
    private IdentityWorld world = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await IdentityWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Keys_are_read_once_for_many_tokens()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => world.Proofs.ReadAsync(world.Token(), Cancel).AsTask()));

        Assert.Equal(1, world.Asked);
    }

    [Fact]
    public async Task A_key_that_is_new_is_learnt_and_the_old_one_still_counts()
    {
        var old = world.Token();
        await world.Proofs.ReadAsync(old, Cancel);
        world.Nomad.Cluster.Keys.Rotate();
        world.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(await world.Proofs.ReadAsync(world.Token(), Cancel));
        Assert.NotNull(await world.Proofs.ReadAsync(old, Cancel));
        Assert.Equal(2, world.Asked);
    }

    [Fact]
    public async Task A_key_that_Nomad_took_back_counts_for_an_hour_at_most()
    {
        var old = world.Active;
        await world.Proofs.ReadAsync(world.Token(), Cancel);
        world.Time.Advance(TimeSpan.FromMinutes(61));
        var signed = old.Sign(world.Claims());
        world.Nomad.Cluster.Keys.Rotate(forgetting: true);

        Assert.False((await world.RefusedAsync(signed)).IsTransient);
    }

    [Fact]
    public async Task Made_up_keys_make_nobody_ask_Nomad_again_and_again()
    {
        using var keys = new Keyring();
        Assert.False((await world.RefusedAsync(keys.Rotate().Sign(world.Claims()))).IsTransient);
        for (var i = 0; i < 20; i++)
        {
            // It may be a key that was made since: whoever has a good one comes again.
            Assert.True((await world.RefusedAsync(keys.Active.Sign(world.Claims()))).IsTransient);
        }

        Assert.Equal(1, world.Asked);
        world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False((await world.RefusedAsync(keys.Active.Sign(world.Claims()))).IsTransient);
        Assert.Equal(2, world.Asked);
    }

    [Fact]
    public async Task Without_Nomad_a_token_is_not_wrong_but_cannot_be_read_yet()
    {
        world.Options.HasLeader = false;

        var error = await world.RefusedAsync(world.Token());
        Assert.True(error.IsTransient);
        Assert.Contains("No cluster leader", error.Message, StringComparison.Ordinal);
        Assert.Null(world.Keys.Obstacle);

        world.Options.HasLeader = true;
        world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(await world.Proofs.ReadAsync(world.Token(), Cancel));
    }

    [Fact]
    public async Task Keys_that_are_known_do_while_Nomad_is_away()
    {
        await world.Proofs.ReadAsync(world.Token(), Cancel);
        world.Options.HasLeader = false;
        world.Time.Advance(TimeSpan.FromHours(5));

        Assert.NotNull(await world.Proofs.ReadAsync(world.Token(), Cancel));
    }

    [Fact]
    public async Task A_Nomad_without_identities_is_named_as_what_stands_in_the_way_until_it_has_them()
    {
        world.Options.HasIdentities = false;
        await world.Keys.RefreshAsync(Cancel);

        Assert.Contains("since 1.7: update it, or set identity = \"token\"", world.Keys.Obstacle, StringComparison.Ordinal);
        Assert.False((await world.RefusedAsync(world.Token())).IsTransient);

        world.Options.HasIdentities = true;
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await world.Keys.RefreshAsync(Cancel);
        Assert.Null(world.Keys.Obstacle);
    }

    [Theory]
    [InlineData("""{"use":"sig","kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData("""{"use":"sig","kty":"RSA","kid":"a","alg":"RS256","n":"***","e":"AQAB"}""")]
    [InlineData("""{"use":"sig","kty":"RSA","kid":"a","alg":"RS512","n":"AAAA","e":"AQAB"}""")]
    [InlineData("""{"kty":"oct","kid":"a","k":"AAAA"}""")]
    [InlineData("{}")]
    public async Task Keys_that_no_token_can_be_checked_with_are_named_as_what_stands_in_the_way(string key)
    {
        world.Options.Faults = _ => new(200, $$"""{"keys":[{{key}}]}""");

        await world.Keys.RefreshAsync(Cancel);

        Assert.Contains("nomad operator root keyring rotate", world.Keys.Obstacle, StringComparison.Ordinal);
        Assert.False((await world.RefusedAsync(world.Token())).IsTransient);
    }

    [Fact]
    public async Task A_server_that_keeps_jobs_asks_for_keys_once_an_hour()
    {
        for (var i = 0; i < 10; i++)
        {
            await world.Keys.RefreshAsync(Cancel);
            world.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(1, world.Asked);
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Keys.RefreshAsync(Cancel);
        Assert.Equal(2, world.Asked);
    }
}

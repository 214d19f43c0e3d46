using Muster.Simulators.Nomad.Identities;

namespace Muster.Nomad.Tests.Identities;

/// <summary>Nomad is asked for its keys seldom, and soon enough.</summary>
public sealed class SigningKeysTests : IAsyncLifetime
{
    private IdentityWorld _world = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await IdentityWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Keys_are_read_once_for_many_tokens()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _world.Proofs.ReadAsync(_world.Token(), Cancel).AsTask()));

        Assert.Equal(1, _world.Asked);
    }

    [Fact]
    public async Task A_key_that_is_new_is_learnt_and_the_old_one_still_counts()
    {
        var old = _world.Token();
        await _world.Proofs.ReadAsync(old, Cancel);
        _world.Nomad.Cluster.Keys.Rotate();
        _world.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(await _world.Proofs.ReadAsync(_world.Token(), Cancel));
        Assert.NotNull(await _world.Proofs.ReadAsync(old, Cancel));
        Assert.Equal(2, _world.Asked);
    }

    [Fact]
    public async Task A_key_that_Nomad_took_back_counts_for_an_hour_at_most()
    {
        var old = _world.Active;
        await _world.Proofs.ReadAsync(_world.Token(), Cancel);
        _world.Time.Advance(TimeSpan.FromMinutes(61));
        var signed = old.Sign(_world.Claims());
        _world.Nomad.Cluster.Keys.Rotate(forgetting: true);

        Assert.False((await _world.RefusedAsync(signed)).IsTransient);
    }

    [Fact]
    public async Task Made_up_keys_make_nobody_ask_Nomad_again_and_again()
    {
        using var keys = new Keyring();
        Assert.False((await _world.RefusedAsync(keys.Rotate().Sign(_world.Claims()))).IsTransient);
        for (var i = 0; i < 20; i++)
        {
            // It may be a key that was made since: whoever has a good one comes again.
            Assert.True((await _world.RefusedAsync(keys.Active.Sign(_world.Claims()))).IsTransient);
        }

        Assert.Equal(1, _world.Asked);
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False((await _world.RefusedAsync(keys.Active.Sign(_world.Claims()))).IsTransient);
        Assert.Equal(2, _world.Asked);
    }

    [Fact]
    public async Task Without_Nomad_a_token_is_not_wrong_but_cannot_be_read_yet()
    {
        _world.Options.HasLeader = false;

        var error = await _world.RefusedAsync(_world.Token());
        Assert.True(error.IsTransient);
        Assert.Contains("No cluster leader", error.Message, StringComparison.Ordinal);
        Assert.Null(_world.Keys.Obstacle);

        _world.Options.HasLeader = true;
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(await _world.Proofs.ReadAsync(_world.Token(), Cancel));
    }

    [Fact]
    public async Task Keys_that_are_known_do_while_Nomad_is_away()
    {
        await _world.Proofs.ReadAsync(_world.Token(), Cancel);
        _world.Options.HasLeader = false;
        _world.Time.Advance(TimeSpan.FromHours(5));

        Assert.NotNull(await _world.Proofs.ReadAsync(_world.Token(), Cancel));
    }

    [Fact]
    public async Task A_Nomad_without_identities_is_named_as_what_stands_in_the_way_until_it_has_them()
    {
        _world.Options.HasIdentities = false;
        await _world.Keys.RefreshAsync(Cancel);

        Assert.Contains("since 1.7: update it, or set identity = \"token\"", _world.Keys.Obstacle, StringComparison.Ordinal);
        Assert.False((await _world.RefusedAsync(_world.Token())).IsTransient);

        _world.Options.HasIdentities = true;
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        await _world.Keys.RefreshAsync(Cancel);
        Assert.Null(_world.Keys.Obstacle);
    }

    [Theory]
    [InlineData("""{"use":"sig","kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData("""{"use":"sig","kty":"RSA","kid":"a","alg":"RS256","n":"***","e":"AQAB"}""")]
    [InlineData("""{"use":"sig","kty":"RSA","kid":"a","alg":"RS512","n":"AAAA","e":"AQAB"}""")]
    [InlineData("""{"kty":"oct","kid":"a","k":"AAAA"}""")]
    [InlineData("{}")]
    public async Task Keys_that_no_token_can_be_checked_with_are_named_as_what_stands_in_the_way(string key)
    {
        _world.Options.Faults = _ => new(200, $$"""{"keys":[{{key}}]}""");

        await _world.Keys.RefreshAsync(Cancel);

        Assert.Contains("nomad operator root keyring rotate", _world.Keys.Obstacle, StringComparison.Ordinal);
        Assert.False((await _world.RefusedAsync(_world.Token())).IsTransient);
    }

    [Fact]
    public async Task A_server_that_keeps_jobs_asks_for_keys_once_an_hour()
    {
        for (var i = 0; i < 10; i++)
        {
            await _world.Keys.RefreshAsync(Cancel);
            _world.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(1, _world.Asked);
        _world.Time.Advance(TimeSpan.FromHours(1));
        await _world.Keys.RefreshAsync(Cancel);
        Assert.Equal(2, _world.Asked);
    }
}

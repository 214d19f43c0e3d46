using Microsoft.Extensions.Time.Testing;

using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Credentials;
using Muster.Core.Tests.Clouds;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Credentials;

/// <summary>A cloud as one account sees it, through all that happens to the account's key.</summary>
public sealed class AccountCloudTests : IAsyncDisposable
{
    private static readonly AccountId Owner = new(new Guid("00000000-0000-0000-0000-00000000000a"));

    private readonly MemoryStore _store = new(default, TimeProvider.System);
    private readonly KeyedClouds _clouds = new();
    private readonly AccountCloud _cloud;
    private int _keys;

    private readonly FakeTimeProvider _timeProvider = new(TimeProvider.System.GetUtcNow());

    public AccountCloudTests() => _cloud = new(Owner, _clouds, new(_store, new PlainSealer(), "ask for one"), _timeProvider);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        Assert.Equal(_clouds.Opened, _clouds.Closed);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_key_every_call_is_unauthorized_and_a_key_ends_that()
    {
        await AddAccountAsync();

        Assert.Contains("has no credential 'service' here: ask for one", (await RefusedAsync()).Message, StringComparison.Ordinal);
        await AddKeyAsync(replaced: null);

        Assert.Empty(await ListAsync());
        Assert.Equal(["joyent key 1"], _clouds.Speakers);
    }

    [Fact]
    public async Task A_refused_key_works_again_once_the_account_puts_it_back()
    {
        await AddAccountAsync();
        await _store.ConfirmCredentialAsync(await AddKeyAsync(replaced: null), _timeProvider.GetUtcNow(), Cancellation);
        _clouds.Refused.Add("key 1");
        await RefusedAsync();
        await RefusedAsync();
        _clouds.Refused.Clear();

        Assert.Empty(await ListAsync());
        Assert.Equal(1, _clouds.Opened);
    }

    [Fact]
    public async Task A_newer_key_takes_over_and_the_old_connection_is_closed()
    {
        await AddAccountAsync();
        var first = await AddKeyAsync(replaced: null);
        await ListAsync();
        _clouds.Refused.Add("key 1");
        await AddKeyAsync(replaced: first);

        // Within the very call that was refused: it used to fail, and its group waited 30 s for the next.
        Assert.Empty(await ListAsync());
        Assert.Equal((2, 1), (_clouds.Opened, _clouds.Closed));
        Assert.Equal(["joyent key 1", "joyent key 2"], _clouds.Speakers);
    }

    [Fact]
    public async Task A_newer_key_takes_over_within_seconds_of_its_confirmation_also_where_the_old_one_serves()
    {
        await AddAccountAsync();
        var first = await AddKeyAsync(replaced: null);
        await ListAsync();
        var second = await AddKeyAsync(replaced: first);
        _timeProvider.Advance(AccountCloud.CredentialGoodFor);
        await ListAsync();
        Assert.Equal(["joyent key 1"], _clouds.Speakers);
        await _store.ConfirmCredentialAsync(second, _timeProvider.GetUtcNow(), Cancellation);

        _timeProvider.Advance(AccountCloud.CredentialGoodFor);
        await ListAsync();

        Assert.Equal(["joyent key 1", "joyent key 2"], _clouds.Speakers);
        Assert.Equal((2, 1), (_clouds.Opened, _clouds.Closed));
    }

    [Fact]
    public async Task While_keys_are_being_exchanged_a_refusal_is_not_the_accounts_last_word()
    {
        await AddAccountAsync();
        var first = await AddKeyAsync(replaced: null);
        await ListAsync();
        _clouds.Refused.UnionWith(["key 1", "key 2"]);
        await AddKeyAsync(replaced: first);

        var error = await FailsAsync();
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("is being exchanged", error.Message, StringComparison.Ordinal);

        // Broken off: only a request that the account signs goes on with it.
        _timeProvider.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync();
    }

    [Fact]
    public async Task A_key_that_cannot_be_opened_is_not_the_clouds_refusal()
    {
        await AddAccountAsync();
        await AddKeyAsync(replaced: null, scheme: "another");

        Assert.Equal(CloudErrorKind.Unavailable, (await FailsAsync()).Kind);
    }

    private async Task AddAccountAsync() => await _store.EnsureAccountAsync(
        new() { Id = Owner, Name = "joyent", CreatedAt = TimeProvider.System.GetUtcNow() }, Cancellation);

    private async Task<CredentialId> AddKeyAsync(CredentialId? replaced, string scheme = "plain")
    {
        _keys++;
        var key = new AccountCredential
        {
            Id = new(new Guid(_keys, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])),
            Account = Owner,
            Name = _clouds.KeyName,
            Fingerprint = "f",
            PublicKey = "p",
            Secret = new(scheme, $"key {_keys}"),
            CreatedAt = _timeProvider.GetUtcNow(),
        };
        await _store.AddCredentialAsync(key, replaced, Cancellation);
        return key.Id;
    }

    private async Task<List<InstancePage>> ListAsync()
    {
        var pages = new List<InstancePage>();
        await foreach (var page in _cloud.ListAsync(new(default), Cancellation))
        {
            pages.Add(page);
        }

        return pages;
    }

    private async Task<CloudException> FailsAsync() => await Assert.ThrowsAsync<CloudException>(ListAsync);

    private async Task<CloudException> RefusedAsync()
    {
        var error = await FailsAsync();
        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        return error;
    }
}

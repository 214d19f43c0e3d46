using Muster.Cli.Composition.Clouds;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Credentials;
using Muster.Core.Groups;
using Muster.Core.Templates;
using Muster.Storage.Memory;

namespace Muster.Cli.Tests.Composition.Clouds;

/// <summary>
/// The local cloud is the server's own user: it is for the accounts that its table names, and for the default one if it names none.
/// </summary>
public sealed class CloudAudienceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SystemRandomSource _random = new();
    private readonly List<string> _said = [];

    private MemoryStore Store { get; } = new(new(new SystemRandomSource().NextId()), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Unless_others_are_named_only_the_default_account_sees_the_local_cloud()
    {
        var (mine, other) = (await AddAsync(Account.DefaultName), await AddAsync("demo"));
        await using var clouds = await OpenAsync(accounts: null);

        Assert.NotNull(clouds.Find(mine, "here"));
        Assert.Equal("here", Assert.Single(clouds.EntriesOf(mine)).Name);
        Assert.Null(clouds.Find(other, "here"));
        Assert.Empty(clouds.EntriesOf(other));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Those_that_are_named_see_it_and_one_that_is_not_there_yet_is_made()
    {
        var (mine, other) = (await AddAsync(Account.DefaultName), await AddAsync("demo"));
        await using var clouds = await OpenAsync(["demo", "build"]);

        Assert.Null(clouds.Find(mine, "here"));
        Assert.NotNull(clouds.Find(other, "here"));
        Assert.NotNull(clouds.Find((await Store.FindAccountAsync("build", Cancellation))!.Id, "here"));
    }

    [Fact]
    public async Task Groups_that_an_account_has_from_before_are_told_of_with_what_to_write()
    {
        await AddAsync(Account.DefaultName);
        var other = await AddAsync("demo");
        await AddGroupAsync(other);

        await using var clouds = await OpenAsync(accounts: null);

        Assert.Equal(
            "account 'demo' has groups on cloud here and may not use it: Muster no longer checks them, and their instances run on. "
            + "If the account may act as the server's user, add \"demo\" to 'accounts' in the cloud's table",
            Assert.Single(_said));
    }

    [Fact]
    public async Task What_opens_the_cloud_elsewhere_is_not_handed_out_for_another_account_either()
    {
        var other = await AddAsync("demo");
        var config = Config(accounts: null);
        await using var clouds = await OpenAsync(accounts: null);
        var grants = new CloudGrants(config, clouds, Safe(config));

        var error = await Assert.ThrowsAsync<InputException>(() => grants.GrantAsync(new(other, "here"), Cancellation));

        Assert.Contains("may use", error.Errors[0].Allowed, StringComparison.Ordinal);
    }

    private async Task<AccountId> AddAsync(string name) =>
        (await Store.EnsureAccountAsync(
            new() { Id = new(_random.NextId()), Name = name, CreatedAt = DateTimeOffset.UnixEpoch }, Cancellation)).Id;

    private async Task AddGroupAsync(AccountId account)
    {
        var template = new Template
        {
            Id = new(_random.NextId()), Account = account, Name = "hello",
            Cloud = "here", Image = "sleep 1000", CreatedAt = DateTimeOffset.UnixEpoch,
        };
        await Store.AddTemplateAsync(template, Cancellation);
        var group = new Group
        {
            Id = new(_random.NextId()), Account = account, Name = "web", Template = template.Id,
            Capacity = new() { Desired = 1, Min = 0, Max = 1 }, Version = 1,
            CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        var activity = new Activity
        {
            Id = new(_random.NextId()), Account = account, Group = group.Id, Type = ActivityType.Change, Status = ActivityStatus.Succeeded,
            Description = "created", Author = "test", FirstAt = DateTimeOffset.UnixEpoch, LastAt = DateTimeOffset.UnixEpoch,
        };
        await Store.AddGroupAsync(group, activity, Cancellation);
    }

    private MusterConfig Config(List<string>? accounts)
    {
        var config = new MusterConfig { Path = "", Data = _directory.Path };
        config.Clouds.Add(new() { Name = "here", Kind = "local", Accounts = accounts });
        return config;
    }

    private CredentialSafe Safe(MusterConfig config) => new(Store, new LazySealer(config.Secrets), "ask for one");

    private Task<CloudDirectory> OpenAsync(List<string>? accounts)
    {
        var config = Config(accounts);
        return CloudDirectory.OpenAsync(config, Store, Safe(config), TimeProvider.System, _random, _said.Add);
    }
}

using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Server.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Installation;

/// <summary>Who sees which instances that nobody owns, where a cloud is spoken to as each account.</summary>
public sealed class OrphanTests
{
    private readonly Some _a = new();
    private readonly Dictionary<AccountId, (SimulatedCloud Cloud, TurningWeather Weather)> _own = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_admin_of_the_installation_sees_every_accounts_and_what_could_not_be_looked_at()
    {
        await using var server = await StartAsync();
        var (admin, theirs) = (await server.AddTokenAsync("boss", "admin"), await server.AddTokenAsync("eye", "read", "first"));
        var (first, second) = (await AddGroupAsync(server, "first"), await AddGroupAsync(server, "second"));
        Place(server, first, "left-1");
        Place(server, second, "left-2");
        server.Cloud.Place("lost", Tags(server, new(_a.Id()), new(_a.Id())));

        // The installation's own account has no credential there, and nothing to be looked at.
        var all = (await GetAsync(server, "/v1/orphans", admin)).Good(200);
        Assert.Equal(["left-1", "left-2", "lost"], Names(all));
        Assert.Empty(all.Json.GetProperty("not_looked_at").EnumerateArray());
        Assert.Equal(["left-1"], Names((await GetAsync(server, "/v1/orphans", theirs)).Good(200)));
        Assert.Equal(["left-1", "left-2"], Names((await GetAsync(server, "/v1/orphans?cloud=triton", admin)).Good(200)));

        _own[first.Account].Weather.Pages = new() { Refusal = new(CloudErrorKind.Unauthorized, "the key was removed") };
        var part = (await GetAsync(server, "/v1/orphans", admin)).Good(200);
        Assert.Equal(["left-2", "lost"], Names(part));
        var unseen = Assert.Single(part.Json.GetProperty("not_looked_at").EnumerateArray());
        Assert.Equal(
            ("triton", first.Account.Value, "the key was removed"),
            (
                unseen.GetProperty("cloud").GetString(),
                unseen.GetProperty("account_id").GetGuid(),
                unseen.GetProperty("message").GetString()));

        // Where nothing could be looked at there is no list.
        _own[second.Account].Weather.Pages = _own[first.Account].Weather.Pages;
        (await GetAsync(server, "/v1/orphans?cloud=triton", admin)).Problem(502, "cloud_unauthorized");
        (await GetAsync(server, "/v1/orphans?cloud=mars", admin)).Problem(404, "cloud_not_found");
    }

    [Fact]
    public async Task Groups_that_are_many_are_read_an_account_at_once()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        for (var number = 0; number < 40; number++)
        {
            Place(server, await AddGroupAsync(server, "first"), $"left-{number}");
        }

        var reads = 0;
        server.Faults.Before = method => reads += method is "FindGroupAsync" ? 1 : 0;
        var answer = (await GetAsync(server, "/v1/orphans", admin)).Good(200);

        Assert.Equal(0, reads);
        Assert.Equal(40, Names(answer).Length);
        Assert.All(
            answer.Json.GetProperty("items").EnumerateArray(),
            item => Assert.Equal("launch_unknown", item.GetProperty("reason").GetString()));
    }

    private async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartWithTokensAsync();
        server.Clouds.Add("triton", account =>
        {
            var weather = new TurningWeather();
            var cloud = new SimulatedCloud("triton", server.Cloud.Traits, weather, server.Clock);
            _own[account] = (cloud, weather);
            return new("triton", "simulated", GovernedCloud.Over("triton", cloud, server.Clock), account);
        });
        return server;
    }

    private async Task<Group> AddGroupAsync(RunningServer server, string account)
    {
        var owner = await server.Memory.EnsureAccountAsync(_a.Account(account), Cancel);
        var template = _a.Template(owner.Id, cloud: "triton");
        await server.Memory.AddTemplateAsync(template, Cancel);
        var group = _a.Group(template);
        await server.Memory.AddGroupAsync(group, _a.Activity(group, Core.Activities.ActivityType.Change, "created"), Cancel);
        return group;
    }

    private void Place(RunningServer server, Group group, string name)
    {
        Assert.NotNull(server.Clouds.Find(group.Account, "triton"));
        _own[group.Account].Cloud.Place(name, Tags(server, group.Account, group.Id));
    }

    private ImmutableSortedDictionary<string, string> Tags(RunningServer server, AccountId account, GroupId group) =>
        ImmutableSortedDictionary<string, string>.Empty
            .Add(MusterTags.Installation, server.Memory.Installation.ToString())
            .Add(MusterTags.Account, account.ToString())
            .Add(MusterTags.Group, group.ToString())
            .Add(MusterTags.Launch, new LaunchId(_a.Id()).ToString());

    private static string[] Names(Answer answer) =>
        [.. answer.Json.GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()!)
            .Order(StringComparer.Ordinal)];

    private static Task<Answer> GetAsync(RunningServer server, string path, string token) =>
        server.SendAsync("GET", path, headers: ("Authorization", $"Bearer {token}"));
}

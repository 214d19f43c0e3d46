using Muster.Api.Groups;
using Muster.Terraform.Groups;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Groups whose level is moved by policies, against the real server that asks them.</summary>
public sealed class SteeredGroupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Value.Mapping Always(int floor) => Configs.PolicyOf(
        "always", "schedule", ("windows", Value.Of(["daily 00:00-24:00"])), ("inside", Configs.FrameOf(floor: floor)));

    [Theory]
    [InlineData("capacity")]
    [InlineData("desired")]
    [InlineData("min")]
    public async Task A_level_that_a_policy_has_moved_is_no_drift_and_an_apply_leaves_it_there(string word)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = (await GroupAsync(provider)).With(("capacity", Value.Null), (word, Value.Of(2)));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        await provider.ApplyAsync(Configs.Policy, Value.Null, Always(floor: 5));

        var read = (Value.Mapping)await provider.ReadAsync(Configs.Group, group);
        Assert.Equal(
            (2, 2, 5), (new Fields(read).Whole("capacity"), new Fields(read).Whole("desired"),
                new Fields(read).Inner("status")!.Value.Whole("level")));
        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));

        // Something else is changed, and the level stays where it is.
        await provider.ApplyAsync(Configs.Group, read, config.With(("scale_in", Value.Of("newest")), ("max", Value.Of(8))));
        var capacity = (await server.Client.GetGroupAsync("web", Cancel)).Capacity;
        Assert.Equal((5, 2, 8, "always"), (capacity.Desired, capacity.Set, capacity.Max, capacity.Author));
    }

    [Fact]
    public async Task What_a_person_asks_for_beside_a_policy_is_drift()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await GroupAsync(provider);
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        await provider.ApplyAsync(Configs.Policy, Value.Null, Always(floor: 5));

        await server.Client.SetCapacityAsync("web", new() { Desired = 4 }, cancellationToken: Cancel);
        var read = await provider.ReadAsync(Configs.Group, group);

        Assert.Equal(4, Fields.Of(read).Whole("capacity"));
        await provider.ApplyAsync(Configs.Group, read, config);
        var capacity = (await server.Client.GetGroupAsync("web", Cancel)).Capacity;
        Assert.Equal((5, 2), (capacity.Desired, capacity.Set));
    }

    [Fact]
    public async Task A_claim_of_a_policy_is_not_taken_from_it_by_an_apply_that_asks_for_nothing_new()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await GroupAsync(provider);
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        await provider.ApplyAsync(Configs.Policy, Value.Null, Configs.PolicyOf(
            "work", "backlog", ("metric", Value.Of("queue")), ("per_instance", Value.Of(10))));

        await server.Client.PushReadingsAsync("web", new() { Metric = "queue", Value = 65 }, Cancel);
        await Patiently.UntilAsync(
            async () => (await GetAsync(server)).Capacity is { Desired: 7, Set: 2, Author: "work" }, "the queue moves the level to 7");

        var read = await provider.ReadAsync(Configs.Group, group);
        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
        await provider.ApplyAsync(Configs.Group, read, config.With(("interval", Value.Of("30s"))));
        Assert.Equal(7, (await GetAsync(server)).Capacity.Desired);
    }

    [Fact]
    public async Task A_hold_of_a_person_outlives_an_apply_that_asks_for_nothing_new()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await GroupAsync(provider);
        await provider.ApplyAsync(Configs.Group, Value.Null, config);
        await provider.ApplyAsync(Configs.Policy, Value.Null, Always(floor: 5));
        await server.Client.SetCapacityAsync("web", new() { Desired = 2, HoldS = 3600 }, cancellationToken: Cancel);
        var read = await provider.ReadAsync(
            Configs.Group, Configs.Group.Schema.Fill(("id", Value.Of((await GetAsync(server)).Id.ToString()))));

        await provider.ApplyAsync(Configs.Group, read, config.With(("scale_in", Value.Of("newest"))));

        Assert.Equal(2, (await GetAsync(server)).Capacity.Desired);
        Assert.NotNull((await GetAsync(server)).Capacity.HeldUntil);
    }

    [Fact]
    public async Task A_wait_is_for_the_level_in_force()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await GroupAsync(provider);
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        await provider.ApplyAsync(Configs.Policy, Value.Null, Always(floor: 5));

        group = await provider.ApplyAsync(
            Configs.Group, group, config.With(("wait_for_level", Value.Of(true)), ("scale_in", Value.Of("newest"))));

        Assert.Equal(5, new Fields(group).Inner("status")!.Value.Whole("running"));
    }

    [Fact]
    public async Task A_data_source_tells_the_level_who_moved_it_and_why()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await provider.ApplyAsync(Configs.Group, Value.Null, await GroupAsync(provider));
        var before = await LookUpAsync();
        await provider.ApplyAsync(Configs.Policy, Value.Null, Always(floor: 5));
        var moved = await LookUpAsync();
        await server.Client.SetCapacityAsync("web", new() { Desired = 4, HoldS = 3600, Reason = "a sale" }, cancellationToken: Cancel);
        var held = await LookUpAsync();

        Assert.Equal((2, 2, Value.Null), (before.Whole("desired"), before.Whole("level"), before["held_until"]));
        Assert.Equal((2, 5, "always"), (moved.Whole("desired"), moved.Whole("level"), moved.Text("author")));
        Assert.Contains("daily 00:00-24:00", moved.Text("reason"), StringComparison.Ordinal);
        var policy = Fields.Of(Assert.Single(Assert.IsType<Value.Sequence>(moved["policies"]).Items));
        Assert.Equal(("always", "schedule", "on", 5),
            (policy.Text("name"), policy.Text("kind"), policy.Text("mode"), policy.Whole("recommends")));
        Assert.Equal((4, 4, "a sale"), (held.Whole("desired"), held.Whole("level"), held.Text("reason")));
        Assert.NotNull(held.Text("held_until"));

        async Task<Fields> LookUpAsync()
        {
            var found = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")));
            ConfiguredProvider.Good(found.Diagnostics);
            return Fields.Of(DynamicValues.Read(found.State));
        }
    }

    private static Task<GroupView> GetAsync(RunningServer server) => server.Client.GetGroupAsync("web", Cancel);

    /// <summary>A group of two that may have nine.</summary>
    private static async Task<Value.Mapping> GroupAsync(ConfiguredProvider provider)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        return Configs.GroupOf(("template_id", template.Items["id"]), ("capacity", Value.Of(2)), ("max", Value.Of(9)));
    }
}

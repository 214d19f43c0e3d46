using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

using Muster.Api.Policies;
using Muster.Terraform.Policies;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Policies from their making to their end, against the real server, with Terraform's checks of each step.</summary>
public sealed class PolicyLifeTests
{
    private static readonly (string, Value) Cpu = ("metric", Value.Of("cpu"));
    private static readonly (string, Value) Sixty = ("target", Value.Of(60));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Of each kind the least that makes one, and all that it takes.</summary>
    private static (Value.Mapping Least, Value.Mapping Most)[] Kinds =>
    [
        (
            Configs.PolicyOf("a", "schedule", ("windows", Value.Of(["daily 12:00-13:00"])), ("inside", Configs.FrameOf(floor: 1))),
            Configs.OfficeOf(
                ("name", Value.Of("a")), ("mode", Value.Of("off")),
                ("windows", Value.Of(["mon-fri 8:00-18:00", "0 8 * * 6 for 2h"])), ("inside", Configs.FrameOf(1, 5, 2)))),
        (
            Configs.PolicyOf("b", "step", Cpu, ("below", Value.Of(20)), ("remove", Value.Of("-1"))),
            Configs.PolicyOf(
                "b", "step", Cpu, ("above", new Value.Number("80.5")), ("for", Value.Of("300s")), ("mode", Value.Of("grow_only")),
                ("steps", Value.Of(["10..: +30%", "0..10: +10%"])), ("cooldown", Value.Of("90s")), ("max_age", Value.Of("2m")))),
        (
            Configs.PolicyOf("c", "target", Cpu, Sixty),
            Configs.PolicyOf(
                "c", "target", Cpu, ("target", new Value.Number("0.7")), ("total", Value.Of(true)),
                ("tolerance", new Value.Number("0.05")), ("stabilize", Value.Of("600s")), ("warmup", Value.Of("1m")),
                ("grow_max", Value.Of("50%")), ("shrink_max", Value.Of("2")), ("max_age", Value.Of("1m")))),
        (
            Configs.PolicyOf("d", "backlog", ("metric", Value.Of("queue")), ("per_instance", Value.Of(100))),
            Configs.PolicyOf(
                "d", "backlog", ("metric", Value.Of("queue")), ("per_instance", new Value.Number("2.5")),
                ("age_metric", Value.Of("age")), ("age_max", Value.Of("2m")), ("empty_for", Value.Of("10m")),
                ("stabilize", Value.Of("0s")), ("grow_max", Value.Of("5")), ("shrink_max", Value.Of("10%")), ("max_age", Value.Of("10m")))),
        (
            Configs.PolicyOf("e", "predictive", Cpu, Sixty),
            Configs.PolicyOf("e", "predictive", Cpu, Sixty, ("total", Value.Of(true)), ("ahead", Value.Of("600s")),
                ("mode", Value.Of("on")))),
        (
            Configs.PolicyOf("f", "receiver"),
            Configs.PolicyOf(
                "f", "receiver", Cpu, ("on_alarm", Value.Of("+30%")), ("cooldown", Value.Of("1m")), ("stands_for", Value.Of("7200s")))),
    ];

    [Fact]
    public async Task A_policy_of_every_kind_is_made_filled_emptied_and_removed()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        foreach (var (least, most) in Kinds)
        {
            var policy = await provider.ApplyAsync(Configs.Policy, Value.Null, least);
            policy = await provider.ApplyAsync(Configs.Policy, policy, most);
            policy = await provider.ApplyAsync(Configs.Policy, policy, least);
            Assert.Equal(3, new Fields(policy).Whole("version"));

            // Nothing is left of what was there between.
            var name = new Fields(least).Required("name");
            var view = await server.Client.GetPolicyAsync("web", name, Cancel);
            await server.Client.DeletePolicyAsync("web", name, Cancel);
            await provider.ApplyAsync(Configs.Policy, Value.Null, least);
            Assert.Equal(Written(view), Written(await server.Client.GetPolicyAsync("web", name, Cancel)));
        }

        var state = await provider.ReadAsync(Configs.Policy, Configs.OfficeOf(("id", Value.Of($"{await GroupIdAsync(server)}/a"))));
        var (gone, diagnostics) = await provider.TryApplyAsync(Configs.Policy, state, Value.Null);
        ConfiguredProvider.Good(diagnostics);
        Assert.Equal(Value.Null, gone);
        Assert.Equal(["b", "c", "d", "e", "f"], (await server.Client.ListPoliciesAsync("web", Cancel)).Select(policy => policy.Name));
        ConfiguredProvider.Good((await provider.TryApplyAsync(Configs.Policy, state, Value.Null)).Diagnostics);
    }

    // Also the proof that the provider fills in what the server would have: else the plan after it would show a change.
    [Fact]
    public async Task What_exists_is_imported_by_names_and_by_id_without_a_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        foreach (var (least, most) in Kinds)
        {
            foreach (var config in (Value.Mapping[])[least, most])
            {
                var input = Terraform.Policies.PolicyFields.Input(new Fields(config));
                var made = await server.Client.CreatePolicyAsync("web", input, Cancel);

                foreach (var group in (string[])["web", await GroupIdAsync(server)])
                {
                    var read = await ImportAsync(provider, $"{group}/{made.Name}");
                    await AssertNoChangeAsync(provider, read, config);
                    await AssertNoChangeAsync(provider, read, config.With(("group", Value.Of(await GroupIdAsync(server)))));
                    Assert.Equal(Value.Null, Fields.Of(read)["secret"]);
                }

                await server.Client.DeletePolicyAsync("web", made.Name, Cancel);
            }
        }
    }

    [Fact]
    public async Task Policies_of_every_kind_are_looked_up_as_they_are()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        foreach (var (_, most) in Kinds)
        {
            var made = Fields.Of(await provider.ApplyAsync(Configs.Policy, Value.Null, most));

            var found = Fields.Of(DynamicValues.Read(
                (await provider.LookUpAsync(new PolicyDataSource(), ("group", Value.Of("web")), ("name", made["name"]))).State));

            Assert.Equal((made["id"], made["kind"], made["path"]), (found["id"], found["kind"], found["path"]));
            Assert.All(
                PolicyFields.All, field => Assert.True(
                    made[field.Name].Equals(found[field.Name]) || field.IsSame(made[field.Name], found[field.Name]),
                    $"{made.Text("kind")} {field.Name}: {made[field.Name]} is looked up as {found[field.Name]}"));
        }

        var nobody = await provider.LookUpAsync(new PolicyDataSource(), ("group", Value.Of("web")), ("name", Value.Of("nobody")));
        Assert.Contains("has no policy 'nobody'", Assert.Single(nobody.Diagnostics).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alarm", "give the group's id or name and the policy's name, with a slash between them: web/alarm")]
    [InlineData("web/", "with a slash between them")]
    [InlineData("web/a/b", "with a slash between them")]
    [InlineData("nobody/alarm", "nobody")]
    [InlineData("web/alarm", "has no policy 'alarm'")]
    public async Task What_cannot_be_imported_is_told(string id, string told)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);

        var response = await provider.Service.ImportResourceState(new() { TypeName = "muster_policy", Id = id });

        Assert.Contains(told, Assert.Single(response.Diagnostics).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_change_shows_as_drift_and_is_set_right()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var config = Configs.AlarmOf(("cooldown", Value.Of("300s")));
        var policy = await provider.ApplyAsync(Configs.Policy, Value.Null, config);

        await server.Client.UpdatePolicyAsync("web", "alarm", new() { Above = 90, Cooldown = "5m", Mode = "off", MaxAge = "1m" }, Cancel);
        var read = (Value.Mapping)await provider.ReadAsync(Configs.Policy, policy);

        Assert.Equal(
            ["above", "max_age", "mode", "version"],
            read.Items.Where(item => item.Value != policy.Items[item.Key]).Select(item => item.Key));
        await provider.ApplyAsync(Configs.Policy, read, config);
        var view = await server.Client.GetPolicyAsync("web", "alarm", Cancel);
        Assert.Equal((80, "on", "5m"), (view.Rule.Above, view.Mode, view.Rule.MaxAge));
    }

    [Fact]
    public async Task A_policy_or_a_group_that_somebody_removed_is_gone()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var (alarm, office) = (
            await provider.ApplyAsync(Configs.Policy, Value.Null, Configs.AlarmOf()),
            await provider.ApplyAsync(Configs.Policy, Value.Null, Configs.OfficeOf()));

        await server.Client.DeletePolicyAsync("web", "alarm", Cancel);
        Assert.Equal(Value.Null, await provider.ReadAsync(Configs.Policy, alarm));

        await server.Client.DeleteGroupAsync("web", cancellationToken: Cancel);
        Assert.Equal(Value.Null, await provider.ReadAsync(Configs.Policy, office));
        ConfiguredProvider.Good((await provider.TryApplyAsync(Configs.Policy, office, Value.Null)).Diagnostics);
    }

    [Fact]
    public async Task A_group_that_gets_another_name_keeps_its_policies()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var config = Configs.AlarmOf(("group", Value.Of(await GroupIdAsync(server))));
        var policy = await provider.ApplyAsync(Configs.Policy, Value.Null, config);

        await server.Client.UpdateGroupAsync("web", new() { Name = "shop" }, cancellationToken: Cancel);

        await AssertNoChangeAsync(provider, await provider.ReadAsync(Configs.Policy, policy), config);
        await provider.ApplyAsync(Configs.Policy, policy, config.With(("above", Value.Of(70))));
        Assert.Equal(70, (await server.Client.GetPolicyAsync("shop", "alarm", Cancel)).Rule.Above);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_at_the_attribute_and_leaves_what_was_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var over = Configs.OfficeOf(("windows", Value.Of(["2020-12-24 18:00 to 2020-12-27 08:00"])));

        var (_, created) = await provider.TryApplyAsync(Configs.Policy, Value.Null, over);
        var (_, zone) = await provider.TryApplyAsync(Configs.Policy, Value.Null, Configs.OfficeOf(("zone", Value.Of("Mars/Olympus"))));
        var office = await provider.ApplyAsync(Configs.Policy, Value.Null, Configs.OfficeOf());
        var (kept, frame) = await provider.TryApplyAsync(
            Configs.Policy, office, Configs.OfficeOf(("inside", Configs.FrameOf(min: 3, max: 1))));
        var (_, twice) = await provider.TryApplyAsync(Configs.Policy, Value.Null, Configs.OfficeOf());
        var (_, nowhere) = await provider.TryApplyAsync(Configs.Policy, Value.Null, Configs.AlarmOf(("group", Value.Of("nobody"))));
        var (_, noId) = await provider.TryApplyAsync(
            Configs.Policy, Value.Null, Configs.AlarmOf(("group", Value.Of(Configs.TemplateId))));

        AssertSingle("windows", "it never opens: it is over in Europe/Berlin", created);
        AssertSingle("zone", "zone is 'Mars/Olympus': the IANA name of a time zone", zone);
        AssertSingle("inside.min", "inside.min is '3': no more than inside.max, 1.", frame);
        AssertSingle("name", "of a policy as GROUP/NAME", twice);
        AssertSingle("group", "nobody", nowhere);
        Assert.Contains("the id or name of a living group", noId[0].Detail, StringComparison.Ordinal);
        Assert.Equal(office, kept);
    }

    [Fact]
    public async Task A_receivers_secret_is_in_the_state_from_its_making_on_and_opens_it()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var config = Configs.PolicyOf("pager", "receiver");

        var policy = await provider.ApplyAsync(Configs.Policy, Value.Null, config);
        policy = await provider.ApplyAsync(Configs.Policy, policy, config.With(("on_alarm", Value.Of("+2"))));

        await AssertOpensAsync(server, policy);
        Assert.Equal(Value.Null, (await provider.ApplyAsync(Configs.Policy, Value.Null, Configs.AlarmOf())).Items["path"]);
    }

    [Theory]
    [InlineData("receiver")]
    [InlineData("schedule")]
    public async Task A_policy_whose_first_answer_was_lost_is_taken_as_made(string kind)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var isLost = false;
        server.Gate = async context =>
        {
            if (!isLost && HttpMethods.IsPost(context.Request.Method))
            {
                isLost = true;
                await server.Client.CreatePolicyAsync(
                    "web", (await context.Request.ReadFromJsonAsync(Api.ApiJson.Default.PolicyInput, Cancel))!, Cancel);
                context.Abort();
                return false;
            }

            return true;
        };

        var config = kind == "receiver" ? Configs.PolicyOf("pager", kind) : Configs.OfficeOf();
        var policy = await provider.ApplyAsync(Configs.Policy, Value.Null, config);

        Assert.True(isLost);
        if (kind == "receiver")
        {
            await AssertOpensAsync(server, policy);
        }
    }

    [Fact]
    public async Task Another_ones_policy_is_never_taken_for_one_whose_answer_was_lost()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        await GroupAsync(provider);
        var isFirst = true;
        server.Gate = async context =>
        {
            if (isFirst && HttpMethods.IsPost(context.Request.Method))
            {
                isFirst = false;
                await server.Client.CreatePolicyAsync(
                    "web", new() { Name = "alarm", Kind = "step", Metric = "cpu", Above = 99, Add = "1" }, Cancel);
                context.Abort();
                return false;
            }

            return true;
        };

        var (_, diagnostics) = await provider.TryApplyAsync(Configs.Policy, Value.Null, Configs.AlarmOf());

        AssertSingle("name", "alarm exists already", diagnostics);
    }

    private static async Task AssertOpensAsync(RunningServer server, Value.Mapping policy)
    {
        var (path, secret) = (new Fields(policy).Required("path"), new Fields(policy).Required("secret"));
        using var http = new HttpClient { BaseAddress = server.Client.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("{\"desired\": 5}", new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new("Bearer", secret);
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static void AssertSingle(string path, string told, IReadOnlyList<Diagnostic> diagnostics)
    {
        var diagnostic = Assert.Single(diagnostics);
        Assert.Contains(told, diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal(path, string.Join('.', diagnostic.Attribute.Steps.Select(step => step.AttributeName)));
    }

    private static string Written(PolicyView view) =>
        JsonSerializer.Serialize(view.Rule with { Mode = view.Mode }, Api.ApiJson.Default.PolicyInput);

    private static async Task AssertNoChangeAsync(ConfiguredProvider provider, Value read, Value.Mapping config)
    {
        var plan = await provider.PlanAsync(Configs.Policy, read, config);
        Assert.Equal(read, DynamicValues.Read(plan.PlannedState));
        Assert.Empty(plan.RequiresReplace);
    }

    private static async Task<Value> ImportAsync(ConfiguredProvider provider, string id)
    {
        var response = await provider.Service.ImportResourceState(new() { TypeName = "muster_policy", Id = id });
        ConfiguredProvider.Good(response.Diagnostics);
        return await provider.ReadAsync(Configs.Policy, DynamicValues.Read(Assert.Single(response.ImportedResources).State));
    }

    private static async Task<string> GroupIdAsync(RunningServer server) =>
        (await server.Client.GetGroupAsync("web", Cancel)).Id.ToString();

    private static async Task GroupAsync(ConfiguredProvider provider)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        await provider.ApplyAsync(
            Configs.Group, Value.Null,
                Configs.GroupOf(("template_id", template.Items["id"]), ("capacity", Value.Of(1)), ("max", Value.Of(9))));
    }
}

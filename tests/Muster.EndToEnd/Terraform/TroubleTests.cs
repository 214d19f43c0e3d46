using System.Diagnostics;
using System.Text.Json.Nodes;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Terraform;

/// <summary>What goes wrong is said once and clearly, and leaves a state that the next apply mends.</summary>
public sealed class TroubleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Wrong_values_are_told_while_planning_with_the_users_own_line()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("desired = 9\n min = 1\n max = 5\n scale_in = \"random\"");

        var run = await terraform.RunAsync("validate");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("desired is '9': at most max, which is 5", Flat(run.Error), StringComparison.Ordinal);
        Assert.Contains("scale_in is 'random': oldest, newest, outdated-first or least-busy", Flat(run.Error), StringComparison.Ordinal);
        Assert.Contains("scale_in = \"random\"", run.Error, StringComparison.Ordinal);

        terraform.WithGroup(template: "tags = { \"muster.group\" = \"x\" }");
        var tags = await terraform.RunAsync("validate");
        Assert.NotEqual(0, tags.ExitCode);
        Assert.Contains("a key that does not start with muster.", Flat(tags.Error), StringComparison.Ordinal);

        terraform.With(
            """
            resource "muster_template" "web" {
              name  = "web-1"
              cloud = "nowhere"
              image = "muster hello"
            }
            """);
        var plan = await terraform.RunAsync("plan");
        Assert.NotEqual(0, plan.ExitCode);
        Assert.Contains("cloud is 'nowhere': one of the configured clouds: local", Flat(plan.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_the_users_own_line()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 100000");

        var run = await terraform.RunAsync("apply", "-auto-approve");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("this installation's limit", Flat(run.Error), StringComparison.Ordinal);
        Assert.Contains("capacity = 100000", run.Error, StringComparison.Ordinal);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_name_that_is_taken_is_told_with_the_way_to_take_it_over()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 0);
        using var terraform = new TerraformWorkspace(server.Address).WithGroup();

        var run = await terraform.RunAsync("apply", "-auto-approve");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("terraform import", Flat(run.Error), StringComparison.Ordinal);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_template_in_use_under_a_name_of_its_own_is_not_replaced_and_the_plan_says_how()
    {
        const string Configuration =
            """
            resource "muster_template" "web" {
              name  = "web-1"
              cloud = "local"
              image = "IMAGE"
            }

            resource "muster_group" "web" {
              name        = "web"
              template_id = muster_template.web.id
              capacity    = 0
            }
            """;
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address)
            .With(Configuration.Replace("IMAGE", "muster hello", StringComparison.Ordinal));
        await terraform.ApplyAsync();

        terraform.With(Configuration.Replace("IMAGE", "sleep 100", StringComparison.Ordinal));
        var plan = await terraform.RunAsync("plan");

        Assert.NotEqual(0, plan.ExitCode);
        Assert.Contains("Template web-1 is used by group web", Flat(plan.Error), StringComparison.Ordinal);
        Assert.Contains("create_before_destroy", Flat(plan.Error), StringComparison.Ordinal);
        Assert.Single((await server.MusterAsync("template", "list", "--json")).Good().Json.EnumerateArray());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_once_however_many_groups_there_are()
    {
        var server = await DevServer.StartAsync();
        await using (server)
        {
            using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 0");
            (await terraform.RunAsync("plan", "-out", "plan.bin")).Good();
            await server.TerminateAsync();

            foreach (var run in (ProgramRun[])[await terraform.RunAsync("apply", "plan.bin"), await terraform.RunAsync("plan")])
            {
                Assert.NotEqual(0, run.ExitCode);
                Assert.Equal(1, Count(run.Error, "Error:"));
                Assert.Contains(
                    $"no answer from the Muster server at {server.Address}", Flat(run.Error), StringComparison.OrdinalIgnoreCase);
            }

            await server.StartAgainAsync();
            await terraform.ApplyAsync();
            await terraform.DestroyAsync();
        }
    }

    [Fact]
    public async Task A_server_that_restarts_during_an_apply_is_waited_for()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(
            NeverAtLevel.Replace(
                "wait_for_level = true", "wait_for_level = true\n timeouts { create = \"10s\" }", StringComparison.Ordinal));
        using var apply = terraform.Start("apply", "-auto-approve");
        var (output, error) = (apply.StandardOutput.ReadToEndAsync(), apply.StandardError.ReadToEndAsync());
        await Patiently.UntilAsync(async () => (await server.MusterAsync("group", "show", "web")).ExitCode == 0, "the group is made");

        await server.KillAsync();
        await server.StartAgainAsync();
        await apply.WaitForExitAsync();

        Assert.Contains("is not at its level after 10s", Flat(await error), StringComparison.Ordinal);
        Assert.Contains("untaint", Flat(await error), StringComparison.Ordinal);
        Assert.Equal(2, terraform.StateCount());
        Assert.NotEmpty(await output);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task Only_a_good_token_comes_in()
    {
        await using var server = await TokenServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 0");

        foreach (var token in (string[])["", "mst_wrong"])
        {
            terraform.Set("MUSTER_TOKEN", token);
            var run = await terraform.RunAsync("plan");
            Assert.NotEqual(0, run.ExitCode);
            Assert.Equal(1, Count(run.Error, "Error:"));
            Assert.Contains("The Muster server refuses the token", run.Error, StringComparison.Ordinal);
        }

        terraform.Set("MUSTER_TOKEN", server.Token);
        terraform.Set("TF_LOG", "trace");
        var good = await terraform.ApplyAsync();
        Assert.Contains("provider.muster", good.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Token, good.Error, StringComparison.Ordinal);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task Another_account_than_the_one_meant_is_refused()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(
            """
            provider "muster" { account = "00000000-0000-4000-8000-000000000001" }
            data "muster_cloud" "local" { name = "local" }
            """);

        var run = await terraform.RunAsync("plan");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("the token belongs to account", Flat(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_applies_at_once_of_one_state_exclude_each_other_and_of_two_states_do_not()
    {
        await using var server = await DevServer.StartAsync();
        using var first = new TerraformWorkspace(server.Address).WithGroup("capacity = 1");
        using var second = new TerraformWorkspace(server.Address).With(
            """
            resource "muster_template" "shop" {
              base_name = "web"
              cloud     = "local"
              image     = "muster hello"
            }

            resource "muster_group" "shop" {
              name        = "shop"
              template_id = muster_template.shop.id
              capacity    = 1
            }
            """);

        var runs = await Task.WhenAll(
            first.RunAsync("apply", "-auto-approve"), first.RunAsync("apply", "-auto-approve"), second.RunAsync("apply", "-auto-approve"));

        runs[2].Good();
        Assert.Contains(runs[..2], run => run.ExitCode == 0);
        Assert.All(runs[..2].Where(run => run.ExitCode != 0), run => Assert.Contains("state lock", run.Error, StringComparison.Ordinal));
        await first.AssertNoChangesAsync();
        await second.AssertNoChangesAsync();
        await first.DestroyAsync();
        await second.DestroyAsync();
    }

    [Fact]
    public async Task A_Ctrl_C_in_the_midst_of_an_apply_leaves_nothing_unknown_or_tainted()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(NeverAtLevel);
        using var apply = terraform.Start("apply", "-auto-approve");
        var (output, error) = (apply.StandardOutput.ReadToEndAsync(), apply.StandardError.ReadToEndAsync());
        await Patiently.UntilAsync(async () => (await server.MusterAsync("group", "show", "web")).ExitCode == 0, "the group is made");

        (await ProgramRun.OfAsync("/bin/kill", ["-INT", "--", $"-{apply.Id}"])).Good();
        using var patience = new CancellationTokenSource(Patience);
        await apply.WaitForExitAsync(patience.Token);

        Assert.Contains("Stopped waiting for group web", Flat(await output + await error), StringComparison.Ordinal);
        Assert.Equal(2, terraform.StateCount());
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_provider_that_is_killed_leaves_a_group_that_can_be_taken_over()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(NeverAtLevel);
        using var apply = terraform.Start("apply", "-auto-approve");
        var (output, error) = (apply.StandardOutput.ReadToEndAsync(), apply.StandardError.ReadToEndAsync());
        await Patiently.UntilAsync(async () => (await server.MusterAsync("group", "show", "web")).ExitCode == 0, "the group is made");

        foreach (var pid in Processes.ChildrenOf(apply.Id))
        {
            Processes.Kill(pid);
        }

        await apply.WaitForExitAsync();
        Assert.NotEqual(0, apply.ExitCode);
        Assert.NotEmpty(await output + await error);

        var again = await terraform.RunAsync("apply", "-auto-approve");
        Assert.Contains("terraform import", Flat(again.Error), StringComparison.Ordinal);
        (await terraform.RunAsync("import", "muster_group.web", "web")).Good();
        await terraform.DestroyAsync();
        Assert.Empty(server.RealPids());
    }

    [Fact]
    public async Task State_of_another_version_is_brought_up_to_date_or_refused()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 0");
        await terraform.ApplyAsync();

        terraform.EditState("muster_group", instance =>
        {
            var attributes = instance["attributes"]!.AsObject();
            attributes.Remove("on_destroy");
            attributes.Remove("brakes");
            attributes["health_check_interval"] = 60;
        });
        await terraform.AssertNoChangesAsync();
        await terraform.ApplyAsync();

        terraform.EditState("muster_group", instance => instance["schema_version"] = JsonValue.Create(7));
        var run = await terraform.RunAsync("plan");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("newer", Flat(run.Error), StringComparison.Ordinal);
        terraform.EditState("muster_group", instance => instance["schema_version"] = JsonValue.Create(0));
        await terraform.DestroyAsync();
    }

    private const string NeverAtLevel =
        """
        resource "muster_template" "web" {
          name  = "never"
          cloud = "local"
          image = "/bin/false"
        }

        resource "muster_group" "web" {
          name           = "web"
          template_id    = muster_template.web.id
          capacity       = 1
          wait_for_level = true
        }
        """;

    /// <summary>Terraform breaks lines where its frame ends.</summary>
    private static string Flat(string text) =>
        string.Join(' ', text.Split((char[])[' ', '\n', '│', '╷', '╵'], StringSplitOptions.RemoveEmptyEntries));

    private static int Count(string text, string what) => text.Split(what).Length - 1;
}

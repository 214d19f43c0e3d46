using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Terraform;

/// <summary>What a person does with Terraform, with the real one, against a real server.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task A_group_is_made_grows_drifts_is_mended_and_goes()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup();
        TestContext.Current.TestOutputHelper?.WriteLine((await terraform.RunAsync("version")).Good().Output);
        (await terraform.RunAsync("validate")).Good();
        Assert.Contains("Plan: 2 to add, 0 to change, 0 to destroy", await terraform.ChangesAsync(), StringComparison.Ordinal);

        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 3);
        await terraform.AssertNoChangesAsync();
        Assert.Contains("0 added, 0 changed, 0 destroyed", (await terraform.ApplyAsync()).Output, StringComparison.Ordinal);

        foreach (var capacity in (int[])[10, 15])
        {
            terraform.WithGroup($"capacity = {capacity}");
            await terraform.ApplyAsync();
            await terraform.AssertNoChangesAsync();
            await server.UntilHealthyAsync("web", capacity);
        }

        (await server.MusterAsync("group", "scale", "web", "7")).Good();
        Assert.Contains("capacity       = 7 -> 15", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 15);
        await terraform.AssertNoChangesAsync();

        await terraform.DestroyAsync();
        Assert.Empty(server.RealPids());
        Assert.Empty((await server.MusterAsync("template", "list", "--json")).Good().Json.EnumerateArray());
    }

    [Fact]
    public async Task An_instance_that_dies_is_no_drift()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup();
        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 3);

        Processes.Kill((await server.RunningPidsAsync("web"))[0]);

        await terraform.AssertNoChangesAsync();
    }

    [Fact]
    public async Task Every_attribute_comes_to_rest_and_can_be_changed_and_taken_away()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup(
            """
            desired        = 2
            min            = 1
            max            = 9
            interval       = "90s"
            scale_in       = "newest"
            brakes         = { launches_per_hour_max = 50 }
            wait_for_level = true
            on_destroy     = "terminate"
            timeouts { create = "1m" }
            """,
            """
            size             = "100MiB"
            name_prefix      = "w"
            firewall_enabled = false
            user_data        = "hello"
            metadata         = { role = "web", empty = "" }
            tags             = {}
            options          = { stop_grace = "1s" }
            """);

        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();
        Assert.Equal(2, (int?)terraform.State("muster_group", "status")!["running"]);

        terraform.WithGroup("desired = 2\n min = 0\n interval = \"5s\"", "tags = { role = \"web\" }");
        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();
        var show = (await server.MusterAsync("group", "show", "web", "--json")).Good().Json;
        Assert.Equal(5, show.GetProperty("interval_s").GetDouble());
        Assert.Equal("oldest", show.GetProperty("scale_in").GetString());
        Assert.Equal(9, show.GetProperty("capacity").GetProperty("max").GetInt32());
        Assert.Equal(50, show.GetProperty("brakes").GetProperty("launches_per_hour_max").GetInt32());
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_group_that_something_else_scales_is_left_alone()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("min = 1\n max = 5");
        await terraform.ApplyAsync();
        (await server.MusterAsync("group", "scale", "web", "4")).Good();

        await terraform.AssertNoChangesAsync();
        terraform.WithGroup("min = 1\n max = 5\n scale_in = \"newest\"");
        var plan = await terraform.ChangesAsync();
        Assert.DoesNotContain("~ capacity", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("~ desired", plan, StringComparison.Ordinal);
        await terraform.ApplyAsync();

        Assert.Equal(4, (int?)terraform.State("muster_group", "desired"));
        terraform.WithGroup("min = 1\n max = 3\n scale_in = \"newest\"");
        await terraform.ApplyAsync();
        Assert.Equal(3, (int?)terraform.State("muster_group", "desired"));
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task Ignored_changes_stay_ignored()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("desired = 2\n lifecycle { ignore_changes = [desired] }");
        await terraform.ApplyAsync();

        (await server.MusterAsync("group", "scale", "web", "3")).Good();

        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    // networks = [] replaced the template, and the apply failed since the group used it.
    [Fact]
    public async Task An_empty_list_or_map_of_a_template_is_the_same_as_none_also_after_an_import()
    {
        const string Empty = "networks = []\n metadata = {}\n tags = {}\n options = {}";
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 0");
        await terraform.ApplyAsync();

        terraform.WithGroup("capacity = 0", Empty);
        await terraform.AssertNoChangesAsync();
        terraform.WithGroup("capacity = 0");
        await terraform.AssertNoChangesAsync();

        // A state that an earlier version of the provider wrote.
        terraform.EditState("muster_template", entry => entry["attributes"]!["networks"] = null);
        await terraform.AssertNoChangesAsync();
        terraform.WithGroup("capacity = 0", Empty);
        await terraform.AssertNoChangesAsync();

        (await server.MusterAsync("template", "create", "plain", "--cloud", "local", "--image", "muster hello")).Good();
        using var importing = new TerraformWorkspace(server.Address).With(Plain(""));
        (await importing.RunAsync("import", "muster_template.plain", "plain")).Good();
        await importing.AssertNoChangesAsync();
        importing.With(Plain(Empty));
        await importing.AssertNoChangesAsync();

        static string Plain(string more) => $$"""
            resource "muster_template" "plain" {
              name  = "plain"
              cloud = "local"
              image = "muster hello"
              {{more}}
            }
            """;
    }

    [Fact]
    public async Task A_template_of_a_fixed_name_that_a_group_uses_is_not_planned_to_be_replaced()
    {
        const string Configuration =
            """
            resource "muster_template" "web" {
              name  = "web"
              cloud = "local"
              image = "muster hello"
              TAGS
            }

            resource "muster_group" "web" {
              name        = "web"
              template_id = muster_template.web.id
              capacity    = 0
            }
            """;
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(Configuration.Replace("TAGS", "", StringComparison.Ordinal));
        await terraform.ApplyAsync();

        terraform.With(Configuration.Replace("TAGS", "tags = { role = \"web\" }", StringComparison.Ordinal));
        var plan = await terraform.RunAsync("plan");

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("Template web is used by group web", plan.Error, StringComparison.Ordinal);
        Assert.Contains("create_before_destroy", plan.Error, StringComparison.Ordinal);
        terraform.With(Configuration.Replace("TAGS", "", StringComparison.Ordinal));
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_template_is_replaced_under_a_living_group()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 2");
        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 2);
        var pids = await server.RunningPidsAsync("web");
        var before = (string?)terraform.State("muster_template", "id");

        terraform.WithGroup("capacity = 2", "metadata = { release = \"2\" }");
        Assert.Contains("forces replacement", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();

        Assert.NotEqual(before, (string?)terraform.State("muster_template", "id"));
        Assert.Equal((string?)terraform.State("muster_template", "id"), (string?)terraform.State("muster_group", "template_id"));
        Assert.Equal(pids.Order(), (await server.RunningPidsAsync("web")).Order());
        Assert.Single((await server.MusterAsync("template", "list", "--json")).Good().Json.EnumerateArray());
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task What_somebody_archived_is_shown_as_gone_and_made_anew()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 1");
        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 1);
        (await server.MusterAsync("group", "delete", "web")).Good();

        // Also while its last instance goes, and then its name is waited for.
        Assert.Contains("muster_group.web will be created", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 1);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task What_exists_is_imported_by_name_or_id_without_a_change()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 2);
        var group = (await server.MusterAsync("group", "show", "web", "--json")).Good().Json;
        using var terraform = new TerraformWorkspace(server.Address).With(
            """
            resource "muster_template" "web" {
              name  = "web-1"
              cloud = "local"
              image = "muster hello"
            }

            resource "muster_group" "web" {
              name        = "web"
              template_id = muster_template.web.id
              capacity    = 2
            }
            """);

        (await terraform.RunAsync("import", "muster_template.web", "web-1")).Good();
        (await terraform.RunAsync("import", "muster_group.web", group.GetProperty("id").GetString()!)).Good();

        await terraform.AssertNoChangesAsync();
        var missing = await terraform.RunAsync("import", "muster_group.other", "nobody");
        Assert.NotEqual(0, missing.ExitCode);
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task Placements_and_zones_come_to_rest_drift_are_imported_and_taken_away()
    {
        const string Home = "placement {\n name = \"home\"\n template_id = muster_template.web.id\n zone = \"a\"\n max = 2\n }\n";
        const string Away = "placement {\n name = \"away\"\n template_id = muster_template.away.id\n }\n";
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(Spread(Home + Away + "return_after = \"1800s\""));
        (await terraform.RunAsync("validate")).Good();

        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();
        var show = await server.UntilHealthyAsync("web", 3);
        Assert.Equal(
            [2, 1], show.GetProperty("placements").EnumerateArray().Select(placement => placement.GetProperty("running").GetInt32()));

        foreach (var form in (string[])[
            Away + Home, Home.Replace("max = 2", "rank = 3", StringComparison.Ordinal) + Away + "surge = \"2\"",
            "template_id = muster_template.web.id\n zones = [\"a\", \"b\"]", "template_id = muster_template.away.id", Home])
        {
            terraform.With(Spread(form));
            Assert.Contains("0 added, 1 changed, 0 destroyed", (await terraform.ApplyAsync()).Output, StringComparison.Ordinal);
            await terraform.AssertNoChangesAsync();
        }

        (await server.MusterAsync("group", "update", "web", "--placement", "home=away")).Good();
        Assert.Contains("~ placement", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        using var importing = new TerraformWorkspace(server.Address).With(Spread(Home));
        (await importing.RunAsync("import", "muster_template.web", "web")).Good();
        (await importing.RunAsync("import", "muster_template.away", "away")).Good();
        (await importing.RunAsync("import", "muster_group.web", "web")).Good();
        await importing.AssertNoChangesAsync();

        terraform.With(Spread(Home + Home));
        var refused = await terraform.RunAsync("plan");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Invalid placement[1].name", refused.Error, StringComparison.Ordinal);
        terraform.With(Spread(Home));
        await terraform.DestroyAsync();

        static string Spread(string group) => $$"""
            resource "muster_template" "web" {
              name  = "web"
              cloud = "local"
              image = "muster hello"
            }

            resource "muster_template" "away" {
              name  = "away"
              cloud = "local"
              image = "muster hello"
              tags  = { where = "away" }
            }

            resource "muster_group" "web" {
              name     = "web"
              capacity = 3
              {{group}}
            }
            """;
    }

    // As a provider from before placements left it.
    [Fact]
    public async Task A_state_from_before_placements_needs_no_change()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup("capacity = 0");
        await terraform.ApplyAsync();

        terraform.EditState("muster_group", entry =>
        {
            foreach (var name in (string[])[
                "placement", "zones", "distribution", "on_demand_percent_above_base", "spill_after", "return_after", "surge"])
            {
                Assert.True(entry["attributes"]!.AsObject().Remove(name), name);
            }
        });

        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task Data_sources_look_up_what_somebody_else_keeps()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 2);
        using var terraform = new TerraformWorkspace(server.Address).With(
            """
            data "muster_cloud" "local" { name = "local" }
            data "muster_group" "web" { name = "web" }
            data "muster_template" "web" { id = data.muster_group.web.template_id }
            data "muster_instances" "web" { group = data.muster_group.web.id }
            output "all" {
              value = {
                cloud   = data.muster_cloud.local
                image   = data.muster_template.web.image
                running = data.muster_group.web.status.running
                states  = data.muster_instances.web.instances[*].state
                address = data.muster_instances.web.instances[0].addresses[0]
              }
            }
            """);

        await terraform.ApplyAsync();

        var all = (await terraform.RunAsync("output", "-json", "all")).Good().Json;
        Assert.Equal("local", all.GetProperty("cloud").GetProperty("kind").GetString());
        Assert.Equal("muster hello", all.GetProperty("image").GetString());
        Assert.Equal(2, all.GetProperty("running").GetInt32());
        Assert.Equal(["running", "running"], all.GetProperty("states").EnumerateArray().Select(state => state.GetString()));
        Assert.StartsWith("127.0.0.1:", all.GetProperty("address").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroying_a_group_may_leave_its_instances_running()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).WithGroup(
            "capacity = 2\n on_destroy = \"keep\"\n wait_for_level = true");
        await terraform.ApplyAsync();

        await terraform.DestroyAsync();

        Assert.Equal(2, server.RealPids().Count);
    }

    [Fact]
    public async Task Two_hundred_groups_stand_in_one_configuration()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(
            """
            resource "muster_template" "web" {
              name  = "web-1"
              cloud = "local"
              image = "muster hello"
            }

            resource "muster_group" "web" {
              count       = 200
              name        = "web-${count.index}"
              template_id = muster_template.web.id
              capacity    = 0
            }
            """);

        Assert.Contains("201 added", (await terraform.ApplyAsync()).Output, StringComparison.Ordinal);
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();

        Assert.Empty((await server.MusterAsync("group", "list", "--json")).Good().Json.EnumerateArray());
    }
}

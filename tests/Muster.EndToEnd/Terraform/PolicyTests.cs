using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Terraform;

/// <summary>Steering with Terraform, with the real one, against a real server.</summary>
public sealed class PolicyTests
{
    private static readonly string Examples = Path.Combine(MusterExe.Root, "examples", "terraform");

    public static TheoryData<string> Whole => ["work-hours", "alarm"];

    [Fact]
    public async Task A_policy_moves_the_level_without_drift_is_changed_outside_mended_and_goes()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(With(Always("3")));
        (await terraform.RunAsync("validate")).Good();

        await terraform.ApplyAsync();
        await server.UntilHealthyAsync("web", 3);
        await terraform.AssertNoChangesAsync();
        Assert.Equal(1, (int?)terraform.State("muster_group", "capacity"));

        terraform.With(With(Always("2"), "capacity = 1\n scale_in = \"newest\""));
        Assert.Contains("0 added, 2 changed, 0 destroyed", (await terraform.ApplyAsync()).Output, StringComparison.Ordinal);
        await server.UntilHealthyAsync("web", 2);
        await terraform.AssertNoChangesAsync();
        Assert.Equal(2, (int?)terraform.State("muster_policy", "version"));

        (await server.MusterAsync("policy", "update", "always", "--group", "web", "--mode", "off")).Good();
        Assert.Contains("\"off\" -> \"on\"", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();

        (await server.MusterAsync("policy", "delete", "always", "--group", "web")).Good();
        Assert.Contains("muster_policy.always will be created", await terraform.ChangesAsync(), StringComparison.Ordinal);
        await terraform.ApplyAsync();
        terraform.With(With(""));
        Assert.Contains("0 added, 1 changed, 1 destroyed", (await terraform.ApplyAsync()).Output, StringComparison.Ordinal);
        await server.UntilHealthyAsync("web", 1);
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task The_documented_policies_of_every_kind_come_to_rest_and_are_imported_without_a_change()
    {
        const string Groups =
            """
            resource "muster_template" "web" {
              name  = "web"
              cloud = "local"
              image = "muster hello"
            }

            resource "muster_group" "web" {
              name        = "web"
              template_id = muster_template.web.id
              min         = 0
            }

            resource "muster_group" "dev" {
              name        = "dev"
              template_id = muster_template.web.id
              min         = 0
            }

            resource "muster_group" "jobs" {
              name        = "jobs"
              template_id = muster_template.web.id
              min         = 0
            }

            """;
        var policies = await File.ReadAllTextAsync(
            Path.Combine(Examples, "resources", "muster_policy", "resource.tf"), TestContext.Current.CancellationToken);
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(Groups + policies);

        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();
        terraform.With(Groups + policies
            .Replace("\"5m\"", "\"300s\"", StringComparison.Ordinal)
            .Replace("\"30%\"", "\"+30%\"", StringComparison.Ordinal)
            .Replace("Mon-Fri 08:00", "mon-fri 8:00", StringComparison.Ordinal));
        await terraform.AssertNoChangesAsync();

        // Without the output: what it shows of the receiver is known only where that was made.
        using var importing = new TerraformWorkspace(server.Address).With(
            Groups + policies[..policies.IndexOf("output", StringComparison.Ordinal)]);
        foreach (var (address, id) in ((string, string)[])[
            ("muster_template.web", "web"), ("muster_group.web", "web"), ("muster_group.dev", "dev"), ("muster_group.jobs", "jobs"),
            ("muster_policy.alarm", "web/alarm"), ("muster_policy.office", "dev/office"), ("muster_policy.level", "web/level"),
            ("muster_policy.work", "jobs/work"), ("muster_policy.ahead", "web/ahead"), ("muster_policy.pager", "web/pager")])
        {
            (await importing.RunAsync("import", address, id)).Good();
        }

        await importing.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Theory, MemberData(nameof(Whole))]
    public async Task An_example_is_applied_comes_to_rest_and_goes(string example)
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(
            await File.ReadAllTextAsync(Path.Combine(Examples, example, "main.tf"), TestContext.Current.CancellationToken), isWhole: true);
        (await terraform.RunAsync("fmt", "-check")).Good();

        await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Fact]
    public async Task A_receivers_secret_is_hidden_and_opens_it()
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(With(
            """
            resource "muster_policy" "pager" {
              group = muster_group.web.id
              name  = "pager"
              kind  = "receiver"
            }
            """));

        var apply = await terraform.ApplyAsync();
        await terraform.AssertNoChangesAsync();

        var secret = (string)terraform.State("muster_policy", "secret")!;
        Assert.DoesNotContain(secret, apply.Output, StringComparison.Ordinal);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            new Uri($"{server.Address}{(string)terraform.State("muster_policy", "path")!}/{secret}"),
            new StringContent("{\"desired\": 2}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
            TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        await server.UntilHealthyAsync("web", 2);
        await terraform.AssertNoChangesAsync();
        await terraform.DestroyAsync();
    }

    [Theory]
    [InlineData("zone = \"Mars/Olympus\"", "zone is 'Mars/Olympus': the IANA name of a time zone")]
    [InlineData("target = 0", "target is '0'")]
    [InlineData("cooldown = \"5\"", "cooldown is '5'")]
    public async Task A_wrong_value_is_told_with_the_users_own_line_before_anything_is_made(string line, string told)
    {
        await using var server = await DevServer.StartAsync();
        using var terraform = new TerraformWorkspace(server.Address).With(With(
            Always("3").Replace("#", line, StringComparison.Ordinal)));

        var run = await terraform.RunAsync("plan");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(told, Flat(run.Error), StringComparison.Ordinal);
        Assert.Contains(line, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_alone_knows_to_be_wrong_is_told_with_the_users_own_line()
    {
        await using var server = await DevServer.StartAsync();
        const string Window = "2020-12-24 18:00 to 2020-12-27 08:00";
        using var terraform = new TerraformWorkspace(server.Address).With(With(
            Always("3").Replace("daily 00:00-24:00", Window, StringComparison.Ordinal)));

        var run = await terraform.RunAsync("apply", "-auto-approve");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"windows is '{Window}': it never opens", Flat(run.Error), StringComparison.Ordinal);
        Assert.Contains("windows = [", run.Error, StringComparison.Ordinal);
        await terraform.DestroyAsync();
    }

    private static string Always(string floor) =>
        $$"""
        resource "muster_policy" "always" {
          group   = muster_group.web.id
          name    = "always"
          kind    = "schedule"
          windows = ["daily 00:00-24:00"]
          inside  = { floor = {{floor}} }
          #
        }
        """;

    private static string With(string policies, string group = "capacity = 1") =>
        $$"""
        resource "muster_template" "web" {
          name  = "web"
          cloud = "local"
          image = "muster hello"
        }

        resource "muster_group" "web" {
          name        = "web"
          template_id = muster_template.web.id
          {{group}}
        }

        {{policies}}
        """;

    private static string Flat(string text) => string.Join(' ', text.Split([' ', '\n', '│', '\r'], StringSplitOptions.RemoveEmptyEntries));
}

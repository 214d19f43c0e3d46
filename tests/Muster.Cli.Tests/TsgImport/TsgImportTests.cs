using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Accounts;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgImport;

/// <summary>
/// <c>muster tsg import</c>: a real database of the original, a simulated CloudAPI with its machines, and a Muster that takes over.
/// </summary>
public sealed class TsgImportTests(OriginalDatabase original) : IClassFixture<OriginalDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_yes_it_says_what_would_come_and_writes_nothing()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 1));

        var run = await cloud.ImportAsync(original.Url, "--dry-run");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            """
            ACCOUNT   GROUP  WANTED  MACHINES  OUTCOME
            jane.doe  shop   3       3         would be taken over
            jane.doe  stall  2       1         would stay suspended: 2 wanted, 1 running

            """, run.Out);
        Assert.Equal(
            [
                "muster: accounts: 1, templates: 2 (1 archived), groups: 4 (2 archived); nothing was written: "
                + "stop the original, then add --yes",
            ],
            run.ErrorLines);
        Assert.Null(await cloud.ReadAsync(store => store.FindAccountAsync(OriginalDatabase.Login, Cancellation)));
        Assert.Equal(0, cloud.Taggings);
    }

    [Fact]
    public async Task Groups_and_machines_are_taken_over_and_nothing_is_launched_or_ended()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2), ("somebody-elses", 1));

        var run = await cloud.ImportAsync(original.Url, "--yes");

        Assert.True(run.Code is ExitCode.Ok, run.Error);
        Assert.Contains(run.ErrorLines, line => line.Contains("TSG_Management_us-east-1", StringComparison.Ordinal));
        Assert.DoesNotContain(OriginalDatabase.Material, run.Out + run.Error, StringComparison.Ordinal);
        await AssertKeptAsync(cloud);
        Assert.Equal(1, cloud.Simulator.Machines.Alive.Count(machine => !machine.Tags.ContainsKey(MusterTags.Installation)));
        Assert.All(cloud.Simulator.Machines.Alive, machine => Assert.Equal("user's own", (string?)machine.Tags["role"]));
    }

    [Fact]
    public async Task Everything_comes_under_the_ids_that_clients_know()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        await cloud.ImportAsync(original.Url, "--yes");

        var (account, templates, groups) = await cloud.ReadAsync(ContentsAsync);

        Assert.Equal("6f873d02-172c-418f-8416-4da2b50d5c53", account.Id.ToString());
        Assert.Equal(
            [(OriginalDatabase.Web, "web", null), (OriginalDatabase.Old, "web", new DateTimeOffset(2018, 3, 2, 12, 0, 0, TimeSpan.Zero))],
            templates.Items.Select(template => (template.Id.ToString(), template.Name, template.ArchivedAt)));
        var web = templates.Items[0];
        Assert.Equal(("east", true, "bash script here", "1", 2), (
            web.Cloud, web.FirewallEnabled, web.UserData, web.Metadata["a"], web.Networks.Length));
        Assert.Equal(
            [
                (OriginalDatabase.Gone, GroupPhase.Archived, 6), (OriginalDatabase.GoneOfOld, GroupPhase.Archived, 1),
                (OriginalDatabase.Shop, GroupPhase.Active, 3), (OriginalDatabase.Stall, GroupPhase.Active, 2),
            ],
            groups.Items.Select(record => (record.Group.Id.ToString(), record.Group.Phase, record.Group.Capacity.Desired))
                .OrderBy(group => group.Item2 is GroupPhase.Active).ThenBy(group => group.Item3 is not 6 and not 3));
        Assert.All(groups.Items, record => Assert.Equal(2018, record.Group.UpdatedAt.Year));
    }

    [Fact]
    public async Task An_account_comes_as_the_one_it_is_at_the_cloud_and_let_in()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        await cloud.ImportAsync(original.Url, "--yes");

        var (account, _, _) = await cloud.ReadAsync(ContentsAsync);

        Assert.Equal(("87307a00-ab96-4fec-8df7-1a256e49fbcc", AccountAccess.Allowed), (account.CloudId, account.Access));
    }

    [Fact]
    public async Task Where_each_account_has_a_key_of_its_own_its_groups_wait_for_that_key()
    {
        await using var cloud = await OriginalCloud.StartByAccountAsync(("shop", 3), ("stall", 2));

        var before = await cloud.ImportAsync(original.Url, "--yes");
        await cloud.GiveServiceKeyAsync();
        var after = await cloud.ImportAsync(original.Url, "--yes");

        Assert.Equal(ExitCode.Error, before.Code);
        Assert.Contains("account 'jane.doe' has no credential 'TSG_Management_us-east-1' here", before.Out, StringComparison.Ordinal);
        Assert.True(after.Code is ExitCode.Ok, after.Error);
        await AssertKeptAsync(cloud);
    }

    [Fact]
    public async Task A_repeat_changes_nothing()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        await cloud.ImportAsync(original.Url, "--yes");
        var before = await cloud.ReadAsync(ContentsAsync);

        var run = await cloud.ImportAsync(original.Url, "--yes");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(2, run.Out.Split('\n').Count(line => line.EndsWith("taken over before", StringComparison.Ordinal)));
        var after = await cloud.ReadAsync(ContentsAsync);
        Assert.Equal(before.Groups.Items.Select(record => record.Group), after.Groups.Items.Select(record => record.Group));
        Assert.Equal(5, cloud.Taggings);
    }

    [Fact]
    public async Task Broken_off_at_any_request_and_run_again_it_ends_the_same()
    {
        for (var number = 1; ; number++)
        {
            await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var requests = 0;
            cloud.Faults = request =>
            {
                if (++requests == number)
                {
                    stop.Cancel();
                    return number % 2 == 0 ? new Fault.LostAnswer() : new Fault.Reset();
                }

                return null;
            };
            var code = await cloud.ImportUntilAsync(original.Url, stop.Token);
            cloud.Faults = _ => null;
            if (requests < number)
            {
                Assert.Equal(ExitCode.Ok, code);
                Assert.True(number > 8, $"only {number} requests were made");
                return;
            }

            Assert.Equal(ExitCode.Interrupted, code);
            Assert.Equal(ExitCode.Ok, (await cloud.ImportAsync(original.Url, "--yes")).Code);
            await AssertKeptAsync(cloud);
        }
    }

    [Fact]
    public async Task A_cloud_that_throttles_or_loses_answers_is_asked_again()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        var requests = 0;
        cloud.Faults = _ => ++requests switch
        {
            1 => new Fault.Answer(429, """{"code":"TooManyRequests","message":"slow down"}""", RetryAfter: "1"),
            3 => new Fault.LostAnswer(),
            4 => new Fault.Answer(503, """{"code":"ServiceUnavailable","message":"away"}"""),
            _ => null,
        };

        var run = await cloud.ImportAsync(original.Url, "--yes");

        Assert.True(run.Code is ExitCode.Ok, run.Error);
        cloud.Faults = _ => null;
        await AssertKeptAsync(cloud);
    }

    [Fact]
    public async Task A_group_that_is_not_at_its_level_stays_suspended_until_somebody_allows_more()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 4), ("stall", 2));
        cloud.Simulator.Machines.SetState(
            cloud.Simulator.Machines.Alive.Last(machine => (string?)machine.Tags["tsg.name"] == "stall").Id, "stopped");

        var run = await cloud.ImportAsync(original.Url, "--yes");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains("stays suspended: 3 wanted, 4 running\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("stays suspended: 2 wanted, 1 running, 1 stopped or unknown\n", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            "muster: 2 groups stay suspended: mend it and run this again, or resume by 'muster group resume'", run.ErrorLines[^1]);
        await cloud.CheckAsync(OriginalDatabase.Shop, OriginalDatabase.Stall);
        Assert.Equal(0, cloud.LaunchesAndTerminations);
    }

    [Fact]
    public async Task Machines_of_an_account_whose_key_the_cloud_does_not_have_are_left_alone()
    {
        var url = await original.WithAsync("UPDATE tsg_accounts SET account_name = 'john.roe'");
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));

        var run = await cloud.ImportAsync(url, "--yes");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains(
            "stays suspended: cloud 'east' has a key of 'jane.doe' and sees no machines of 'john.roe'", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, cloud.Taggings);
    }

    [Theory]
    [InlineData("UPDATE tsg_groups SET name = 'my shop' WHERE name = 'shop' AND NOT archived",
        "group 'my shop' of account 'jane.doe' has a name that Muster cannot carry")]
    [InlineData("UPDATE tsg_groups SET name = 'shop'", "group 'shop' of account 'jane.doe' is there twice")]
    [InlineData("UPDATE tsg_templates SET archived = true", "group 'shop' of account 'jane.doe' lives, and its template")]
    [InlineData("UPDATE tsg_templates SET tags = '[1]' WHERE NOT archived", "the tags of template 'web'")]
    [InlineData("UPDATE tsg_templates SET metadata = '{\"a\":{}}' WHERE NOT archived", "the metadata of template 'web'")]
    public async Task What_cannot_be_carried_is_refused_before_anything_is_written(string sql, string told)
    {
        var url = await original.WithAsync(sql);
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3));

        var run = await cloud.ImportAsync(url, "--yes");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(run.ErrorLines, line => line.Contains(told, StringComparison.Ordinal));
        Assert.Null(await cloud.ReadAsync(store => store.FindAccountAsync(OriginalDatabase.Login, Cancellation)));
    }

    [Fact]
    public async Task A_name_that_the_store_has_already_is_refused()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        await cloud.ImportAsync(original.Url, "--yes");
        var url = await original.WithAsync($"UPDATE tsg_groups SET id = gen_random_uuid() WHERE id = '{OriginalDatabase.Shop}'");

        var run = await cloud.ImportAsync(url, "--yes");

        Assert.Equal(ExitCode.Conflict, run.Code);
        Assert.Equal(["muster: account 'jane.doe' has another group 'shop' already"], run.ErrorLines);
    }

    [Fact]
    public async Task Another_database_is_none_of_the_originals()
    {
        await using var cloud = await OriginalCloud.StartAsync();

        var run = await cloud.ImportAsync(original.Server.SocketUrl("postgres"), "--yes");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains("is no database of Triton Service Groups", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_not_to_be_created()
    {
        await using var cloud = await OriginalCloud.StartAsync();

        var run = await cloud.ImportAsync(original.Server.SocketUrl("nosuch"));

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.EndsWith(
            "give --database the original's, crdb.database in triton-sg.toml", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_that_may_not_read_is_told_what_to_be_given()
    {
        await using var cloud = await OriginalCloud.StartAsync();
        await original.Server.ExecuteAsync("CREATE ROLE stranger LOGIN", Cancellation);

        var run = await cloud.ImportAsync(original.Server.SocketUrl("triton", "stranger"));

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.EndsWith(
            "its user needs SELECT on tsg_accounts, tsg_keys, tsg_templates and tsg_groups",
            Assert.Single(run.ErrorLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_an_imported_account_is_made_beside_the_store()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 2));
        await cloud.ImportAsync(original.Url, "--yes");

        var made = await CliRun.Of(
            "token", "create", "jane", "--role", "admin", "--account", OriginalDatabase.Login, "--config", cloud.ConfigPath);
        var slip = await CliRun.Of("token", "create", "jane", "--role", "admin", "--account", "jane.deo", "--config", cloud.ConfigPath);
        var nowhere = await CliRun.Of("token", "create", "jane", "--role", "admin", "--account", OriginalDatabase.Login);

        Assert.Equal((ExitCode.Ok, ExitCode.NotFound, ExitCode.Usage), (made.Code, slip.Code, nowhere.Code));
        Assert.Equal(["muster: there is no account 'jane.deo'"], slip.ErrorLines);
        var account = await cloud.ReadAsync(store => store.FindAccountAsync(OriginalDatabase.Login, Cancellation));
        Assert.Single(await cloud.ReadAsync(store => store.ListTokensAsync(account!.Id, Cancellation)));
    }

    [Fact]
    public async Task A_program_reads_the_outcome_as_json()
    {
        await using var cloud = await OriginalCloud.StartAsync(("shop", 3), ("stall", 1));

        var run = await cloud.ImportAsync(original.Url, "--json");

        var stall = System.Text.Json.JsonDocument.Parse(run.Out).RootElement[1];
        Assert.Equal((OriginalDatabase.Stall, "stall", 1, "2 wanted, 1 running"), (
            stall.GetProperty("group_id").GetString(), stall.GetProperty("group").GetString(), stall.GetProperty("machines").GetInt32(),
            stall.GetProperty("held").GetString()));
    }

    [Fact]
    public async Task Yes_and_dry_run_exclude_each_other()
    {
        var run = await CliRun.Of("tsg", "import", "--database", "postgres://x/y", "--config", "muster.toml", "--yes", "--dry-run");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--yes does it and --dry-run does not", run.Error, StringComparison.Ordinal);
    }

    private static async Task AssertKeptAsync(OriginalCloud cloud)
    {
        var reports = await cloud.CheckAsync(OriginalDatabase.Shop, OriginalDatabase.Stall);

        Assert.Equal(
            [(CheckOutcome.Idle, 3, 3), (CheckOutcome.Idle, 2, 2)],
            reports.Select(report => (report.Outcome, report.Plan!.Level, report.State.Counts.Running)));
        Assert.Equal(0, cloud.LaunchesAndTerminations);
    }

    private static async Task<(Account Account, Page<Core.Templates.Template> Templates, Page<GroupRecord> Groups)> ContentsAsync(
        IStore store)
    {
        var account = (await store.FindAccountAsync(OriginalDatabase.Login, Cancellation))!;
        return (
            account,
            await store.ListTemplatesAsync(account.Id, new(100), includeArchived: true, Cancellation),
            await store.ListGroupsAsync(account.Id, new(100), includeArchived: true, Cancellation));
    }
}

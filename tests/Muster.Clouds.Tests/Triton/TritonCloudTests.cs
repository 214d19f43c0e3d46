using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Reconciling;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Clouds.Tests.Triton;

public sealed class TritonCloudTests
{
    private const string Html = "<html><body>Bad Gateway</body></html>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rsa", "-b", "2048")]
    [InlineData("rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("rsa", "-b", "3072", "-m", "PKCS8")]
    [InlineData("ecdsa", "-b", "256")]
    [InlineData("ecdsa", "-b", "384", "-m", "PKCS8")]
    [InlineData("ecdsa", "-b", "521", "-m", "PEM")]
    [InlineData("ed25519")]
    public async Task A_key_of_any_kind_and_form_signs(string type, params string[] more)
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make(type, more);
        harness.Account.AddKey(KeyMaker.Public(key), "another");
        await using var cloud = harness.Open(("key_file", key), ("rsa_hash", "sha512"));

        var launched = await cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Contains(await harness.ListAsync(), instance => instance.Id == launched.Id);
    }

    [Fact]
    public async Task A_sub_user_signs_with_a_key_of_its_own()
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make("ed25519");
        harness.Account.AddKey(KeyMaker.Public(key), user: "deploy");
        await using var cloud = harness.Open(("key_file", key), ("user", "deploy"));

        var check = await cloud.CheckAsync(harness.GoodTemplate(), Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_refused()
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make("ed25519");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var error = Assert.Throws<InputException>(() => harness.Open(("key_file", key)));

        Assert.Contains(
            $"clouds.east.key_file is '{key}': a file that only its owner may read: chmod 600", error.Message, StringComparison.Ordinal);
    }

    // Defect 22: the original's keys had 1024 bits.
    [Fact]
    public async Task A_weak_key_in_a_file_is_refused()
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make("rsa", "-b", "1024", "-m", "PEM");

        var error = Assert.Throws<InputException>(() => harness.Open(("key_file", key)));

        Assert.Contains("RSA (2048 bits or more)", error.Message, StringComparison.Ordinal);
        Assert.Contains("this has 1024 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_foreign_machine_has_is_refused_and_no_doubt()
    {
        await using var harness = await TritonHarness.StartAsync();
        var foreign = harness.Request();
        await harness.Cloud.LaunchAsync(foreign, Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Name = foreign.Name }, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("rename or delete it", error.Message, StringComparison.Ordinal);
    }

    // Defect 13: what is gone already was an error.
    [Fact]
    public async Task A_machine_that_is_gone_is_terminated()
    {
        await using var harness = await TritonHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        // Answered with 410; one that never was, with 404.
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);
        await harness.Cloud.TerminateAsync(new(Guid.Empty.ToString()), Cancellation);

        Assert.Equal(1, harness.Simulator.Calls[("DELETE machines", 410)]);
        Assert.Equal(1, harness.Simulator.Calls[("DELETE machines", 404)]);
    }

    [Fact]
    public async Task All_who_listen_to_the_change_feed_hear_of_a_machine()
    {
        await using var harness = await TritonHarness.StartAsync();
        await using var other = harness.Open(("key_file", harness.KeyFile));
        var first = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await using var one = harness.Cloud.WatchAsync(Local.Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        await using var two = other.WatchAsync(Local.Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        // What is there already is told once the feed is open.
        await HearAsync(one, first.Id);
        await HearAsync(two, first.Id);

        var second = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        await HearAsync(one, second.Id);
        await HearAsync(two, second.Id);
    }

    [Fact]
    public async Task CloudAPI_that_is_down_surely_made_nothing()
    {
        var harness = await TritonHarness.StartAsync();
        await harness.Simulator.DisposeAsync();

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        await harness.DisposeAsync();

        Assert.Equal(CloudErrorKind.Unavailable, launch.Kind);
        Assert.Contains("no answer from CloudAPI: nobody listens at 127.0.0.1:", launch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_that_takes_too_long_is_ambiguous_and_a_listing_is_not()
    {
        await using var harness = await TritonHarness.StartAsync(
            options => options.Faults = _ => new Fault.Slow(TimeSpan.FromMinutes(10)), ("timeout", "1s"));

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.Contains("within 1 s", launch.Message, StringComparison.Ordinal);
    }

    // Defect 5.
    [Fact]
    public async Task An_answer_lost_after_the_machine_was_made_is_ambiguous_and_its_repeat_finds_the_machine()
    {
        await using var harness = await TritonHarness.StartAsync(options => options.Faults =
            request => request is { Method: "POST", Number: 1 } ? new Fault.LostAnswer() : null);
        var request = harness.Request();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        var repeated = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(repeated.Id, Assert.Single(await harness.ListAsync()).Id);
    }

    // Defect 5.
    [Fact]
    public async Task Of_two_machines_made_at_the_same_moment_for_one_launch_one_is_left()
    {
        await using var harness = await TritonHarness.StartAsync(options => options.NameRace = TimeSpan.FromMilliseconds(200));
        var key = harness.Keys.Make("ecdsa");
        harness.Account.AddKey(KeyMaker.Public(key), "another");
        await using var other = harness.Open(("key_file", key));
        var request = harness.Request() with { IsRepeat = true };

        var answers = await Task.WhenAll(
            harness.Cloud.LaunchAsync(request, Cancellation), other.LaunchAsync(request, Cancellation));

        Assert.Contains(Assert.Single(harness.Simulator.Machines.Alive).Id.ToString(), answers.Select(answer => answer.Id.Value));
    }

    // A launch of the scale program made three calls of the ten a second that an account has.
    [Fact]
    public async Task A_first_launch_is_one_call_also_where_its_id_is_computed()
    {
        await using var harness = await TritonHarness.StartAsync();
        var request = harness.Request();

        await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.Add(SlotLaunchIdentities.SlotTag, "0") }, Cancellation);

        Assert.Equal([("POST machines", 201)], harness.Simulator.Calls.Keys);
        Assert.Equal(1, harness.Simulator.Calls[("POST machines", 201)]);
    }

    [Fact]
    public async Task A_look_that_is_refused_after_the_machine_was_made_is_no_failed_launch()
    {
        await using var harness = await TritonHarness.StartAsync(options => options.Faults =
            request => request is { Method: "GET", Number: 3 }
                ? new Fault.Answer(429, """{"code":"TooManyRequestsError","message":"no"}""")
                : null);
        await using var cloud = GovernedCloud.Over("east", harness.Cloud, TimeProvider.System);

        var launched = await cloud.LaunchAsync(harness.Request() with { IsRepeat = true }, Cancellation);

        Assert.Equal(launched.Id.Value, Assert.Single(harness.Simulator.Machines.Alive).Id.ToString());
        Assert.Equal((2, 1, 1), (cloud.Governor.Figures.Reads, cloud.Governor.Figures.Writes, cloud.Governor.Figures.Throttled));
    }

    [Fact]
    public async Task A_look_that_is_refused_after_the_name_was_taken_says_nothing_of_the_launch()
    {
        await using var harness = await TritonHarness.StartAsync();
        await using var other = harness.Open(("key_file", harness.KeyFile));
        var request = harness.Request();
        await other.LaunchAsync(request, Cancellation);
        harness.Options.Faults = one =>
            one.Method == "GET" ? new Fault.Answer(429, """{"code":"TooManyRequestsError","message":"no"}""") : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
    }

    [Theory]
    [InlineData(429, "TooManyRequestsError", null, CloudErrorKind.Throttled)]
    [InlineData(503, "ServiceUnavailableError", "7", CloudErrorKind.Throttled)]
    [InlineData(503, "ServiceUnavailable", null, CloudErrorKind.Unavailable)]
    [InlineData(500, "InternalError", null, CloudErrorKind.Ambiguous)]
    [InlineData(409, "InsufficientCapacity", null, CloudErrorKind.OutOfStock)]
    [InlineData(403, "NotAuthorized", null, CloudErrorKind.Unauthorized)]
    public async Task A_refused_launch_is_told_by_its_kind(int status, string code, string? retryAfter, CloudErrorKind kind)
    {
        var fault = new Fault.Answer(status, $$"""{"code":"{{code}}","message":"no"}""", RetryAfter: retryAfter);
        await using var harness = await TritonHarness.StartAsync(options => options.Faults = _ => fault);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal((kind, retryAfter is null ? null : TimeSpan.FromSeconds(7)), (error.Kind, error.RetryAfter));
    }

    [Fact]
    public async Task HTML_is_told_as_such_and_a_launch_that_it_answers_is_ambiguous()
    {
        await using var harness = await TritonHarness.StartAsync(options => options.Faults = _ => new Fault.Answer(502, Html, Html: true));

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.Contains("HTML", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_as_that()
    {
        await using var harness = await TritonHarness.StartAsync(options => options.ClockSkew = TimeSpan.FromMinutes(10));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("s behind CloudAPI's, and 300 s are allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_deleted_in_between_and_an_account_disabled_are_unauthorized()
    {
        await using var harness = await TritonHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Account.IsDisabled = true;
        Assert.Equal(CloudErrorKind.Unauthorized, (await Assert.ThrowsAsync<CloudException>(harness.ListAsync)).Kind);
        harness.Account.IsDisabled = false;
        harness.Account.Keys.Clear();
        Assert.Equal(CloudErrorKind.Unauthorized, (await Assert.ThrowsAsync<CloudException>(harness.ListAsync)).Kind);
        Assert.Single(harness.Simulator.Machines.Alive);
    }

    // Defect 7: the original saw one page.
    [Fact]
    public async Task A_listing_of_several_pages_misses_nothing_while_machines_go()
    {
        TritonSimulator? simulator = null;
        await using var harness = await TritonHarness.StartAsync(
            options => options.Faults = request =>
            {
                // Between any two pages, the machines that were listed first go.
                if (request is { Method: "GET", Path: "machines" } && simulator is not null)
                {
                    foreach (var machine in simulator.Machines.Alive.OrderByDescending(one => one.Id.ToString()).Take(2))
                    {
                        simulator.Machines.SetState(machine.Id, "deleted");
                    }
                }

                return null;
            },
            ("page_size", "5"));
        for (var i = 0; i < 30; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        simulator = harness.Simulator;

        var listed = await harness.ListAsync();

        var left = simulator.Machines.Alive.Select(machine => machine.Id.ToString()).ToHashSet();
        Assert.NotEmpty(left);
        Assert.Superset(left, listed.Select(instance => instance.Id.Value).ToHashSet());
        Assert.Equal(listed.Length, listed.DistinctBy(instance => instance.Id).Count());
    }

    [Fact]
    public async Task A_machine_whose_tags_were_edited_is_not_ours_any_more()
    {
        await using var harness = await TritonHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Simulator.Machines.SetTag(Guid.Parse(launched.Id.Value), MusterTags.Installation, value: null);

        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task A_protected_machine_is_not_terminated_and_says_so()
    {
        await using var harness = await TritonHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetProtection(Guid.Parse(launched.Id.Value), isProtected: true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("deletion_protection", error.Message, StringComparison.Ordinal);
        var listed = Assert.Single(await harness.ListAsync());
        Assert.True(listed.IsProtected);
        Assert.Equal("true", listed.Attributes["deletion_protection"]);
    }

    // Defects 18 and 19: the original lost the firewall's switch, and had no affinity.
    [Fact]
    public async Task A_machine_carries_everything_that_its_template_says()
    {
        await using var harness = await TritonHarness.StartAsync();
        var request = harness.Request();
        var template = request.Template with
        {
            FirewallEnabled = true,
            Networks = [Catalogue.Network],
            UserData = "#!/bin/sh",
            Metadata = request.Template.Metadata.Add("role", "web"),
            Options = request.Template.Options.Add("affinity", "instance!=/db,x/, role==~web"),
        };

        await harness.Cloud.LaunchAsync(request with { Template = template }, Cancellation);

        var machine = Assert.Single(harness.Simulator.Machines.Alive);
        Assert.True(machine.HasFirewall);
        Assert.Equal([Catalogue.Network], machine.Networks);
        Assert.Equal(["instance!=/db,x/", "role==~web"], machine.Affinity);
        Assert.Equal(("#!/bin/sh", "web"), ((string?)machine.Metadata["user-data"], (string?)machine.Metadata["role"]));
        Assert.Equal(
            ("web", template.Id.ToString(), request.Name),
            ((string?)machine.Tags["tsg.name"], (string?)machine.Tags["tsg.template"], (string?)machine.Tags["name"]));
    }

    private static async Task HearAsync(IAsyncEnumerator<CloudChange> changes, InstanceId instance)
    {
        do
        {
            Assert.True(await changes.MoveNextAsync());
        }
        while (changes.Current.Instance != instance);
    }
}

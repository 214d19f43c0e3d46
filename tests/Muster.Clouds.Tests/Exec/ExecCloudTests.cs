using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Exec;

public sealed class ExecCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_object_carries_kind_message_and_retry_after()
    {
        await using var cloud = new ScriptedCloud(
            """echo '{"error":{"kind":"throttled","message":"slow down","retry_after_s":2.5}}'; exit 1""");

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Equal((CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(2.5)), (error.Kind, error.Message, error.RetryAfter));
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("1e300")]
    [InlineData("1e999")]
    public async Task A_silence_of_years_is_cut_to_an_hour(string seconds)
    {
        await using var cloud = new ScriptedCloud(
            $$$"""echo '{"error":{"kind":"throttled","message":"slow down","retry_after_s":{{{seconds}}}}}'; exit 1""");

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromHours(1)), (error.Kind, error.RetryAfter));
        Assert.StartsWith("slow down (it asked for ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",\"protected\":true", true)]
    [InlineData(",\"protected\":false", false)]
    [InlineData("", false)]
    public async Task An_instance_is_protected_where_the_plugin_says_so(string field, bool isProtected)
    {
        await using var cloud = new ScriptedCloud($$$"""
            echo '{"id":"i-1","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{"muster.installation":"{{{Requests.Installation}}}"}{{{field}}}}'
            echo '{"end":true}'
            """);

        Assert.Equal(isProtected, Assert.Single(await cloud.ListAsync()).IsProtected);
    }

    [Theory]
    [InlineData(10, CloudErrorKind.Throttled)]
    [InlineData(11, CloudErrorKind.Unavailable)]
    [InlineData(12, CloudErrorKind.Unauthorized)]
    [InlineData(13, CloudErrorKind.QuotaExceeded)]
    [InlineData(14, CloudErrorKind.OutOfStock)]
    [InlineData(15, CloudErrorKind.InvalidRequest)]
    [InlineData(16, CloudErrorKind.NotFound)]
    [InlineData(17, CloudErrorKind.Ambiguous)]
    [InlineData(1, CloudErrorKind.Ambiguous)]
    [InlineData(137, CloudErrorKind.Ambiguous)]
    public async Task An_exit_code_alone_tells_the_kind_and_the_last_words_why(int code, CloudErrorKind kind)
    {
        await using var cloud = new ScriptedCloud($"echo first >&2; echo 'the last words' >&2; exit {code}");

        var error = await Assert.ThrowsAsync<CloudException>(cloud.LaunchAsync);

        Assert.Equal((kind, "launch failed: the last words"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task What_fails_without_a_word_leaves_a_launch_in_doubt_and_a_listing_undone()
    {
        await using var cloud = new ScriptedCloud("exit 3");

        Assert.Equal(CloudErrorKind.Ambiguous, (await Assert.ThrowsAsync<CloudException>(cloud.LaunchAsync)).Kind);
        Assert.Equal(CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(cloud.ListAsync)).Kind);
    }

    [Fact]
    public async Task An_answer_that_is_no_instance_leaves_a_launch_in_doubt_and_says_what_is_missing()
    {
        await using var cloud = new ScriptedCloud("""echo '{"id":"i-1","name":"web","state":"up"}'""");

        var error = await Assert.ThrowsAsync<CloudException>(cloud.LaunchAsync);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(
            "the answer to launch breaks the contract: its output must have a state of failed, provisioning, running, stopped, "
            + "terminating, unknown; it is 'up'",
            error.Message);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_ended_with_all_its_children()
    {
        await using var cloud = new ScriptedCloud(
            "sleep 1000 & echo $! >child; wait", options => options.Timeout = TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("list' did not end within 1 s and was killed", error.Message, StringComparison.Ordinal);
        var child = int.Parse(cloud.ReadFile("child"), System.Globalization.CultureInfo.InvariantCulture);
        await Wait.UntilAsync("the child is dead", () => !RealProcesses.IsAlive(child));
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_ended()
    {
        await using var cloud = new ScriptedCloud("echo $$ >pid.new; mv pid.new pid; exec sleep 1000");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = cloud.Cloud.LaunchAsync(Requests.Make("image"), stop.Token);
        await Wait.UntilAsync("it runs", () => File.Exists(Path.Combine(cloud.WorkingDirectory, "pid")));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var pid = int.Parse(cloud.ReadFile("pid"), System.Globalization.CultureInfo.InvariantCulture);
        await Wait.UntilAsync("it is dead", () => !RealProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task Too_much_output_is_refused_while_it_still_comes()
    {
        await using var cloud = new ScriptedCloud("exec yes", options => options.OutputMaxMib = 1);

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Contains("wrote more than 1 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_nobody_reads_holds_nothing_up()
    {
        await using var cloud = new ScriptedCloud($"exec <&-; echo '{ScriptedCloud.Instance}'");
        var request = Requests.Make(Requests.Template("image") with { UserData = new string('x', 200_000) });

        var launched = await cloud.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal("i-1", launched.Id.Value);
    }

    [Fact]
    public async Task A_process_left_behind_with_the_output_open_holds_nothing_up()
    {
        await using var cloud = new ScriptedCloud($"echo '{ScriptedCloud.Instance}'; sleep 1000 &");

        Assert.Equal("i-1", (await cloud.LaunchAsync()).Id.Value);
    }

    [Fact]
    public async Task A_process_left_behind_with_standard_error_open_is_read_for_two_seconds()
    {
        var time = new WaitsTime();
        await using var cloud = new ScriptedCloud("""echo '{"end":true}'; sleep 1000 >/dev/null &""", time: time);
        time.Waits.Clear();

        Assert.Empty(await cloud.ListAsync());

        Assert.Contains(TimeSpan.FromSeconds(2), time.Waits);
        Assert.DoesNotContain(time.Waits, wait => wait > TimeSpan.FromSeconds(2) && wait < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task It_sees_its_own_environment_and_the_log_sees_no_secret()
    {
        await using var cloud = new ScriptedCloud(
            """env >environment; echo "token $MY_TOKEN, metadata $(cat | sed 's/.*"password":"\([^"]*\)".*/\1/')" >&2; exit 12""",
            options => options.Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MY_TOKEN", "sesame-open"));
        var template = Requests.Template("image");
        template = template with { Metadata = template.Metadata.Add("password", "hunter2-hunter2") };

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.Cloud.LaunchAsync(Requests.Make(template), Cancellation));

        Assert.Equal("launch failed: token ***, metadata ***", error.Message);
        Assert.Contains("mine: token ***, metadata ***", cloud.Said);
        var names = cloud.ReadFile("environment").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]);
        Assert.Equal(
            ["LANG", "MUSTER_CLOUD", "MY_TOKEN", "PATH", "PWD"], names.Except(["_", "SHLVL", "OLDPWD"]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""echo "curl: header Authorization: $MY_TOKEN" """)]
    [InlineData("""printf '{"id":"i-1","state":"%s"}' "$MY_TOKEN" """)]
    [InlineData("""printf '{"id":"i-1","state":"up","detail":"%70s%s"' '' "$MY_TOKEN" """)]
    [InlineData("""printf '{"error":{"kind":"unavailable","message":"%s"}}' "$MY_TOKEN"; exit 1""")]
    [InlineData("""printf '%1995s%s\n' 'x' "$MY_TOKEN" >&2; exit 11""")]
    public async Task A_launch_that_prints_its_token_does_not_tell_it_in_the_error_or_the_log(string script)
    {
        await using var cloud = new ScriptedCloud(
            script, options => options.Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MY_TOKEN", "sesame-open-up"));

        var error = await Assert.ThrowsAsync<CloudException>(cloud.LaunchAsync);

        Assert.DoesNotContain("sesam", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(cloud.Said, line => line.Contains("sesam", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_that_repeats_a_secret_does_not_tell_it()
    {
        await using var cloud = new ScriptedCloud(
            """echo '{"findings":[{"field":"metadata.password","good":false,"message":"hunter2-\"hunter2\" is too weak"}]}'""");
        var template = Requests.Template("image");
        template = template with { Metadata = template.Metadata.Add("password", "hunter2-\"hunter2\"") };

        var check = await cloud.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(new TemplateFinding("metadata.password", IsGood: false, "*** is too weak"), Assert.Single(check.Findings));
    }

    [Fact]
    public async Task A_listing_without_its_last_line_was_cut_short()
    {
        await using var cloud = new ScriptedCloud($"echo '{ScriptedCloud.Instance}'");

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("line 1, the last, must have {\"end\":true}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_asked_for_until_the_last_one_and_foreign_instances_are_not_shown()
    {
        await using var cloud = new ScriptedCloud(
            """
            request=$(cat)
            line() { echo '{"id":"'$1'","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{"muster.installation":"'$2'"}}'; }
            case $request in
            *'"cursor":"two"'*) line i-3 11111111-1111-4111-8111-111111111111; echo '{"end":true}' ;;
            *) line i-1 11111111-1111-4111-8111-111111111111; line i-2 99999999-1111-4111-8111-111111111111; echo '{"next":"two"}' ;;
            esac
            """);

        Assert.Equal(["i-1", "i-3"], (await cloud.ListAsync()).Select(instance => instance.Id.Value));
    }

    [Fact]
    public async Task Pages_that_go_round_in_a_circle_are_an_error_that_names_the_place()
    {
        await using var cloud = new ScriptedCloud(
            """
            case $(cat) in
            *'"cursor":"two"'*) echo '{"next":"three"}' ;;
            *'"cursor":"three"'*) echo '{"next":"two"}' ;;
            *) echo '{"next":"two"}' ;;
            esac
            """);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancellation));

        Assert.Equal(
            (
                CloudErrorKind.Unavailable,
                "the listing is not believed: page 3 names 'two' as the next page, and so did an earlier one: they go round in a circle"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task No_more_calls_run_at_once_than_are_allowed()
    {
        await using var cloud = new ScriptedCloud(
            $"mkdir running || exit 15; sleep 0.05; rmdir running; echo '{ScriptedCloud.Instance}'", options => options.ConcurrencyMax = 1);

        var launched = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cloud.LaunchAsync()));

        Assert.Equal(8, launched.Length);
    }

    [Fact]
    public async Task Terminating_what_it_does_not_find_is_success()
    {
        await using var cloud = new ScriptedCloud("exit 16");

        await cloud.Cloud.TerminateAsync(new InstanceId("i-1"), Cancellation);
    }

    [Fact]
    public async Task A_watch_streams_hints_and_its_end_is_an_error()
    {
        await using var cloud = new ScriptedCloud("""echo '{"id":"i-1","group":"22222222-2222-4222-8222-222222222222"}'; echo bye >&2""");
        await using var changes = cloud.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new CloudChange(Requests.Group, new InstanceId("i-1")), changes.Current);
        var error = await Assert.ThrowsAsync<CloudException>(async () => await changes.MoveNextAsync());
        Assert.Contains("watch' ended: bye", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'no such region' >&2; exit 12", "watch failed: no such region")]
    [InlineData("""echo '{"id":"i-1"}'; echo '{"error":{"kind":"unauthorized","message":"no such key"}}'; exit 1""", "no such key")]
    public async Task A_watch_that_fails_says_why_as_any_other_call(string script, string message)
    {
        await using var cloud = new ScriptedCloud(script);

        var error = await Assert.ThrowsAsync<CloudException>(async () =>
        {
            await foreach (var _ in cloud.Cloud.WatchAsync(Requests.Installation, Cancellation))
            {
            }
        });

        Assert.Equal((CloudErrorKind.Unauthorized, message), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_watch_that_nobody_watches_any_more_is_ended()
    {
        await using var cloud = new ScriptedCloud("echo $$ >pid; read -r request; echo '{\"id\":\"i-1\"}'; sleep 1000; :");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var changes = cloud.Cloud.WatchAsync(Requests.Installation, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await changes.MoveNextAsync());
        var next = changes.MoveNextAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        var pid = int.Parse(cloud.ReadFile("pid"), System.Globalization.CultureInfo.InvariantCulture);
        await Wait.UntilAsync("it is dead", () => !RealProcesses.IsAlive(pid));
    }

    [Fact]
    public void Whoever_describes_itself_wrongly_is_not_opened_and_hears_why()
    {
        var error = Assert.Throws<CloudException>(() => new ScriptedCloud("#\necho '{\"contract\":2,\"page_size\":0}'"));

        Assert.Equal("the answer to describe is wrong: contract is 2: 1; page_size is 0: 1 to 1000000", error.Message);
    }

    /// <summary>The system's clock; remembers how long it was asked to wait.</summary>
    private sealed class WaitsTime : TimeProvider
    {
        public ConcurrentBag<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}

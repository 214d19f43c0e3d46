using System.Text.Json;

using Muster.Conformance.Storage;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>What the server does with what a task sends.</summary>
public sealed class TaskEndpointsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("4")]
    [InlineData("6")]
    [InlineData("5, 5")]
    public async Task Another_version_of_the_protocol_is_refused_before_anything_else(string? version)
    {
        await using var bed = await TaskBed.StartAsync();
        (string, string)[] headers = version is null ? [] : [(RemoteProtocol.VersionHeader, version)];

        var answer = await bed.Server.SendAsync("POST", TaskBed.PathOf(bed.Mine, "/assignment"), headers: headers);

        var problem = answer.Problem(400, "malformed_header", RemoteProtocol.VersionHeader);
        Assert.Contains("have the same muster on both ends", problem.Errors[0].Allowed, StringComparison.Ordinal);
        Assert.Empty(bed.Access.Asked);
    }

    [Fact]
    public async Task A_server_that_hands_nothing_out_says_so()
    {
        await using var server = await RunningServer.StartDevAsync();

        var answer = await server.SendAsync(
            "POST", $"/{RemoteProtocol.Path}/time", headers: (RemoteProtocol.VersionHeader, RemoteProtocol.Version));

        Assert.Contains("[nomad] task", answer.Problem(409, "no_tasks").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assignment_has_what_a_check_needs_and_nothing_in_between_keeps_it()
    {
        await using var bed = await TaskBed.StartAsync();
        var before = bed.Server.Clock.GetUtcNow();

        var answer = (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/assignment"), bed.Token)).Good(200);

        var assignment = JsonSerializer.Deserialize(answer.Body, RemoteJson.Default.Assignment)!;
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal(bed.Server.Memory.Installation, assignment.Installation);
        Assert.InRange(assignment.Now, before, bed.Server.Clock.GetUtcNow());
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)), (assignment.LeaseDuration, assignment.LaunchExpiry));
        Same.As(await bed.FoundAsync(bed.Mine), Assert.Single(assignment.Groups));
        Assert.Equal(GrantedAccess.Secret, assignment.Cloud!.Options["password"]);
        Assert.Equal([new SweepKey(bed.Mine.Account, "sim")], bed.Access.Asked);
    }

    [Fact]
    public async Task An_assignment_has_the_prices_of_what_its_groups_are_made_of_and_none_where_there_are_none()
    {
        await using var bed = await TaskBed.StartAsync();
        using var connection = bed.Connect();
        Assert.Null((await connection.AssignmentAsync(new SweepKey(bed.Mine.Account, "sim"), Cancel)).Prices);
        var (said, told) = (Row("sim", 1), Row("sim", 2) with { IsInterruptible = false });
        bed.Server.Prices.Current = PriceBook.Of(said, Row("sim", 4) with { Size = "no-such" }, Row("other", 3))
            .With([told, Row("sim", 5) with { Zone = "a" }], (_, error) => Assert.Fail(error.ToString()));

        var assignment = await connection.AssignmentAsync(new SweepKey(bed.Mine.Account, "sim"), Cancel);
        var book = assignment.Prices!.ToBook(assignment.Groups);

        Assert.Equal([said], book.Said);
        Assert.Equal([told], book.Told);
        Assert.Equal(1, book.Find("sim", zone: null, size: null, isInterruptible: false));

        // Should the group come to be made of it: the row without a size would say too little.
        Assert.Null(book.Find("sim", zone: null, size: "no-such", isInterruptible: false));

        bed.Server.Prices.Current = PriceBook.Of(Row("other", 3));
        Assert.Null((await connection.AssignmentAsync(new SweepKey(bed.Mine.Account, "sim"), Cancel)).Prices);

        static Price Row(string cloud, decimal amount) => new() { Cloud = cloud, Amount = amount, Currency = "EUR" };
    }

    [Fact]
    public async Task A_check_that_goes_by_prices_waits_until_they_are_known_and_others_do_not()
    {
        await using var bed = await TaskBed.StartAsync();
        bed.Server.Prices.AreKnown = false;
        (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/assignment"), bed.Token)).Good(200);
        await bed.Server.Memory.ChangeAccountAsync(bed.Mine.Account, new() { SpendPerHourMax = 1 }, Cancel);

        foreach (var path in new[] { TaskBed.PathOf(bed.Mine, "/assignment"), TaskBed.SweepOf(bed.Mine, "/assignment") })
        {
            var refused = await bed.AskAsync(path, bed.Token);
            var detail = refused.Problem(503, "prices_unknown").Detail;
            Assert.Contains($"group {bed.Mine.Name} goes by prices", detail, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        }

        // Known after the first answer, which refuses: the task asks again by itself.
        using var between = new Between { After = () => bed.Server.Prices.AreKnown = true };
        using var connection = bed.Connect(between);
        Assert.Equal(bed.Mine.Id, Assert.Single((await connection.AssignmentAsync(bed.Mine.Id, Cancel)).Groups).Group.Id);
        Assert.Equal(2, between.Asked);
    }

    [Theory]
    [InlineData(-1, 1, "held")]
    [InlineData(0, 0.0000001, "wanted")]
    [InlineData(0, 1e18, "wanted")]
    public async Task What_no_group_can_cost_is_not_set_aside(double held, double wanted, string field)
    {
        await using var bed = await TaskBed.StartAsync();
        var lease = (await bed.Server.Memory.TryAcquireLeaseAsync(
            bed.Mine.Id, "task-1", 0, Some.Start, TimeSpan.FromSeconds(30), Cancel))!;
        using var connection = bed.Connect();
        var store = new RemoteCheckStore(connection, bed.Server.Memory.Installation);

        var error = await Assert.ThrowsAsync<StoreException>(
            () => store.ReserveSpendAsync(lease, (decimal)held, (decimal)wanted, Cancel));

        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_set_aside_and_kept_than_a_group_can_cost()
    {
        await using var bed = await TaskBed.StartAsync();
        var memory = bed.Server.Memory;
        await memory.ChangeAccountAsync(bed.Mine.Account, new() { SpendPerHourMax = PriceRules.SpendMax }, Cancel);
        var lease = (await memory.TryAcquireLeaseAsync(
            bed.Mine.Id, "task-1", 0, bed.Server.Clock.GetUtcNow(), TimeSpan.FromSeconds(30), Cancel))!;
        using var connection = bed.Connect();
        var store = new RemoteCheckStore(connection, memory.Installation);
        bed.Server.Prices.Current = PriceBook.Of(new Price { Cloud = "sim", Amount = 0.5m, Currency = "EUR" });

        Assert.Equal(2, (await store.ReserveSpendAsync(lease, 1, 2, Cancel))!.Granted);
        var most = (await store.ReserveSpendAsync(lease, PriceRules.SpendMax, PriceRules.SpendMax, Cancel))!.Granted;
        Assert.Equal(0.5m * GroupRules.CapacityLimitDefault, most);

        var state = (await bed.FoundAsync(bed.Mine)).State with
        {
            SpendPerHour = PriceRules.SpendMax,
            Condition = GroupCondition.Healthy,
            Reason = "fine",
            CheckedAt = bed.Server.Clock.GetUtcNow(),
        };
        await store.RecordAsync(lease, new() { State = state }, Cancel);
        Assert.Equal(most, (await bed.FoundAsync(bed.Mine)).State.SpendPerHour);
    }

    [Fact]
    public async Task A_sweeps_assignment_has_its_living_groups()
    {
        await using var bed = await TaskBed.StartAsync();
        var (second, archived) = (await bed.AddGroupAsync("default"), await bed.AddGroupAsync("default"));
        await ArchiveAsync(bed, archived);
        using var connection = bed.Connect();

        var assignment = await connection.AssignmentAsync(new SweepKey(bed.Mine.Account, "sim"), Cancel);

        Assert.Equal(
            new[] { bed.Mine.Id, second.Id }.OrderBy(id => id.Value), assignment.Groups.Select(record => record.Group.Id));
        Assert.Equal("sim", assignment.Cloud!.Name);
    }

    [Fact]
    public async Task Where_nothing_lives_nothing_that_opens_a_cloud_is_handed_out()
    {
        await using var bed = await TaskBed.StartAsync();
        await ArchiveAsync(bed, bed.Mine);
        using var connection = bed.Connect();

        Assert.Null((await connection.AssignmentAsync(bed.Mine.Id, Cancel)).Cloud);
        var swept = await connection.AssignmentAsync(new SweepKey(bed.Mine.Account, "sim"), Cancel);

        Assert.Null(swept.Cloud);
        Assert.Empty(swept.Groups);
        Assert.Empty(bed.Access.Asked);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https,http")]
    [InlineData("HTTP")]
    public async Task A_proxy_that_was_asked_in_clear_gets_nothing_that_opens_a_cloud(string scheme)
    {
        await using var bed = await TaskBed.StartAsync();

        foreach (var path in new[] { TaskBed.PathOf(bed.Mine, "/assignment"), TaskBed.SweepOf(bed.Mine, "/assignment") })
        {
            (await bed.AskAsync(path, bed.Token, null, ("X-Forwarded-Proto", scheme))).Problem(403, "readable");
        }

        Assert.Empty(bed.Access.Asked);
        (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/assignment"), bed.Token, null, ("X-Forwarded-Proto", "https"))).Good(200);
    }

    [Fact]
    public async Task A_task_gets_the_token_of_the_instance_of_an_open_launch_of_its_own_group_and_of_nothing_else()
    {
        await using var bed = await TaskBed.StartAsync();
        var lease = (await bed.Server.Memory.TryAcquireLeaseAsync(bed.Mine.Id, "t", 0, Some.Start, TimeSpan.FromSeconds(30), Cancel))!;
        var (open, over) = (bed.A.Launch(bed.Mine), bed.A.Launch(bed.Mine) with { Phase = LaunchPhase.Failed });
        await bed.Server.Memory.RecordAsync(
            lease, new() { State = new() { Group = bed.Mine.Id, Fence = lease.Fence }, Launches = [open, over] }, Cancel);
        string PathOf(Group group, Launch launch) => TaskBed.PathOf(group, $"/launches/{launch.Id}/pass");

        var answer = (await bed.AskAsync(PathOf(bed.Mine, open), bed.Token)).Good(200);

        var pass = JsonSerializer.Deserialize(answer.Body, RemoteJson.Default.PassAnswer)!;
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("https://muster.example.com/v1/instances/self/health", pass.Url);
        Assert.StartsWith("msi_", pass.Token, StringComparison.Ordinal);
        Assert.DoesNotContain(pass.Token, pass.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Server.Logs.Lines, line => line.Contains(pass.Token, StringComparison.Ordinal));
        Assert.Equal(404, (await bed.AskAsync(PathOf(bed.Mine, over), bed.Token)).Status);
        Assert.Equal(404, (await bed.AskAsync(PathOf(bed.Theirs, open), bed.Token)).Status);
        Assert.Equal(401, (await bed.AskAsync(PathOf(bed.Mine, open), pass.Token)).Status);
    }

    [Fact]
    public async Task No_secret_of_a_cloud_is_logged()
    {
        await using var bed = await TaskBed.StartAsync();

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/assignment"), bed.Token)).Good(200);
        (await bed.AskAsync(TaskBed.SweepOf(bed.Mine, "/assignment"), bed.Token)).Good(200);

        var log = string.Join('\n', bed.Server.Logs.Lines);
        Assert.Contains("/assignment", log, StringComparison.Ordinal);
        Assert.DoesNotContain(GrantedAccess.Secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(GrantedAccess.Secret)), log, StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Token, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_anything_that_is_not_the_groups_own_is_refused_whole()
    {
        await using var bed = await TaskBed.StartAsync();
        var (mine, theirs) = (bed.Mine, bed.Theirs);
        var sibling = await bed.AddGroupAsync("default");
        var good = Some.Check(mine.Id, Some.Start, bed.A.Activity(mine)) with { Launches = [bed.A.Launch(mine)] };
        CheckRecord[] bad =
        [
            good with { State = new() { Group = sibling.Id } },
            good with { Launches = [bed.A.Launch(mine), bed.A.Launch(sibling)] },
            good with { Activities = [bed.A.Activity(mine), bed.A.Activity(sibling)] },
            good with { Activities = [bed.A.Activity(mine) with { Account = theirs.Account }] },
            good with { Activities = [bed.A.Activity(mine) with { Author = "jane" }] },
        ];
        var lease = await bed.LeaseAsync(mine);
        var before = await bed.FoundAsync(mine);

        foreach (var record in bad)
        {
            foreach (var releases in new[] { false, true })
            {
                (await bed.AskAsync(
                    TaskBed.PathOf(mine, "/record"), bed.Token, new(lease, record, releases), RemoteJson.Default.LeasedRecord))
                    .Problem(400, "invalid_input");
            }

            var answer = await bed.AskAsync($"/{RemoteProtocol.Path}/idle", bed.Token, new([good, record]), RemoteJson.Default.IdleRecords);
            answer.Problem(400, "invalid_input");
        }

        Same.As(before, await bed.FoundAsync(mine));
        Assert.Null((await bed.FoundAsync(sibling)).State.CheckedAt);
        Assert.Single((await bed.Server.Memory.ListActivitiesAsync(mine.Id, new(10), Cancel)).Items);
        (await bed.AskAsync(TaskBed.PathOf(mine, "/record"), bed.Token, new(lease, good, Releases: true), RemoteJson.Default.LeasedRecord))
            .Good(200);
    }

    [Fact]
    public async Task A_lease_of_another_group_serves_for_nothing()
    {
        await using var bed = await TaskBed.StartAsync();
        var sibling = await bed.LeaseAsync(await bed.AddGroupAsync("default"));
        var check = Some.Check(bed.Mine.Id, Some.Start);

        (await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/record"), bed.Token, new(sibling, check, Releases: false), RemoteJson.Default.LeasedRecord))
            .Problem(400, "invalid_input", "lease.group");
        (await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/lease/renew"),
            bed.Token,
            new(sibling, Some.Start, TimeSpan.FromSeconds(1)),
            RemoteJson.Default.LeaseRenewal))
            .Problem(400, "invalid_input", "lease.group");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(61)]
    public async Task A_lease_lasts_no_longer_than_any_servers(int seconds)
    {
        await using var bed = await TaskBed.StartAsync();
        var lease = await bed.LeaseAsync(await bed.AddGroupAsync("default"));
        var duration = TimeSpan.FromSeconds(seconds);

        (await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/lease/take"), bed.Token, new("task-1", 0, Some.Start, duration), RemoteJson.Default.LeaseTaking))
            .Problem(400, "invalid_input", "duration");
        (await bed.AskAsync(
            $"/{RemoteProtocol.Path}/groups/{lease.Group}/lease/renew",
            bed.Token,
            new(lease, Some.Start, duration),
            RemoteJson.Default.LeaseRenewal))
            .Problem(400, "invalid_input", "duration");

        Assert.Equal(0, (await bed.FoundAsync(bed.Mine)).State.Fence);
    }

    [Fact]
    public async Task A_task_that_another_server_told_of_a_longer_lease_gets_it()
    {
        await using var bed = await TaskBed.StartAsync();

        var taken = await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/lease/take"), bed.Token, new("task-1", 0, Some.Start, TimeSpan.FromMinutes(1)),
            RemoteJson.Default.LeaseTaking);

        var endsAt = taken.Good(200).Json.GetProperty("lease").GetProperty("ends_at").GetDateTimeOffset();
        Assert.InRange(endsAt, Some.Start.AddMinutes(1), Some.Start.AddMinutes(2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ducks")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\u0000\u0001")]
    public async Task A_body_that_is_none_of_the_protocols_is_refused(string body)
    {
        await using var bed = await TaskBed.StartAsync();

        foreach (var path in (string[])
            [
                TaskBed.PathOf(bed.Mine, "/lease/take"), TaskBed.PathOf(bed.Mine, "/lease/renew"), TaskBed.PathOf(bed.Mine, "/record"),
                TaskBed.PathOf(bed.Mine, "/permits"), TaskBed.PathOf(bed.Mine, "/runs"), TaskBed.SweepOf(bed.Mine, "/permits"),
                $"/{RemoteProtocol.Path}/idle",
            ])
        {
            (await bed.AskAsync(path, bed.Token, body)).Problem(400, "malformed_json");
        }
    }

    [Theory]
    [InlineData("idle", """{"records":null}""")]
    [InlineData("idle", """{"records":[]}""")]
    [InlineData("idle", """{"records":[null]}""")]
    [InlineData("idle", """{"records":[{"state":null}]}""")]
    [InlineData("idle", """{"records":[{"state":{"group":"MINE"}}]}""")]
    [InlineData("idle", """{"records":[{"state":{"group":"MINE"},"launches":[],"activities":[]}]}""")]
    [InlineData("idle", """{"records":[{"state":{"group":"MINE","condition":77},"launches":[],"activities":[]}]}""")]
    [InlineData("idle", """{"records":[{"state":STATE,"launches":[null],"activities":[]}]}""")]
    [InlineData("idle", """{"records":[{"state":STATE,"launches":[],"activities":[null]}]}""")]
    [InlineData("idle", """{"records":[{"state":STATE,"launches":[],"activities":[{"group":"MINE"}]}]}""")]
    [InlineData("groups/MINE/permits", """{"kind":"Write","told":{}}""")]
    [InlineData("groups/MINE/permits", """{"kind":7,"told":TOLD}""")]
    [InlineData("groups/MINE/permits", """{"kind":"Write","told":{"failed":-1,"throttled":[]}}""")]
    [InlineData("groups/MINE/calls", """{"failed":1001,"throttled":[]}""")]
    [InlineData("groups/MINE/calls", """{"throttled":["-00:00:01"]}""")]
    [InlineData("groups/MINE/runs", """{"id":"not one"}""")]
    [InlineData("groups/MINE/lease/take", """{"holder":null,"expected_fence":0,"now":"2031-05-06T07:08:09Z","duration":"00:00:30"}""")]
    public async Task A_body_with_something_missing_or_wrong_is_refused_and_never_the_servers_fault(string path, string body)
    {
        await using var bed = await TaskBed.StartAsync();
        var state = JsonSerializer.Serialize(new([Some.Check(bed.Mine.Id, Some.Start)]), RemoteJson.Default.IdleRecords);
        state = JsonDocument.Parse(state).RootElement.GetProperty("records")[0].GetProperty("state").GetRawText();

        var answer = await bed.AskAsync(
            $"/{RemoteProtocol.Path}/{path}".Replace("MINE", bed.Mine.Id.ToString(), StringComparison.Ordinal), bed.Token,
            body.Replace("STATE", state, StringComparison.Ordinal).Replace("MINE", bed.Mine.Id.ToString(), StringComparison.Ordinal)
                .Replace("TOLD", """{"throttled":[]}""", StringComparison.Ordinal));

        Assert.True(answer.Status == 400, answer.Body);
        var found = await bed.FoundAsync(bed.Mine);
        Assert.Null(found.State.CheckedAt);
        Assert.NotNull(found.State.Reason);
        Assert.Equal(0, found.State.Fence);
    }

    [Fact]
    public async Task More_idle_records_than_a_request_may_hold_are_refused()
    {
        await using var bed = await TaskBed.StartAsync();
        var records = Enumerable.Range(0, RemoteProtocol.IdleRecordsMax + 1).Select(_ => Some.Check(bed.Mine.Id, Some.Start));

        (await bed.AskAsync($"/{RemoteProtocol.Path}/idle", bed.Token, new([.. records]), RemoteJson.Default.IdleRecords))
            .Problem(400, "invalid_input", "records");
    }

    [Fact]
    public async Task What_a_check_elsewhere_records_comes_out_of_the_feed_at_once()
    {
        await using var bed = await TaskBed.StartAsync();
        using var connection = bed.Connect();
        var store = new RemoteCheckStore(connection, bed.Server.Memory.Installation);
        using var reader = bed.Server.ClientWith(await bed.Server.AddTokenAsync("reader", "read"));
        var last = await bed.Server.Memory.LastPositionAsync(bed.Mine.Account, Cancel);
        await using var events = reader.FollowEventsAsync(after: last, cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        var next = events.MoveNextAsync();

        var lease = (await store.TryAcquireLeaseAsync(bed.Mine.Id, "task-1", 0, Some.Start, TimeSpan.FromSeconds(30), Cancel))!;
        await store.RecordAndReleaseAsync(
            lease, Some.Check(bed.Mine.Id, Some.Start, bed.A.Activity(bed.Mine, description: "from afar")), Cancel);
        Assert.True(await next);
        Assert.Equal("from afar", events.Current.Description);

        var idle = Some.Check(bed.Mine.Id, Some.Start, bed.A.NoOp(bed.Mine, Some.Start, "idle afar"));
        await store.RecordIdleAsync([idle with { State = idle.State with { Fence = 2 } }], sweep: null, Cancel);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("idle afar", events.Current.Description);
    }

    [Fact]
    public async Task A_run_that_is_handed_in_twice_is_shown_once()
    {
        await using var bed = await TaskBed.StartAsync();
        using var connection = bed.Connect();
        using var reader = bed.Server.ClientWith(await bed.Server.AddTokenAsync("reader", "read"));
        var run = bed.A.FullRun(bed.Mine) with { Where = "client-7", Reason = "3 wanted, 3 running: nothing to do" };

        await connection.ReportAsync(run, Cancel);
        await connection.ReportAsync(run, Cancel);

        var shown = Assert.Single((await reader.ListChecksAsync(bed.Mine.Id.ToString(), 10, Cancel)).Items);
        Assert.Equal(("client-7", run.Reason, run.ExitCode), (shown.Where, shown.Reason, shown.ExitCode));
    }

    [Fact]
    public async Task A_run_of_another_group_or_without_measure_is_refused()
    {
        await using var bed = await TaskBed.StartAsync();
        var good = bed.A.FullRun(bed.Mine);
        CheckRun[] bad =
        [
            bed.A.FullRun(bed.Theirs),
            good with { Where = "" },
            good with { Where = new('w', 256) },
            good with { Reason = new('r', 4001) },
            good with { Allocation = new('a', 256) },
            good with { Duration = TimeSpan.FromMicroseconds(-1) },
        ];

        foreach (var run in bad)
        {
            (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/runs"), bed.Token, run, RemoteJson.Default.CheckRun))
                .Problem(400, "invalid_input");
        }

        Assert.Empty(await bed.Server.Memory.ListChecksAsync(bed.Mine.Id, 10, Cancel));
        Assert.Empty(await bed.Server.Memory.ListChecksAsync(bed.Theirs.Id, 10, Cancel));
    }

    private static Task ArchiveAsync(TaskBed bed, Group group)
    {
        var archived = group with { Phase = GroupPhase.Archived, ArchivedAt = Some.Start, Version = group.Version + 1 };
        return bed.Server.Memory.UpdateGroupAsync(archived, bed.A.Activity(archived, ActivityType.Change, "archived"), Cancel);
    }
}

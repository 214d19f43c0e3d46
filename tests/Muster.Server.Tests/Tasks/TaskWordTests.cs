using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>A task's word is believed for its own group, for now, and as far as a check could have gone.</summary>
public sealed class TaskWordTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_task_hears_of_a_shared_cloud_silences_its_own_account_for_an_hour_at_most()
    {
        await using var bed = await TaskBed.StartAsync();
        var other = await bed.Server.AddTokenAsync("theirs", "task", "other");
        var reader = await bed.Server.AddTokenAsync("reader", "read");

        var told = await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/calls"), bed.Token, """{"throttled":["10675199.02:48:05.4775807",null]}""");

        Assert.InRange(Silence(told.Good(200)), TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        var theirs = await bed.AskAsync(TaskBed.PathOf(bed.Theirs, "/permits"), other, """{"kind":"Read","told":{"throttled":[]}}""");
        Assert.True(theirs.Good(200).Json.GetProperty("is_granted").GetBoolean());
        Assert.Equal(TimeSpan.Zero, Silence(theirs));
        foreach (var path in (string[])["/readyz", "/v1/status", "/v1/clouds", "/metrics"])
        {
            (await bed.Server.SendAsync("GET", path, headers: ("Authorization", $"Bearer {reader}"))).Good(200);
        }
    }

    [Fact]
    public async Task What_a_task_hears_of_a_shared_cloud_that_nobody_else_calls_holds_back_no_account_that_comes_after()
    {
        await using var bed = await TaskBed.StartAsync();
        var theirs = await bed.Server.AddTokenAsync("theirs", "task", "other");
        var alone = await bed.AddGroupAsync("default", cloud: "other");

        var told = await bed.AskAsync(TaskBed.PathOf(alone, "/calls"), bed.Token, """{"throttled":["10675199.02:48:05.4775807"]}""");
        var later = await bed.AddGroupAsync("other", cloud: "other");
        var answer = await bed.AskAsync(TaskBed.PathOf(later, "/permits"), theirs, """{"kind":"Read","told":{"throttled":[]}}""");

        Assert.InRange(Silence(told.Good(200)), TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.True(answer.Good(200).Json.GetProperty("is_granted").GetBoolean());
        Assert.Equal(TimeSpan.Zero, bed.Server.Clouds.Find(alone.Account, "other")!.Cloud.Governor.Silence);
    }

    [Fact]
    public async Task A_turn_is_only_for_groups_that_there_are()
    {
        await using var bed = await TaskBed.StartAsync();

        (await bed.AskAsync(
            TaskBed.SweepOf(bed.Mine, "/permits"),
            bed.Token,
            $$"""{"kind":"Read","group":"5d0f7a52-9c0e-4b7f-8d53-6a3f1c2b9e10","told":{"throttled":[]} }"""))
            .Problem(404, "group_not_found");
        (await bed.AskAsync(
            TaskBed.SweepOf(bed.Mine, "/permits"), bed.Token, $$"""{"kind":"Read","group":"{{bed.Theirs.Id}}","told":{"throttled":[]} }"""))
            .Problem(404, "group_not_found");
        (await bed.AskAsync(
            TaskBed.SweepOf(bed.Mine, "/permits"),
            bed.Token,
            $$"""{"kind":"Read","group":"{{bed.Mine.Id}}","told":{"throttled":[]} }""")).Good(200);
    }

    [Theory]
    [InlineData("3000-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public async Task A_lease_begins_when_the_servers_clock_says_so(string now)
    {
        await using var bed = await TaskBed.StartAsync();

        var taken = await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/lease/take"),
            bed.Token,
            $$"""{"holder":"task-1","expected_fence":0,"now":"{{now}}","duration":"00:00:30"}""");
        var lease = taken.Good(200).Json.GetProperty("lease");
        Assert.InRange(lease.GetProperty("ends_at").GetDateTimeOffset(), Some.Start, Some.Start.AddMinutes(2));
        var renewed = await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/lease/renew"), bed.Token,
            $$"""{"lease":{{lease.GetRawText().Replace("2031", "2999", StringComparison.Ordinal)}},"now":"{{now}}","duration":"00:00:30"}""");
        Assert.InRange(
            renewed.Good(200).Json.GetProperty("lease").GetProperty("ends_at").GetDateTimeOffset(), Some.Start, Some.Start.AddMinutes(2));
        Assert.NotNull(await bed.Server.Memory.TryAcquireLeaseAsync(
            bed.Mine.Id, "server", 1, Some.Start.AddMinutes(3), TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task What_no_check_can_say_is_refused()
    {
        await using var bed = await TaskBed.StartAsync();
        var good = Some.Check(bed.Mine.Id, bed.Server.Clock.GetUtcNow());
        var far = new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);
        GroupState[] bad =
        [
            Some.Placed(good.State, only => only with { Breaker = new() { ProbeAt = far, FailuresInRow = 5 } }),
            Some.Placed(good.State, only => only with { Breaker = new() { ProbeInterval = TimeSpan.Zero } }),
            good.State with { NextAttemptAt = far },
            good.State with { CheckedAt = far },
            good.State with { CheckedAt = DateTimeOffset.MinValue },
            good.State with { CheckedAt = null },
            good.State with { Counts = new() { Running = int.MaxValue, Provisioning = int.MaxValue } },
            good.State with { Counts = new() { Dead = -1 } },
            Some.Placed(good.State, only => only with { EstablishedLevel = int.MaxValue }),
            Some.Placed(good.State, only => only with { FailuresInRow = -1 }),
            good.State with { Launched = new([new(0, int.MaxValue), new(0, 1)]) },
            good.State with { Launched = new([new(far.ToUnixTimeSeconds() / 300 * 300, 1)]) },
            good.State with { RecentTerminations = [new(new("i-1"), far, "why", IsTold: true)] },
            good.State with { Reason = new('x', 20_000) },
        ];

        foreach (var state in bad)
        {
            (await bed.AskAsync(
                $"/{RemoteProtocol.Path}/idle", bed.Token, new([good with { State = state }]), RemoteJson.Default.IdleRecords))
                .Problem(400, "invalid_input");
        }

        var told = bed.A.NoOp(bed.Mine, bed.Server.Clock.GetUtcNow());
        var answer = await bed.AskAsync(
            $"/{RemoteProtocol.Path}/idle", bed.Token, new([good with { Activities = [told, told] }]), RemoteJson.Default.IdleRecords);
        answer.Problem(400, "invalid_input");
        Assert.Null((await bed.FoundAsync(bed.Mine)).State.CheckedAt);
        (await bed.AskAsync(
            $"/{RemoteProtocol.Path}/idle", bed.Token, new([good with { Activities = [told] }]), RemoteJson.Default.IdleRecords)).Good(200);

        // In the trail already, from the request before.
        (await bed.AskAsync(
            $"/{RemoteProtocol.Path}/idle", bed.Token, new([good with { Activities = [told] }]), RemoteJson.Default.IdleRecords))
            .Problem(400, "invalid_input", "record.activities.id");
    }

    [Fact]
    public async Task What_only_a_check_with_a_lease_can_say_is_passed_over_without_one()
    {
        await using var bed = await TaskBed.StartAsync();
        var now = bed.Server.Clock.GetUtcNow();
        var good = Some.Check(bed.Mine.Id, now);
        CheckRecord[] late =
        [
            good with { State = good.State with { Launched = good.State.Launched.Add(3, now) } },
            good with { State = good.State with { RecentTerminations = [new(new("i-1"), now, "why", IsTold: false)] } },
            good with { State = Some.Placed(good.State, only => only with { Breaker = new() { FailuresInRow = 3 } }) },
            good with { State = Some.Placed(good.State, only => only with { FailuresInRow = 9 }) },
        ];

        foreach (var record in late)
        {
            Assert.Empty((await bed.AskAsync($"/{RemoteProtocol.Path}/idle", bed.Token, new([record]), RemoteJson.Default.IdleRecords))
                .Good(200).Json.GetProperty("activities").EnumerateArray());
        }

        (await bed.AskAsync(
            $"/{RemoteProtocol.Path}/idle",
            bed.Token,
            new([good with { Launches = [bed.A.Launch(bed.Mine, now)] }]),
            RemoteJson.Default.IdleRecords))
            .Good(200);
        var found = await bed.FoundAsync(bed.Mine);
        Assert.Null(found.State.CheckedAt);
        Assert.Empty(found.OpenLaunches);
    }

    [Fact]
    public async Task A_clock_that_is_ahead_ends_no_lease_that_lasts()
    {
        await using var bed = await TaskBed.StartAsync();
        var lease = await bed.LeaseAsync(bed.Mine);
        var now = bed.Server.Clock.GetUtcNow();
        var idle = Some.Check(bed.Mine.Id, now);
        idle = idle with { State = idle.State with { Fence = lease.Fence, CheckedAt = now.AddSeconds(55) } };
        Assert.True(lease.EndsAt < idle.State.CheckedAt);

        (await bed.AskAsync($"/{RemoteProtocol.Path}/idle", bed.Token, new([idle]), RemoteJson.Default.IdleRecords)).Good(200);

        Assert.Equal(lease.Fence, (await bed.FoundAsync(bed.Mine)).State.Fence);
        await bed.Server.Memory.RenewLeaseAsync(lease, now, TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Launches_that_nobody_made_close_no_breaker_and_fill_no_ledger()
    {
        await using var bed = await TaskBed.StartAsync();
        var open = await OpenBreakerAsync(bed);
        var lease = await bed.LeaseAsync(bed.Mine);
        var now = bed.Server.Clock.GetUtcNow();
        var invented = bed.A.Launch(bed.Mine, now) with { Phase = LaunchPhase.Settled, Instance = new("i-1") };
        var record = Some.Check(bed.Mine.Id, now) with { Launches = [invented] };
        var closing = record with
        {
            State = Some.Placed(open, only => only with { Breaker = LaunchBreaker.Closed }) with { CheckedAt = now },
        };

        (await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/record"), bed.Token, new(lease, closing, Releases: false), RemoteJson.Default.LeasedRecord))
            .Problem(409, "lease_lost");
        var honest = record with { State = open with { CheckedAt = now } };
        (await bed.AskAsync(
            TaskBed.PathOf(bed.Mine, "/record"), bed.Token, new(lease, honest, Releases: true), RemoteJson.Default.LeasedRecord)).Good(200);

        Assert.Equal(BreakerOf(open), BreakerOf((await bed.FoundAsync(bed.Mine)).State));
        Assert.Empty(await bed.Server.Memory.FindLaunchesAsync([invented.Id], Cancel));
    }

    [Fact]
    public async Task A_run_that_cannot_have_been_is_refused()
    {
        await using var bed = await TaskBed.StartAsync();
        var run = bed.A.FullRun(bed.Mine);

        foreach (var bad in (CheckRun[])
            [
                run with { StartedAt = DateTimeOffset.MaxValue }, run with { StartedAt = DateTimeOffset.MinValue },
                run with { DueAt = DateTimeOffset.MaxValue }, run with { Duration = TimeSpan.MaxValue },
            ])
        {
            (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/runs"), bed.Token, bad, RemoteJson.Default.CheckRun))
                .Problem(400, "invalid_input");
        }

        Assert.Empty(await bed.Server.Memory.ListChecksAsync(bed.Mine.Id, 10, Cancel));
    }

    [Fact]
    public async Task The_lease_of_a_task_whose_token_is_revoked_ends_within_five_seconds()
    {
        await using var bed = await TaskBed.StartAsync();
        using var connection = bed.Connect();
        var store = new RemoteCheckStore(connection, bed.Server.Memory.Installation);
        Assert.NotNull(await store.TryAcquireLeaseAsync(bed.Mine.Id, "task-1", 0, Some.Start, TimeSpan.FromSeconds(30), Cancel));
        var token = (await bed.Server.Memory.ListTokensAsync(bed.Mine.Account, Cancel)).Single(each => each.Name == "runner");

        await bed.Server.Memory.RevokeTokenAsync(bed.Mine.Account, token.Id, bed.Server.Clock.GetUtcNow(), Cancel);

        await Patiently.UntilAsync(
            async () => (await bed.FoundAsync(bed.Mine)).State.Fence >= 2, "the lease is free", TimeSpan.FromSeconds(5));

        Assert.NotNull(await bed.Server.Memory.TryAcquireLeaseAsync(
            bed.Mine.Id, "server", 2, bed.Server.Clock.GetUtcNow(), TimeSpan.FromSeconds(30), Cancel));
    }

    /// <summary>
    /// Honest messages of which one to three members are something else: whatever they say, only their own group can
    /// be another one after them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_messages_change_nothing_but_their_own_group_and_never_beyond_what_a_check_can_do(int seed)
    {
        var random = new Random(seed);
        await using var bed = await TaskBed.StartAsync();
        var sibling = await bed.AddGroupAsync("default");
        var others = new[] { bed.Theirs, sibling };
        foreach (var other in others)
        {
            var held = await bed.LeaseAsync(other);
            await bed.Server.Memory.RecordAndReleaseAsync(
                held, Some.Check(other.Id, Some.Start) with { Launches = [bed.A.Launch(other)] }, Cancel);
        }

        var before = new List<GroupRecord>();
        foreach (var other in others)
        {
            before.Add(await bed.FoundAsync(other));
        }

        var brake = await OpenBreakerAsync(bed);
        var invented = new List<LaunchId>();
        var (kept, written) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            var known = await bed.FoundAsync(bed.Mine);
            var lease = i % 3 == 0 ? await bed.Server.Memory.TryAcquireLeaseAsync(
                bed.Mine.Id, "task-1", known.State.Fence, bed.Server.Clock.GetUtcNow(), TimeSpan.FromSeconds(30), Cancel) : null;
            var now = bed.Server.Clock.GetUtcNow();
            var record = Some.Check(bed.Mine.Id, now, bed.A.NoOp(bed.Mine, now)) with
            {
                State = known.State with { Condition = GroupCondition.Healthy, Reason = "fine", CheckedAt = now },
                Launches = lease is null ? [] : [bed.A.Launch(bed.Mine, now)],
            };
            if (i % 2 == 0)
            {
                // Of a launch that never was: it came good, or it did not happen. Half of them would have the brakes forget for it.
                var closed = bed.A.Launch(bed.Mine, now) with
                {
                    Phase = i % 4 == 0 ? LaunchPhase.Settled : LaunchPhase.Failed,
                    Instance = new("i-1"),
                };
                invented.Add(closed.Id);
                record = record with
                {
                    State = i % 8 < 4
                        ? record.State
                        : Some.Placed(record.State, only => only with { Breaker = LaunchBreaker.Closed })
                            with { Launched = HourlyCount.Empty },
                    Launches = record.Launches.Add(closed),
                };
            }

            var (path, message) = lease is null
                ? ($"/{RemoteProtocol.Path}/idle", JsonSerializer.SerializeToNode(new([record]), RemoteJson.Default.IdleRecords)!)
                : (
                    TaskBed.PathOf(bed.Mine, "/record"),
                    JsonSerializer.SerializeToNode(new(lease, record, Releases: true), RemoteJson.Default.LeasedRecord)!);
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                Spoil(message, random, [
                    bed.Mine.Id.ToString(),
                    before[0].OpenLaunches[0].Id.ToString(),
                    before[1].OpenLaunches[0].Id.ToString(),
                    sibling.Id.ToString(),
                    bed.Theirs.Id.ToString(),
                ]);
            }

            var answer = await bed.AskAsync(path, bed.Token, message.ToJsonString());

            Assert.True(answer.Status is 200 or 400 or 404 or 409, $"{i}: {answer.Status} {answer.Body} for {message.ToJsonString()}");
            kept += answer.Status == 200 ? 1 : 0;
            if (lease is not null && answer.Status != 200)
            {
                await bed.Server.Memory.RecordAndReleaseAsync(lease, new() { State = known.State }, Cancel);
            }

            for (var j = 0; j < others.Length; j++)
            {
                Same.As(before[j], await bed.FoundAsync(others[j]));
            }

            var after = (await bed.FoundAsync(bed.Mine)).State;
            written += after.CheckedAt != known.State.CheckedAt ? 1 : 0;
            var latest = bed.Server.Clock.GetUtcNow();
            Assert.True(after.NextAttemptAt is null || after.NextAttemptAt <= latest.AddMinutes(67), $"{i}: {after}");
            Assert.True(BreakerOf(after).ProbeAt is null || BreakerOf(after).ProbeAt <= latest.AddMinutes(17), $"{i}: {after}");
            Assert.True(after.CheckedAt is null || after.CheckedAt <= latest.AddMinutes(2), $"{i}: {after}");
            Assert.All(after.RecentTerminations, one => Assert.True(one.At <= latest.AddMinutes(2)));
            Assert.True(after.Launched.At(latest) >= known.State.Launched.At(latest), "the brake forgot");
            Assert.True(after.Counts.Live >= 0 && after.Of(Placement.Only).EstablishedLevel is >= 0 and <= 1000);
            Assert.True(
                BreakerOf(after).IsOpen && BreakerOf(after).FailuresInRow >= BreakerOf(brake).FailuresInRow,
                $"{i}: the breaker closed: {message.ToJsonString()}");
        }

        Assert.Empty(await bed.Server.Memory.FindLaunchesAsync([.. invented], Cancel));

        Assert.InRange(kept, 20, 399);
        Assert.InRange(written, 20, 399);
        Assert.DoesNotContain(bed.Server.Logs.Lines, line => line.Contains("ended unexpectedly", StringComparison.Ordinal));
    }

    private static LaunchBreaker BreakerOf(GroupState state) => state.Of(Placement.Only).Breaker;

    private static async Task<GroupState> OpenBreakerAsync(TaskBed bed)
    {
        var lease = await bed.LeaseAsync(bed.Mine);

        // As a database keeps it; the store in memory would keep what no wire carries back.
        var now = bed.Server.Clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var broken = LaunchBreaker.Closed.AfterFailure(now, "bad template", hopeless: true);
        var state = Some.Placed((await bed.FoundAsync(bed.Mine)).State, only => only with { Breaker = broken }) with
        {
            Launched = HourlyCount.Empty.Add(3, now),
        };
        await bed.Server.Memory.RecordAndReleaseAsync(lease, new() { State = state }, Cancel);
        return (await bed.FoundAsync(bed.Mine)).State;
    }

    /// <summary>One member, anywhere, becomes something else of its kind, of another kind, or is gone.</summary>
    private static void Spoil(JsonNode root, Random random, string[] ids)
    {
        var places = new List<(JsonObject Owner, string Name)>();
        Walk(root);
        var (owner, name) = places[random.Next(places.Count)];
        var text = owner[name] is JsonValue given && given.TryGetValue<string>(out var kept) ? kept : null;
        string[] moments = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2031-05-06T08:00:00Z", "2031-05-06T07:08:09Z"];
        string[] spans = ["10675199.02:48:05.4775807", "-00:00:01", "00:10:00", "00:00:30"];
        string[] words = ["", "x", "Settled", "Seen", "Failed", "Change", "Hold", "Degraded"];
        string[] anything = ["true", "null", "[]", "{}", "[null]", "[{}]", "-1", "\"x\""];
        var value = random.Next(5) == 0 ? anything[random.Next(anything.Length)]
            : text is null ? OneOf("2147483647", "-1", "0", "1", "2", "3", "9223372036854775807")
            : Guid.TryParse(text, out _) ? $"\"{ids[random.Next(ids.Length)]}\""
            : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _) ? $"\"{OneOf(moments)}\""
            : TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _) ? $"\"{OneOf(spans)}\""
            : $"\"{OneOf(words)}\"";
        if (random.Next(20) == 0)
        {
            owner.Remove(name);
        }
        else
        {
            owner[name] = JsonNode.Parse(value);
        }

        string OneOf(params string[] of) => of[random.Next(of.Length)];

        void Walk(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var member in members)
                    {
                        places.Add((members, member.Key));
                        Walk(member.Value);
                    }

                    break;
                case JsonArray items:
                    foreach (var item in items)
                    {
                        Walk(item);
                    }

                    break;
            }
        }
    }

    private static TimeSpan Silence(Answer answer) =>
        TimeSpan.Parse(answer.Json.GetProperty("silence").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}

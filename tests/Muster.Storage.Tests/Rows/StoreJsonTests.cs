using System.Collections.Immutable;
using System.Text.Json;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Records;
using Muster.Storage.Rows;

namespace Muster.Storage.Tests.Rows;

/// <summary>What stores hold for ever: a change here makes older stores unreadable, and needs a migration.</summary>
public sealed class StoreJsonTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_000).AddMicroseconds(1);

    [Fact]
    public void The_shapes_in_the_store_stay_as_they_are()
    {
        Assert.Equal("""["a","b"]""", StoreJson.Write(["a", "b"]));
        Assert.Equal("""{"a":"1","b":"2"}""", StoreJson.Write(ImmutableSortedDictionary<string, string>.Empty.Add("b", "2").Add("a", "1")));
        Assert.Equal(
            """{"launches_in_flight_max":10,"launches_per_check_max":100,"terminations_per_check_max":100,"launches_per_hour_max":1000,"terminations_per_hour_max":1000}""",
            StoreJson.Write(new Brakes()));
        Assert.Equal(
            """{"failures_in_row":5,"failed_at_us":1000001,"probe_at_us":1000002,"probe_interval_us":15000000,"last_failure":"boot"}""",
            StoreJson.Write(new LaunchBreaker { FailuresInRow = 5, FailedAt = At, ProbeAt = At.AddMicroseconds(1), LastFailure = "boot" }));
        Assert.Equal("""[{"start_s":300,"count":2}]""", StoreJson.Write(new HourlyCount([new HourlyBucket(300, 2)])));
        Assert.Equal(
            """[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":true}]""",
            StoreJson.Write([new RecentTermination(new("i-1"), At, "2 too many", IsTold: true)]));
        Assert.Equal(
            """[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":false,"first_at_us":1000000,"failures":2,"failure":"refused","retry_at_us":1000002}]""",
            StoreJson.Write([new RecentTermination(new("i-1"), At, "2 too many", IsTold: false)
            {
                FirstAt = At.AddMicroseconds(-1), Failures = 2, Failure = "refused", RetryAt = At.AddMicroseconds(1),
            }]));
        Assert.Equal(
            """{"muster.group_name":"web"}""",
            StoreJson.Write(new LaunchTags(ImmutableSortedDictionary<string, string>.Empty.Add("muster.group_name", "web"))));
    }

    [Fact]
    public void The_shapes_of_placements_stay_as_they_are()
    {
        var (home, other) = (new TemplateId(new(1, 0, 0, new byte[8])), new TemplateId(new(2, 0, 0, new byte[8])));
        Assert.Equal(
            """{"distribution":"Ordered","placements":[{"name":"a","template_id":"00000001-0000-0000-0000-000000000000"}],"spill_after_us":120000000,"return_after_us":600000000,"surge":"10%"}""",
            StoreJson.Write(new Layout { Placements = [new() { Name = "a", Template = home }] }));
        Assert.Equal(
            """{"distribution":"Balanced","placements":[{"name":"b","template_id":"00000002-0000-0000-0000-000000000000","zone":"z","rank":1,"weight":2,"min":3,"max":9,"base":4}],"spill_after_us":null,"return_after_us":null,"surge":"3"}""",
            StoreJson.Write(new Layout
            {
                Distribution = DistributionKind.Balanced,
                Placements = [new() { Name = "b", Template = other, Zone = "z", Rank = 1, Weight = 2, Min = 3, Max = 9, Base = 4 }],
                SpillAfter = null,
                ReturnAfter = null,
                Surge = new(3, IsPercent: false),
            }));
        Assert.Equal(
            """[{"placement":"a","since_us":1000001,"ignores_dead":true},{"placement":"b","since_us":1000001}]""",
            StoreJson.Write(new Evacuations([new("a", IgnoresDead: true, At), new("b", IgnoresDead: false, At)])));
        Assert.Equal(
            """[{"name":"b","established_level":4,"breaker":null,"mass_failure":false,"failures_in_row":0,"counts":{"running":2,"dead":1},"failing_since_us":1000001,"is_unseen":true,"unavailable_at_us":1000002,"unavailable_for":"QuotaExceeded","owed":5}]""",
            StoreJson.WriteOthers(
            [
                new()
                {
                    Name = "b",
                    EstablishedLevel = 4,
                    Counts = new() { Running = 2, Dead = 1 },
                    FailingSince = At,
                    IsUnseen = true,
                    UnavailableAt = At.AddMicroseconds(1),
                    UnavailableFor = CloudErrorKind.QuotaExceeded,
                    Owed = 5,
                },
            ]));
        Assert.Equal(
            """{"moved":[{"start_s":300,"count":2}],"moving":1,"vacated_revision":3}""",
            StoreJson.WriteMoves(new() { Group = default, Moved = new([new(300, 2)]), Moving = 1, VacatedRevision = 3 }));
        Assert.Equal(
            """[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":true,"cloud":"lxd"}]""",
            StoreJson.Write([new RecentTermination(new("i-1"), At, "2 too many", IsTold: true) { Cloud = "lxd" }]));
        Assert.Equal(
            """[{"instance":"i-1","since_us":1000001,"cloud":"lxd"}]""",
            StoreJson.Write([new Member { Instance = new("i-1"), Phase = MemberPhase.Booting, Since = At, Cloud = "lxd" }]));
    }

    [Fact]
    public void The_shapes_of_health_stay_as_they_are()
    {
        Assert.Equal(
            """{"kind":"Http","path":"/","method":"GET","expect":"200-299","verify_tls":false,"interval_us":10000000,"timeout_us":2000000,"healthy_after":2,"unhealthy_after":3,"grace_us":0,"boot_timeout_us":900000000,"port":8080}""",
            StoreJson.Write(new HealthCheck { Kind = ProbeKind.Http, Port = 8080, VerifyTls = false }));
        Assert.Equal(
            """{"mode":"Tell","order":"LaunchFirst","unavailable_max":"0","surge":"10%","when_most":"Hold"}""",
            StoreJson.Write(new Repair
            {
                Mode = RepairMode.Tell, UnavailableMax = default, Surge = new(10, IsPercent: true),
            }));
        Assert.Equal(
            """[{"instance":"i-1","cloud":"lxd","findings":[{"source":"probe","verdict":"Healthy","since_us":1000001},{"source":"report","verdict":"Unhealthy","since_us":1000001,"detail":"busy","expires_at_us":1000002,"ttl_us":30000001}],"served_at_us":1000001,"is_protected":true,"is_standby":true,"unwanted_for":"old"},{"instance":"i-2","cloud":"lxd","is_protected":true}]""",
            StoreJson.Write(
            [
                new MemberNote
                {
                    Instance = new("i-1"),
                    Cloud = "lxd",
                    Findings =
                    [
                        new("probe", Verdict.Healthy, At),
                        new("report", Verdict.Unhealthy, At, "busy", At.AddMicroseconds(1), TimeSpan.FromMicroseconds(30_000_001)),
                    ],
                    ServedAt = At,
                    IsProtected = true,
                    IsStandby = true,
                    UnwantedFor = "old",
                },
                new MemberNote { Instance = new("i-2"), Cloud = "lxd", IsProtected = true },
            ]));
    }

    [Fact]
    public void The_shapes_of_drains_hooks_and_what_is_said_to_gates_stay_as_they_are()
    {
        Assert.Equal(
            """{"deadline_us":300000000,"wait_us":0,"through":["lb"]}""", StoreJson.Write(new Drain { Through = ["lb"] }));
        Assert.Equal(
            """[{"name":"bake","at":"Launch","timeout_us":3600000000,"on_timeout":"Abandon","since_us":1000001,"tell":"exec:bake"},{"name":"log","at":"Terminate","timeout_us":3600000000,"on_timeout":"Continue","since_us":1000001}]""",
            StoreJson.Write(new Hooks(
                [
                    new() { Name = "bake", At = HookMoment.Launch, OnTimeout = GateAnswer.Abandon, Since = At, Tell = "exec:bake" },
                    new() { Name = "log", At = HookMoment.Terminate, OnTimeout = GateAnswer.Continue, Since = At },
                ])));
        Assert.Equal(
            """[{"instance":"i-1","cloud":"lxd","gates":[{"gate":"drain","answer":"Extend","at_us":1000001,"until_us":1000002},{"gate":"log","answer":"Continue","at_us":1000001}]}]""",
            StoreJson.Write(
            [
                new MemberNote
                {
                    Instance = new("i-1"),
                    Cloud = "lxd",
                    Gates =
                    [
                        new("drain", GateAnswer.Extend, At, At.AddMicroseconds(1)), new("log", GateAnswer.Continue, At, null),
                    ],
                },
            ]));
        Assert.Equal(
            """[{"instance":"i-1","since_us":1000001,"phase":"Draining"}]""",
            StoreJson.Write([new Member { Instance = new("i-1"), Phase = MemberPhase.Draining, Since = At }]));
        Assert.Equal(Some.FullDrain, StoreJson.ReadDrain(StoreJson.Write(Some.FullDrain)));
        Assert.Equal(Some.FullHooks, StoreJson.ReadHooks(StoreJson.Write(Some.FullHooks)));
        Assert.Null(StoreJson.Write((Drain?)null));
        Assert.Null(StoreJson.Write(Hooks.None));
    }

    [Fact]
    public void The_shapes_of_pools_and_of_what_rests_stay_as_they_are()
    {
        var plain = new Pool { Size = new(2, IsPercent: false) };
        Assert.Equal("""{"size":"2","suspended":false,"takes_surplus":false}""", StoreJson.Write(plain));
        Assert.Equal(
            """{"size":"20%","suspended":true,"takes_surplus":true,"age_max_us":604800000001}""", StoreJson.Write(Some.FullPool));
        Assert.Equal(
            """[{"instance":"i-1","since_us":1000001,"phase":"Warm"},{"instance":"i-2","since_us":1000001,"phase":"Starting","failures":2,"retry_at_us":1000002}]""",
            StoreJson.Write(
            [
                new Member { Instance = new("i-1"), Phase = MemberPhase.Warm, Since = At },
                new Member
                {
                    Instance = new("i-2"), Phase = MemberPhase.Starting, Since = At, Failures = 2, RetryAt = At.AddMicroseconds(1),
                },
            ]));
        Assert.Equal(plain, StoreJson.ReadPool(StoreJson.Write(plain)));
        Assert.Equal(Some.FullPool, StoreJson.ReadPool(StoreJson.Write(Some.FullPool)));
        Assert.Null(StoreJson.Write((Pool?)null));
        Assert.Throws<JsonException>(() => StoreJson.ReadPool("""{"size":"0","suspended":false,"takes_surplus":false}"""));
    }

    [Fact]
    public void What_is_kept_of_health_comes_back_as_it_was()
    {
        var reticent = new HealthCheck { Kind = ProbeKind.Report, VerifyTls = false };

        Assert.Equal(Some.FullHealth, StoreJson.ReadHealth(StoreJson.Write(Some.FullHealth)));
        Assert.Equal(reticent, StoreJson.ReadHealth(StoreJson.Write(reticent)));
        Assert.Equal(Some.FullRepair, StoreJson.ReadRepair(StoreJson.Write(Some.FullRepair)));
        Assert.Equal(
            Some.FullRepair with { UnavailableMax = default },
            StoreJson.ReadRepair(StoreJson.Write(Some.FullRepair with { UnavailableMax = default })));
        Assert.Equal([Some.FullNote], StoreJson.ReadNotes(StoreJson.Write([Some.FullNote])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("0%")]
    [InlineData("101%")]
    public void A_part_of_the_level_that_is_none_is_refused(string part) => Assert.Throws<JsonException>(() => StoreJson.ReadRepair(
        $$"""{"mode":"Replace","order":"LaunchFirst","unavailable_max":"{{part}}","surge":"1","when_most":"Hold"}"""));

    /// <summary>What people and sources say stood in members once. Nobody ever said anything, and nobody is to trip over it.</summary>
    [Fact]
    public void A_member_of_before_notes_is_read() => Assert.Equal(
        [new Member { Instance = new("i-1"), Phase = MemberPhase.InService, Since = At }],
        StoreJson.ReadMembers(
            """[{"instance":"i-1","since_us":1000001,"phase":"InService","findings":[{"source":"probe","verdict":"Unhealthy","since_us":1}],"is_protected":true,"waits_for":"hook"}]"""));

    [Fact]
    public void A_placement_of_before_there_was_more_to_say_is_read() => Assert.Equal(
        [new() { Name = "b", EstablishedLevel = 4, FailuresInRow = 2 }],
        StoreJson.ReadPlacements(
            new(), """[{"name":"b","established_level":4,"breaker":null,"mass_failure":false,"failures_in_row":2}]"""));

    [Fact]
    public void What_the_groups_row_does_not_say_of_an_only_placement_is_kept_beside_it()
    {
        var only = new PlacementState { EstablishedLevel = 3, Owed = 1 };
        Assert.Null(StoreJson.WriteOthers([only with { Owed = 0 }]));

        Assert.Equal([only], StoreJson.ReadPlacements(only with { Owed = 0 }, StoreJson.WriteOthers([only])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("101%")]
    public void A_surge_that_is_none_is_refused(string surge) => Assert.Throws<JsonException>(() => StoreJson.ReadLayout(
        $$"""{"distribution":"Ordered","placements":[],"spill_after_us":null,"return_after_us":null,"surge":"{{surge}}"}"""));

    [Fact]
    public void A_termination_of_before_refusals_were_remembered_is_read() => Assert.Equal(
        [new RecentTermination(new("i-1"), At, "2 too many", IsTold: true)],
        StoreJson.ReadTerminations("""[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":true}]"""));

    [Fact]
    public void Nothing_is_kept_as_null()
    {
        Assert.Null(StoreJson.Write(LaunchBreaker.Closed));
        Assert.Null(StoreJson.Write(HourlyCount.Empty));
        Assert.Null(StoreJson.Write(ImmutableArray<RecentTermination>.Empty));
        Assert.Null(StoreJson.Write((Layout?)null));
        Assert.Null(StoreJson.Write(Evacuations.None));
        Assert.Null(StoreJson.WriteMoves(new() { Group = default }));
        Assert.Null(StoreJson.Write((HealthCheck?)null));
        Assert.Null(StoreJson.Write(new Repair()));
        Assert.Null(StoreJson.Write(ImmutableArray<MemberNote>.Empty));
        Assert.Null(StoreJson.WriteOthers([new() { EstablishedLevel = 3 }]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_924_992_000_123_456)]
    public void A_time_comes_back_to_the_microsecond(long microseconds) =>
        Assert.Equal(microseconds, Microseconds.From(Microseconds.ToTime(microseconds)));
}

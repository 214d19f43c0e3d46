using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Members;

public sealed class MemberNotesTests
{
    private static readonly NoteChange About = new("sim", new("i-0001"));

    private static readonly Finding Beat =
        new("report", Verdict.Healthy, Some.Now, null, Some.Now.AddSeconds(30), TimeSpan.FromSeconds(30));

    [Fact]
    public void A_source_that_says_the_same_again_has_said_so_since_the_first_time()
    {
        var first = Apply([], About with { Finding = new("probe", Verdict.Unhealthy, Some.Now, "refused") });
        var again = Apply(first, About with { Finding = new("probe", Verdict.Unhealthy, Some.Now.AddMinutes(1), "answered 503") });

        var finding = Assert.Single(Assert.Single(again).Findings);
        Assert.Equal((Some.Now, "answered 503"), (finding.Since, finding.Detail));
    }

    [Fact]
    public void A_word_that_had_expired_begins_anew()
    {
        var first = Apply([], About with { Finding = new("probe", Verdict.Unhealthy, Some.Now, null, Some.Now.AddSeconds(30)) });
        var again = Apply(first, About with { Finding = new("probe", Verdict.Unhealthy, Some.Now.AddMinutes(1)) });

        Assert.Equal(Some.Now.AddMinutes(1), again[0].Findings[0].Since);
    }

    [Fact]
    public void Sources_do_not_speak_for_each_other_and_each_may_fall_silent()
    {
        var both = Apply(
            [],
            About with { Finding = new("report", Verdict.Unhealthy, Some.Now) },
            About with { Finding = new("probe", Verdict.Healthy, Some.Now) });
        var one = Apply(both, About with { Silenced = "report" });

        Assert.Equal(["probe", "report"], both[0].Findings.Select(finding => finding.Source));
        Assert.Equal("probe", Assert.Single(one[0].Findings).Source);
    }

    [Fact]
    public void Since_when_it_was_last_found_healthy_is_remembered_for_good()
    {
        var served = Apply([], About with { Finding = new("probe", Verdict.Healthy, Some.Now) });
        var sick = Apply(served, About with { Finding = new("probe", Verdict.Unhealthy, Some.Now.AddMinutes(1)) });
        var again = Apply(sick, About with { Finding = new("probe", Verdict.Healthy, Some.Now.AddMinutes(2)) });
        var still = Apply(again, About with { Finding = new("probe", Verdict.Healthy, Some.Now.AddMinutes(3)) });
        var late = Apply(still, About with { Finding = new("report", Verdict.Healthy, Some.Now.AddMinutes(1)) });

        Assert.Equal(Some.Now, sick[0].ServedAt);
        Assert.All([again, still, late], notes => Assert.Equal(Some.Now.AddMinutes(2), notes[0].ServedAt));
    }

    [Fact]
    public void Nothing_is_kept_of_which_nothing_is_left_to_say()
    {
        var on = Apply([], About with { IsProtected = true });

        Assert.Empty(Apply(on, About with { IsProtected = false }));
        Assert.Empty(Apply(on, About with { IsGone = true }));
    }

    [Fact]
    public void What_is_said_twice_is_as_if_it_were_said_once()
    {
        NoteChange[] said = [About with { IsProtected = true }, About with { Finding = new("probe", Verdict.Healthy, Some.Now) }];
        var once = Apply([], said);

        Assert.Equal(once, Apply(once, said));
    }

    [Fact]
    public void A_heartbeat_has_stopped_when_somebody_listened_all_the_time_in_which_it_should_have_come()
    {
        var beating = Apply([], About with { Finding = Beat });
        var end = Some.Now + Beat.Ttl!.Value;

        var stopped = Assert.Single(Apply(beating, Listened(Some.Now, end))[0].Findings);
        Assert.Equal(
            ("report", Verdict.Unhealthy, end, "silent for longer than 30s", null),
            (stopped.Source, stopped.Verdict, stopped.Since, stopped.Detail, stopped.ExpiresAt));
        Assert.True(stopped.HasStopped);
    }

    [Fact]
    public void A_silence_that_began_while_nobody_listened_says_nothing_until_its_time_is_over_again()
    {
        var beating = Apply([], About with { Finding = Beat });
        var from = Some.Now.AddMinutes(5);

        Assert.Equal(beating, Apply(beating, Listened(from, from + TimeSpan.FromSeconds(29))));
        Assert.Equal(Verdict.Unhealthy, Apply(beating, Listened(from, from + TimeSpan.FromSeconds(30)))[0].Findings[0].Verdict);
    }

    [Fact]
    public void Whoever_listens_stops_neither_a_heartbeat_that_came_nor_a_word_that_only_ran_out()
    {
        var notes = Apply(
            [],
            About with { Finding = Beat with { ExpiresAt = Some.Now.AddSeconds(31) } },
            About with { Finding = new("probe", Verdict.Unhealthy, Some.Now, "refused", Some.Now.AddSeconds(10)) },
            About with { Finding = new("disk", Verdict.Healthy, Some.Now) });

        Assert.Equal(notes, Apply(notes, Listened(Some.Now.AddHours(-1), Some.Now.AddSeconds(30))));
    }

    [Fact]
    public void A_heartbeat_that_comes_again_is_healthy_since_then()
    {
        var stopped = Apply(Apply([], About with { Finding = Beat }), Listened(Some.Now, Some.Now.AddMinutes(1)));
        var back = Beat with { Since = Some.Now.AddMinutes(2), ExpiresAt = Some.Now.AddMinutes(2) + Beat.Ttl };

        Assert.Equal(back, Assert.Single(Apply(stopped, About with { Finding = back })[0].Findings));
    }

    [Fact]
    public void Instances_of_one_id_on_two_clouds_are_two() =>
        Assert.Equal(2, Apply([], About with { IsProtected = true }, About with { Cloud = "other", IsProtected = true }).Length);

    [Fact]
    public void More_sources_than_are_kept_are_refused() => Assert.Throws<InputException>(() => Apply(
        [],
        [.. Enumerable.Range(0, MemberNotes.SourcesMax + 1).Select(number =>
            About with { Finding = new($"source-{number}", Verdict.Healthy, Some.Now) })]));

    private static NoteChange Listened(DateTimeOffset from, DateTimeOffset to) => About with { Listened = new(from, to) };

    private static ImmutableArray<MemberNote> Apply(ImmutableArray<MemberNote> notes, params NoteChange[] changes) =>
        MemberNotes.Apply(notes, [.. changes]);
}

using System.Collections.Immutable;

using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Life;

/// <summary>What is said to gates, what becomes of it, and how an instance stands with them.</summary>
public sealed class GatekeepingTests
{
    private static readonly DateTimeOffset Since = Some.Now;
    private static readonly Drain Drain = new() { Deadline = TimeSpan.FromMinutes(5), Through = ["lb"] };

    private static readonly Hooks Hooks = new(
        [
            new() { Name = "bake", At = HookMoment.Launch, OnTimeout = GateAnswer.Abandon, Timeout = Minutes(10) },
            new() { Name = "backup", At = HookMoment.Terminate, OnTimeout = GateAnswer.Continue, Timeout = Minutes(10) },
            new() { Name = "flush", At = HookMoment.Terminate, OnTimeout = GateAnswer.Abandon, Timeout = Minutes(2) },
        ]);

    private static readonly Member Draining = new() { Instance = new("i-0001"), Phase = MemberPhase.Draining, Since = Since };
    private static readonly Member Waiting = Draining with { Phase = MemberPhase.Waiting };

    [Fact]
    public void All_gates_of_one_side_run_at_the_same_time_and_it_takes_all_of_them()
    {
        var notes = Say([], Draining, ("drain", GateAnswer.Continue, 1));
        Assert.Equal(GateState.Waiting, At(Draining, notes, 1).State);
        Assert.Equal(["backup", "flush"], At(Draining, notes, 1).Waiting.Select(gate => gate.Name));
        Assert.Equal(Since + Minutes(2), At(Draining, notes, 1).DueAt);

        notes = Say(notes, Draining, ("backup", GateAnswer.Continue, 1), ("flush", GateAnswer.Continue, 1));
        Assert.Equal(GateState.Passed, At(Draining, notes, 1).State);
        Assert.Equal("done: its drain and hook backup and hook flush", LifeWords.WhyOver(At(Draining, notes, 1)));
        Assert.Null(At(Draining, notes, 1).DueAt);
    }

    [Fact]
    public void Silence_means_what_the_gate_says()
    {
        Assert.Equal(GateState.Waiting, At(Waiting, [], 9.9).State);
        Assert.Equal(GateState.Abandoned, At(Waiting, [], 10).State);
        Assert.Equal("hook bake did not answer in time", LifeWords.WhyOver(At(Waiting, [], 10)));

        // Given up at the end is to end at once, whatever else is waited for.
        Assert.Equal(GateState.Abandoned, At(Draining, [], 2).State);
        var flushed = Say([], Draining, ("flush", GateAnswer.Continue, 1));
        Assert.Equal(GateState.Waiting, At(Draining, flushed, 9.9).State);
        Assert.Equal("its drain and hook backup took too long", LifeWords.WhyOver(At(Draining, flushed, 10)));
    }

    [Fact]
    public void One_that_gives_it_up_is_enough()
    {
        var notes = Say([], Draining, ("backup", GateAnswer.Abandon, 1));

        Assert.Equal(GateState.Abandoned, At(Draining, notes, 1).State);
        Assert.Equal("hook backup was abandoned", LifeWords.WhyOver(At(Draining, notes, 1)));
    }

    [Fact]
    public void A_drain_with_nobody_to_say_that_it_is_done_is_a_plain_wait_and_others_wait_at_least_as_long()
    {
        var (plain, both) = (new Drain { Wait = Minutes(3) }, Drain with { Wait = Minutes(3) });
        var done = SourcesSay([], 1);

        Assert.Equal(Since + Minutes(3), Gates.AtEnd(plain, Hooks.None, Since, note: null, Since).DueAt);
        Assert.Equal(GateState.Passed, Gates.AtEnd(plain, Hooks.None, Since, note: null, Since + Minutes(3)).State);
        Assert.Equal(Since + Minutes(3), Gates.AtEnd(both, Hooks.None, Since, done[0], Since + Minutes(2)).DueAt);
        Assert.Equal(GateState.Passed, Gates.AtEnd(both, Hooks.None, Since, done[0], Since + Minutes(3)).State);
        Assert.Equal(Since + Minutes(5), Gates.AtEnd(both, Hooks.None, Since, note: null, Since + Minutes(3)).DueAt);
    }

    [Fact]
    public void Whoever_says_that_it_may_go_on_ends_what_a_drain_waits_at_least()
    {
        var waits = Drain with { Wait = Minutes(3) };
        var said = Say([], Draining, ("drain", GateAnswer.Continue, 1));
        var (empty, plain) = (SourcesSay([], 0.5), waits with { Through = [] });

        Assert.Equal(GateState.Passed, Gates.AtEnd(waits, Hooks.None, Since, said[0], Since + Minutes(1)).State);
        Assert.Equal(GateState.Passed, Gates.AtEnd(plain, Hooks.None, Since, said[0], Since + Minutes(1)).State);

        // What its sources find is no answer: it uses none up, and takes none back.
        Assert.Equal(said, Say(empty, Draining, ("drain", GateAnswer.Continue, 1)));
        Assert.Equal(said, SourcesSay(said, 2));
        Assert.Equal(GateAnswer.Abandon, Say(empty, Draining, ("drain", GateAnswer.Abandon, 1))[0].Gates.Single().Answer);
        Assert.Equal(GateRefusal.Answered, Refused(empty, Draining, of: null, ("drain", GateAnswer.Extend, 1)));
        Assert.Equal(GateRefusal.Answered, Refused(said, Draining, of: null, ("drain", GateAnswer.Abandon, 2)));
    }

    [Fact]
    public void What_was_said_when_it_was_to_end_another_time_was_said_of_that()
    {
        var notes = Say([], Draining, ("drain", GateAnswer.Continue, 1), ("flush", GateAnswer.Abandon, 1));
        var again = Draining with { Since = Since + Minutes(1.5) };

        Assert.Equal(3, At(again, notes, 1.6).Waiting.Count());
        Assert.Equal(GateAnswer.Continue, Say(notes, again, ("flush", GateAnswer.Continue, 1.6))[0].Gates.Single(IsFlush).Answer);
        Assert.Equal(GateRefusal.NotWaiting, Refused(notes, again, of: Since, ("backup", GateAnswer.Continue, 1.6)));
    }

    [Fact]
    public void Said_twice_is_as_said_once_and_something_else_comes_too_late()
    {
        var once = Say([], Draining, ("flush", GateAnswer.Continue, 1));

        Assert.Equal(once, Say(once, Draining, ("flush", GateAnswer.Continue, 1.5), ("flush", GateAnswer.Continue, 60)));
        Assert.Equal(GateRefusal.Answered, Refused(once, Draining, of: null, ("flush", GateAnswer.Abandon, 1.5)));
        Assert.Equal(GateRefusal.Answered, Refused(once, Draining, of: null, ("flush", GateAnswer.Extend, 1.5)));
        Assert.Equal(
            GateRefusal.Answered, Refused([], Draining, of: null, ("flush", GateAnswer.Continue, 1), ("flush", GateAnswer.Abandon, 1)));
    }

    [Fact]
    public void An_answer_after_the_deadline_is_refused_and_says_so()
    {
        Assert.Equal(GateRefusal.TooLate, Refused([], Draining, of: null, ("flush", GateAnswer.Continue, 2)));
        Assert.Equal(GateRefusal.TooLate, Refused([], Waiting, of: null, ("bake", GateAnswer.Extend, 10)));
        Assert.NotEmpty(Say([], Draining, ("flush", GateAnswer.Continue, 1.99)));
    }

    [Fact]
    public void A_gate_that_there_is_not_or_that_nobody_waits_at_is_told_nothing()
    {
        Assert.Equal(GateRefusal.Unknown, Refused([], Draining, of: null, ("bckup", GateAnswer.Continue, 1)));
        Assert.Equal(GateRefusal.NotWaiting, Refused([], Waiting, of: null, ("backup", GateAnswer.Continue, 1)));
        Assert.Equal(GateRefusal.NotWaiting, Refused([], Draining, of: null, ("bake", GateAnswer.Continue, 1)));
        Assert.Equal(GateRefusal.NotWaiting, Refused([], member: null, of: null, ("drain", GateAnswer.Continue, 1)));
        Assert.Equal(GateRefusal.NotWaiting, Refused(
            [], Waiting with { Phase = MemberPhase.InService }, of: null, ("bake", GateAnswer.Continue, 1)));
        var error = Assert.Throws<GateException>(() => Say([], Draining, ("x", GateAnswer.Continue, 1)));
        Assert.Equal(("hook", "one of drain, bake, backup, flush"), (error.Errors[0].Field, error.Errors[0].Allowed));
    }

    [Fact]
    public void Of_one_that_is_faster_than_whoever_looks_a_word_to_the_hooks_of_its_launch_is_kept()
    {
        var early = Say([], member: null, ("bake", GateAnswer.Continue, -1));

        Assert.Equal(GateState.Passed, At(Waiting, early, 0).State);
        var more = Apply([], member: null, new GateWord("bake", GateAnswer.Extend, Since - Minutes(1), Since + Minutes(20)));
        Assert.Equal(Since + Minutes(20), At(Waiting, more, 0).DueAt);
        Assert.Equal(more, Apply(more, member: null, new GateWord("bake", GateAnswer.Extend, Since, Since + Minutes(15))));
    }

    [Fact]
    public void More_time_moves_the_deadline_up_to_a_hundred_times_the_time_out()
    {
        var once = Say([], Draining, ("flush", GateAnswer.Extend, 1));
        Assert.Equal(Since + Minutes(3), once[0].Gates.Single(IsFlush).Until);
        Assert.Equal(GateState.Waiting, At(Draining, once, 2.9).State);
        Assert.Equal(GateState.Abandoned, At(Draining, once, 3).State);

        var twice = Say(once, Draining, ("flush", GateAnswer.Extend, 2.9));
        Assert.Equal(Since + Minutes(4.9), twice[0].Gates.Single(IsFlush).Until);

        var most = Apply(twice, Draining, new GateWord("flush", GateAnswer.Extend, Since + Minutes(4), Since.AddDays(9)));
        Assert.Equal(Since + Minutes(200), most[0].Gates.Single(IsFlush).Until);
        Assert.Equal(GateAnswer.Continue, Say(most, Draining, ("flush", GateAnswer.Continue, 199))[0].Gates.Single(IsFlush).Answer);
    }

    [Fact]
    public void More_time_never_means_less_and_never_more_than_two_days()
    {
        var less = Apply([], Draining, new GateWord("backup", GateAnswer.Extend, Since + Minutes(1), Since + Minutes(5)));
        Assert.Equal(Since + Minutes(10), less[0].Gates[0].Until);
        Assert.Equal(less, Apply(less, Draining, new GateWord("backup", GateAnswer.Extend, Since + Minutes(2), Since + Minutes(7))));

        var hooks = new Hooks([Hooks.All[1] with { Timeout = TimeSpan.FromHours(30) }]);
        var long1 = Gatekeeping.Apply(
            null, hooks, [Draining], [], [About with { Gate = new("backup", GateAnswer.Extend, Since.AddHours(29), null) }]);
        Assert.Equal(Since.AddHours(48), long1[0].Gates[0].Until);
    }

    [Fact]
    public void Whoever_answers_may_have_a_clock_that_is_behind()
    {
        var notes = Say([], Draining, ("drain", GateAnswer.Continue, -0.1));

        Assert.Equal(Since, notes[0].Gates[0].At);
        Assert.DoesNotContain(At(Draining, notes, 1).Waiting, gate => gate.Name == "drain");
    }

    [Fact]
    public void A_hook_that_the_group_has_come_to_have_since_holds_nobody_who_waited_before()
    {
        var newer = new Hooks([Hooks.All[0] with { Since = Since.AddSeconds(1) }]);

        Assert.Equal(GateState.Passed, Gates.AtLaunch(newer, Since, note: null, Since).State);
        Assert.Equal(GateState.Waiting, Gates.AtLaunch(newer, Since.AddSeconds(1), note: null, Since.AddSeconds(1)).State);
    }

    [Fact]
    public void The_next_gate_that_lets_go_by_itself_is_the_earliest_that_waits()
    {
        var other = new Member { Instance = new("i-0002"), Phase = MemberPhase.Draining, Since = Since.AddSeconds(-30) };

        Assert.Equal(Since + Minutes(1.5), Gates.NextDue(Drain, Hooks, [Draining, other], [], Since));
        Assert.Equal(
            Since + Minutes(2), Gates.NextDue(Drain, Hooks, [Draining, other], Say([], other, ("flush", GateAnswer.Abandon, 0)), Since));
        Assert.Null(Gates.NextDue(drain: null, Hooks.None, [Draining], [], Since));
        Assert.Null(Gates.NextDue(Drain, Hooks, [], [], Since));
    }

    [Fact]
    public void No_more_words_are_kept_than_a_group_can_have_gates()
    {
        var hooks = new Hooks([.. Enumerable.Range(0, 40).Select(number => Hooks.All[1] with { Name = $"hook-{number:00}" })]);
        var notes = Gatekeeping.Apply(null, hooks, [Draining], [], [.. hooks.All.Select((hook, number) =>
            About with { Gate = new(hook.Name, GateAnswer.Continue, Since.AddSeconds(number), null) })]);

        Assert.Equal(MemberNotes.GatesMax, notes[0].Gates.Length);
        Assert.Equal("hook-08", notes[0].Gates[0].Gate);
    }

    private static NoteChange About => new("sim", Draining.Instance);

    private static bool IsFlush(GateWord word) => word.Gate == "flush";

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static Passage At(Member member, ImmutableArray<MemberNote> notes, double minutes) =>
        Gates.Of(Drain, Hooks, member, notes.FirstOrDefault(note => note.Instance == member.Instance), Since + Minutes(minutes));

    private static ImmutableArray<MemberNote> Say(
        ImmutableArray<MemberNote> notes, Member? member, params (string Gate, GateAnswer Answer, double Minutes)[] said) =>
        Apply(notes, member, [.. said.Select(one => new GateWord(one.Gate, one.Answer, Since + Minutes(one.Minutes), null))]);

    /// <summary>The executor has found all sources empty.</summary>
    private static ImmutableArray<MemberNote> SourcesSay(ImmutableArray<MemberNote> notes, double minutes) => Gatekeeping.Apply(
        Drain, Hooks, [Draining], notes,
        [About with { Gate = new("drain", GateAnswer.Continue, Since + Minutes(minutes), null), GateOf = Since }]);

    private static ImmutableArray<MemberNote> Apply(ImmutableArray<MemberNote> notes, Member? member, params GateWord[] said) =>
        Gatekeeping.Apply(
            Drain, Hooks, member is null ? [] : [member], notes,
            [.. said.Select(word => new NoteChange("sim", member?.Instance ?? Draining.Instance) { Gate = word })]);

    private static GateRefusal Refused(
        ImmutableArray<MemberNote> notes, Member? member, DateTimeOffset? of,
        params (string Gate, GateAnswer Answer, double Minutes)[] said) => Assert.Throws<GateException>(() => Gatekeeping.Apply(
            Drain, Hooks, member is null ? [] : [member], notes,
            [.. said.Select(one => About with
            {
                Gate = new(one.Gate, one.Answer, Since + Minutes(one.Minutes), null), GateOf = of,
            })])).Refusal;
}

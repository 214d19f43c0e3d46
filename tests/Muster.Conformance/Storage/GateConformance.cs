using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What is said to gates stands on what checks have written down: only a gate that waits is told anything.</summary>
public abstract class GateConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    private const string Cloud = "local";

    private static readonly DateTimeOffset Since = Some.Start;

    private static readonly Drain Drain = new() { Through = ["lb"] };

    private static readonly Hooks Hooks = new(
        [
            new()
            {
                Name = "backup", At = HookMoment.Terminate, OnTimeout = GateAnswer.Continue, Timeout = TimeSpan.FromMinutes(2),
                Since = Since.AddDays(-1),
            },
            new()
            {
                Name = "bake", At = HookMoment.Launch, OnTimeout = GateAnswer.Abandon, Timeout = TimeSpan.FromMinutes(2),
                Since = Since.AddDays(-1),
            },
        ]);

    [Fact]
    public async Task What_is_said_to_gates_comes_back_whole_with_its_group_and_with_its_sweep()
    {
        var group = await AddDrainingAsync();
        await Store.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), A.Activity(group), Cancellation);

        var notes = await SayAsync(
            group, Says("drain", GateAnswer.Continue), Says("backup", GateAnswer.Extend),
            Says("bake", GateAnswer.Abandon, instance: "i-2"));

        MemberNote[] kept =
        [
            new()
            {
                Instance = new("i-1"), Cloud = Cloud,
                Gates =
                [
                    new("backup", GateAnswer.Extend, Since.AddMinutes(1), Since.AddMinutes(3)),
                    new("drain", GateAnswer.Continue, Since.AddMinutes(1), Since.AddMinutes(1)),
                ],
            },
            new() { Instance = new("i-2"), Cloud = Cloud, Gates = [new("bake", GateAnswer.Abandon, Since.AddMinutes(1), null)] },
        ];
        Same.AsEach(kept, notes);
        Same.AsEach(kept, (await FoundAsync(group)).Notes);
        Same.AsEach(kept, Assert.Single((await Store.ListGroupsAsync(group.Account, new(10), false, Cancellation)).Items).Notes);
        Same.AsEach(kept, Assert.Single(await Store.LoadSweepAsync(new(group.Account, Cloud), Cancellation)).Notes);
        Same.AsEach(kept, Assert.Single(await Store.ListSteeredAsync(Cancellation)).Record.Notes);
    }

    [Fact]
    public async Task Said_twice_is_as_said_once_and_something_else_is_refused()
    {
        var group = await AddDrainingAsync();
        await SayAsync(group, Says("backup", GateAnswer.Continue));
        var before = await FoundAsync(group);

        await SayAsync(group, Says("backup", GateAnswer.Continue, minutes: 1.5));
        await SayAsync(group, "again", Says("backup", GateAnswer.Continue, minutes: 60));
        await RefusedAsync(GateRefusal.Answered, group, Says("backup", GateAnswer.Abandon));
        await RefusedAsync(GateRefusal.Answered, group, Says("backup", GateAnswer.Extend));

        Same.As(before, await FoundAsync(group));
        Assert.Equal(2, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task An_answer_after_the_time_out_is_refused_unless_more_time_was_asked_for()
    {
        var group = await AddDrainingAsync();

        await RefusedAsync(GateRefusal.TooLate, group, Says("backup", GateAnswer.Continue, minutes: 2));
        await RefusedAsync(GateRefusal.TooLate, group, Says("bake", GateAnswer.Continue, minutes: 2, instance: "i-2"));
        await SayAsync(group, Says("backup", GateAnswer.Extend, minutes: 1.5));
        await RefusedAsync(GateRefusal.TooLate, group, Says("backup", GateAnswer.Continue, minutes: 3.5));
        await SayAsync(group, Says("backup", GateAnswer.Continue, minutes: 3.4));

        Assert.Equal(GateAnswer.Continue, Assert.Single(Assert.Single((await FoundAsync(group)).Notes).Gates).Answer);
    }

    [Fact]
    public async Task More_time_is_given_up_to_a_hundred_times_the_time_out()
    {
        var group = await AddDrainingAsync();

        await SayAsync(group, new NoteChange(Cloud, new("i-1"))
        {
            Gate = new("backup", GateAnswer.Extend, Since.AddMinutes(1), Since.AddDays(30)),
        });

        Assert.Equal(Since.AddMinutes(200), Assert.Single(Assert.Single((await FoundAsync(group)).Notes).Gates).Until);
    }

    [Fact]
    public async Task A_gate_that_there_is_not_or_that_does_not_wait_is_told_nothing()
    {
        var group = await AddDrainingAsync();
        var before = await FoundAsync(group);

        await RefusedAsync(GateRefusal.Unknown, group, Says("bckup", GateAnswer.Continue));
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("bake", GateAnswer.Continue));
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("drain", GateAnswer.Continue, instance: "i-2"));
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("drain", GateAnswer.Continue, instance: "i-9"));
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("drain", GateAnswer.Continue) with { GateOf = Since.AddSeconds(-1) });
        await Assert.ThrowsAsync<InputException>(() => SayAsync(group, Says("no such\0", GateAnswer.Continue)));

        // All or nothing.
        await RefusedAsync(
            GateRefusal.Unknown, group, Says("drain", GateAnswer.Continue), Says("none", GateAnswer.Continue));
        Same.As(before, await FoundAsync(group));
        Assert.Equal(2, (await TrailAsync(group)).Count);
        await SayAsync(group, Says("drain", GateAnswer.Continue) with { GateOf = Since });
    }

    [Fact]
    public async Task A_group_without_gates_is_told_nothing()
    {
        var group = await AddGroupAsync();

        await RefusedAsync(GateRefusal.Unknown, group, Says("drain", GateAnswer.Continue));
    }

    [Fact]
    public async Task A_gate_is_told_by_what_the_last_check_wrote_and_the_last_edit_said()
    {
        var group = await AddDrainingAsync();
        var lease = await LeaseAsync(group);
        await SayAsync(group, Says("drain", GateAnswer.Continue));

        await Store.RecordAsync(lease, Check(group, Member("i-1", MemberPhase.Draining, Since.AddHours(1))), Cancellation);
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("drain", GateAnswer.Continue) with { GateOf = Since });
        var again = await SayAsync(group, Says("drain", GateAnswer.Continue, minutes: 61));
        await Store.RecordAndReleaseAsync(lease, Check(group), Cancellation);
        await RefusedAsync(GateRefusal.NotWaiting, group, Says("backup", GateAnswer.Continue, minutes: 61));
        await UpdateGroupAsync(group with { Hooks = Hooks.None, Version = group.Version });
        await RefusedAsync(GateRefusal.Unknown, group, Says("backup", GateAnswer.Continue, minutes: 61));

        Assert.Equal(Since.AddMinutes(61), Assert.Single(again[0].Gates).At);
    }

    [Fact]
    public async Task Of_many_answers_at_once_one_stands_and_is_told()
    {
        var group = await AddDrainingAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            try
            {
                await SayAsync(group, $"answer {number}", Says("backup", number % 2 == 0 ? GateAnswer.Continue : GateAnswer.Abandon));
                return true;
            }
            catch (GateException error) when (error.Refusal is GateRefusal.Answered)
            {
                return false;
            }
        }));

        var kept = Assert.Single(Assert.Single((await FoundAsync(group)).Notes).Gates);
        Assert.Equal(4, outcomes.Count(taken => taken));
        Assert.Equal(kept.Answer is GateAnswer.Continue, outcomes[0]);
        Assert.Equal(3, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task It_is_kept_to_the_microsecond()
    {
        var group = await AddDrainingAsync();

        await SayAsync(group, new NoteChange(Cloud, new("i-1"))
        {
            Gate = new("backup", GateAnswer.Extend, Since.AddMinutes(1).AddTicks(19), Since.AddMinutes(5).AddTicks(19)),
        });

        var kept = Assert.Single(Assert.Single((await FoundAsync(group)).Notes).Gates);
        Assert.Equal((Since.AddMinutes(1).AddMicroseconds(1), Since.AddMinutes(5).AddMicroseconds(1)), (kept.At, kept.Until));
    }

    [Fact]
    public async Task What_was_said_is_forgotten_with_the_instance()
    {
        var group = await AddDrainingAsync();
        await SayAsync(group, Says("drain", GateAnswer.Continue));

        await SayAsync(group, new NoteChange(Cloud, new("i-1")) { IsGone = true });

        Assert.Empty((await FoundAsync(group)).Notes);
    }

    private static NoteChange Says(string gate, GateAnswer answer, double minutes = 1, string instance = "i-1") =>
        new(Cloud, new(instance)) { Gate = new(gate, answer, Since.AddMinutes(minutes), null) };

    private static Member Member(string instance, MemberPhase phase, DateTimeOffset since) =>
        new() { Instance = new(instance), Phase = phase, Since = since };

    private static CheckRecord Check(Group group, params ImmutableArray<Member> members) =>
        new() { State = new() { Group = group.Id, CheckedAt = Some.Start, Members = members } };

    /// <summary>A group of which one instance drains, and another waits for the hook of its launch.</summary>
    private async Task<Group> AddDrainingAsync()
    {
        var added = await AddGroupAsync();
        var group = await UpdateGroupAsync(added with { Drain = Drain, Hooks = Hooks });
        var lease = await LeaseAsync(group);
        await Store.RecordAndReleaseAsync(
            lease, Check(group, Member("i-1", MemberPhase.Draining, Since), Member("i-2", MemberPhase.Waiting, Since)), Cancellation);
        return group;
    }

    private Task<ImmutableArray<MemberNote>> SayAsync(Group group, params ImmutableArray<NoteChange> changes) =>
        Store.NoteAsync(group.Id, changes, activity: null, Cancellation);

    private Task<ImmutableArray<MemberNote>> SayAsync(Group group, string told, params ImmutableArray<NoteChange> changes) =>
        Store.NoteAsync(group.Id, changes, A.Activity(group, ActivityType.Change, told), Cancellation);

    private async Task RefusedAsync(GateRefusal refusal, Group group, params ImmutableArray<NoteChange> changes)
    {
        Assert.Equal(refusal, (await Assert.ThrowsAsync<GateException>(() => SayAsync(group, changes))).Refusal);
        Assert.Equal(refusal, (await Assert.ThrowsAsync<GateException>(() => SayAsync(group, "told", changes))).Refusal);
    }
}

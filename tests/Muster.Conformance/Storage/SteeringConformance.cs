using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What steering rounds read and conclude.</summary>
public abstract class SteeringConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    /// <summary>Enough to take more than one turn of anything.</summary>
    private const int Many = 300;

    [Fact]
    public async Task A_round_reads_the_active_groups_that_have_a_policy_to_evaluate_by_id()
    {
        var template = await AddTemplateAsync();
        var steered = new List<Group>();
        for (var number = 0; number < 5; number++)
        {
            steered.Add(await SteeredAsync(await AddGroupAsync(template)));
        }

        await AddGroupAsync(template);
        await PutAsync(await AddGroupAsync(template), SomePolicies.Schedule("office"));
        await PutAsync(await AddGroupAsync(template), SomePolicies.Named("off") with { Mode = PolicyMode.Off });
        await ArchiveGroupAsync(await SteeredAsync(await AddGroupAsync(template)));
        await UpdateGroupAsync(await SteeredAsync(await AddGroupAsync(template)) with { Phase = GroupPhase.Draining });
        var noMore = await SteeredAsync(await AddGroupAsync(template));
        await PutAsync(noMore, SomePolicies.Named("b-step") with { Version = 2, Mode = PolicyMode.Off });

        var listed = await Store.ListSteeredAsync(Cancellation);

        Assert.Equal(steered.Select(group => group.Id).OrderBy(id => id.Value), listed.Select(each => each.Record.Group.Id));
        Assert.All(listed, each => Assert.Equal(SteeringState.None, each.State));
    }

    [Fact]
    public async Task A_round_reads_a_group_whole()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "docker"));
        var group = await SteeredAsync(await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other), HeldUntil = Start }));
        await Store.PutClaimAsync(group.Id, Some.FullClaim, Cancellation);
        var lease = await LeaseAsync(group);
        await Store.RecordAndReleaseAsync(
            lease,
            new() { State = Some.FullState(group.Id, lease.Fence), Launches = [A.Launch(group)] },
            Cancellation);
        await Store.SteerAsync([new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7))], Cancellation);

        var read = Assert.Single(await Store.ListSteeredAsync(Cancellation));

        Same.As(await FoundAsync(group), read.Record);
        Assert.NotEmpty(read.Record.OpenLaunches);
        Assert.Equal(SomePolicies.FullState, read.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_that_another_has_overtaken_writes_nothing(bool claims)
    {
        var group = await SteeredAsync(await AddGroupAsync());
        var first = new SteeringRecord(group.Id, SomePolicies.FullState with { EvaluatedAt = Start }) { Basis = new(EvaluatedAt: null) };
        var next = first with { State = first.State with { EvaluatedAt = Start.AddSeconds(15) }, Basis = new(Start) };
        var late = next with { State = next.State with { EvaluatedAt = Start.AddSeconds(30), Conclusion = "late" } };
        await Store.SteerAsync([first with { Claim = SomePolicies.Claims(7) }], Cancellation);
        await Store.SteerAsync([claims ? next with { Claim = SomePolicies.Claims(8) } : next], Cancellation);

        var kept = await Store.SteerAsync(
            [claims ? late with { Claim = SomePolicies.Claims(5), Activity = A.Activity(group, ActivityType.Change, "→ 5") } : late],
            Cancellation);

        Assert.Empty(kept);
        Assert.Equal(Start.AddSeconds(15), (await Store.FindSteeringAsync(group.Id, Cancellation)).EvaluatedAt);
        Assert.Equal(claims ? 8 : 7, Assert.Single((await FoundAsync(group)).Claims).Desired);
    }

    [Fact]
    public async Task What_a_round_concluded_comes_back_whole()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        Same.EnsureFilled(SomePolicies.FullState);
        var claim = SomePolicies.Claims(7) with { Until = Start.AddHours(1) };

        var kept = await SteerAsync(new(group.Id, SomePolicies.FullState, claim, A.Activity(group, ActivityType.Change, "→ 7")));

        Assert.Equal(SomePolicies.FullState, await Store.FindSteeringAsync(group.Id, Cancellation));
        Assert.Equal([claim], (await FoundAsync(group)).Claims);
        Same.As((await TrailAsync(group))[0], Assert.Single(kept));
    }

    [Fact]
    public async Task The_next_round_takes_the_place_of_the_one_before_and_leaves_what_others_claim()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        var other = Some.FullClaim;
        await Store.PutClaimAsync(group.Id, other, Cancellation);
        await SteerAsync(new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7)));

        await SteerAsync(new(group.Id, new() { EvaluatedAt = Start.AddMinutes(1), Conclusion = "content" }));
        var without = (await FoundAsync(group)).Claims;
        await SteerAsync(new(group.Id, SomePolicies.FullState, SomePolicies.Claims(8, "c-target")));

        Assert.Equal([other, SomePolicies.Claims(7)], without);
        Assert.Equal([other, SomePolicies.Claims(8, "c-target")], (await FoundAsync(group)).Claims);
        Assert.Equal(SomePolicies.FullState, await Store.FindSteeringAsync(group.Id, Cancellation));
    }

    [Fact]
    public async Task The_same_round_again_comes_to_the_same()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        var record = new SteeringRecord(group.Id, SomePolicies.FullState, SomePolicies.Claims(7));

        await SteerAsync(record);
        var before = await FoundAsync(group);
        await SteerAsync(record);

        Same.As(before, await FoundAsync(group));
        Assert.Equal(SomePolicies.FullState, await Store.FindSteeringAsync(group.Id, Cancellation));
    }

    [Fact]
    public async Task Repeats_of_what_a_round_tells_melt_into_one_activity()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        for (var minute = 1; minute <= 3; minute++)
        {
            await SteerAsync(new(group.Id, SomePolicies.FullState, Activity: A.NoOp(group, Start.AddMinutes(minute), "blind")));
        }

        Assert.Equal((3, "blind"), ((await TrailAsync(group))[0].Count, (await TrailAsync(group))[0].Description));
    }

    [Fact]
    public async Task A_round_of_many_groups_of_many_accounts_is_kept_and_told_in_the_trail_of_each()
    {
        var groups = new List<Group>();
        foreach (var owner in new[] { Owner, await AddAccountAsync(), await AddAccountAsync() })
        {
            var template = await AddTemplateAsync(owner: owner);
            groups.AddRange(await Task.WhenAll(Enumerable.Range(0, Many / 3).Select(_ => AddGroupAsync(A.Group(template)))));
        }

        var kept = await Store.SteerAsync(
            [.. groups.Select((group, index) => new SteeringRecord(
                group.Id,
                SomePolicies.FullState with { Conclusion = $"round {index}" },
                index % 2 == 0 ? SomePolicies.Claims(index) : null,
                index % 3 == 0 ? A.Activity(group, ActivityType.Change, $"moved {index}") : null))],
            Cancellation);

        Assert.Equal(Many / 3, kept.Length);
        for (var index = 0; index < groups.Count; index += 7)
        {
            var group = groups[index];
            Assert.Equal($"round {index}", (await Store.FindSteeringAsync(group.Id, Cancellation)).Conclusion);
            Assert.Equal(index % 2 == 0 ? [SomePolicies.Claims(index)] : [], (await FoundAsync(group)).Claims);
            Assert.Equal(index % 3 == 0 ? $"moved {index}" : "created", (await TrailAsync(group))[0].Description);
        }
    }

    [Fact]
    public async Task Groups_that_do_not_live_are_passed_over()
    {
        var template = await AddTemplateAsync();
        var (living, dead, nobody) = (
            await SteeredAsync(await AddGroupAsync(template)), await AddGroupAsync(template), A.Group(template));
        await ArchiveGroupAsync(dead);

        var kept = await Store.SteerAsync(
            [.. new[] { dead, living, nobody }.Select(group => new SteeringRecord(
                group.Id, SomePolicies.FullState, SomePolicies.Claims(7), A.Activity(group)))],
            Cancellation);
        await SteerAsync(new(dead.Id, SomePolicies.FullState));
        await SteerAsync(new(nobody.Id, SomePolicies.FullState));

        Assert.Equal(living.Id, Assert.Single(kept).Group);
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(dead.Id, Cancellation));
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(nobody.Id, Cancellation));
        Assert.Empty((await FoundAsync(dead)).Claims);
    }

    [Fact]
    public async Task What_was_concluded_for_a_group_is_forgotten_when_it_is_archived()
    {
        var template = await AddTemplateAsync();
        var (edited, drained) = (await SteeredAsync(await AddGroupAsync(template)), await SteeredAsync(await AddGroupAsync(template)));
        foreach (var group in new[] { edited, drained })
        {
            await SteerAsync(new(group.Id, SomePolicies.FullState));
            await Store.TellAsync(group.Id, "b-step", new(3, Start, "told"), Cancellation);
        }

        await ArchiveGroupAsync(edited);
        await UpdateGroupAsync(drained with { Phase = GroupPhase.Draining });
        Assert.NotEqual(SteeringState.None, await Store.FindSteeringAsync(drained.Id, Cancellation));
        var lease = await LeaseAsync(drained);
        await Store.RecordAndReleaseAsync(
            lease, Some.Check(drained.Id, Start) with { ArchivedAt = Start.AddHours(1) }, Cancellation);

        Assert.Equal(GroupPhase.Archived, (await FoundAsync(drained)).Group.Phase);
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(edited.Id, Cancellation));
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(drained.Id, Cancellation));
    }

    [Fact]
    public async Task Reasons_are_cut_and_kept_without_what_no_store_can_keep()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        var longest = new string('r', SteeringState.ReasonMax + 1);

        await SteerAsync(new(
            group.Id,
            new()
            {
                Conclusion = "half \uD83E\0",
                Outcomes = [new("b-step", new Recommendation.Blind { Reason = longest }, PolicyMemory.None)],
            },
            SomePolicies.Claims(7) with { Reason = longest }));

        var state = await Store.FindSteeringAsync(group.Id, Cancellation);
        var cut = string.Concat(new string('r', SteeringState.ReasonMax - 4), " ...");
        Assert.Equal("half \uFFFD\uFFFD", state.Conclusion);
        Assert.Equal(cut, state.Outcomes[0].Recommendation!.Reason);
        Assert.Equal(cut, Assert.Single((await FoundAsync(group)).Claims).Reason);
    }

    [Fact]
    public async Task A_round_has_room_for_its_claim_however_many_others_claim()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        for (var number = 0; number < 32; number++)
        {
            await Store.PutClaimAsync(group.Id, SomePolicies.Claims(number) with { Source = $"source-{number}" }, Cancellation);
        }

        await SteerAsync(new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7)));

        Assert.Contains(SomePolicies.Claims(7), (await FoundAsync(group)).Claims);
        await Assert.ThrowsAsync<InputException>(
            () => Store.PutClaimAsync(group.Id, SomePolicies.Claims(1) with { Source = "one-more" }, Cancellation));
    }

    [Fact]
    public async Task A_round_that_speaks_for_others_or_twice_is_a_bug_and_one_that_claims_nonsense_is_refused()
    {
        var template = await AddTemplateAsync();
        var (group, other) = (await SteeredAsync(await AddGroupAsync(template)), await AddGroupAsync(template));
        var good = new SteeringRecord(group.Id, SomePolicies.FullState);

        await Assert.ThrowsAsync<ArgumentException>(() => SteerAsync(good with { Claim = SomePolicies.Claims(7) with { Source = "cpu" } }));
        await Assert.ThrowsAsync<ArgumentException>(() => SteerAsync(good with { Activity = A.Activity(other) }));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.SteerAsync([good, good], Cancellation));
        await Assert.ThrowsAsync<InputException>(
            () => Store.SteerAsync([new(other.Id, SomePolicies.FullState), good with { Claim = SomePolicies.Claims(-1) }], Cancellation));

        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(group.Id, Cancellation));
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(other.Id, Cancellation));
    }

    [Fact]
    public async Task Of_two_servers_that_steer_at_once_each_group_has_what_one_of_them_concluded()
    {
        var template = await AddTemplateAsync();
        var groups = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AddGroupAsync(template)));

        await Task.WhenAll(Enumerable.Range(1, 6).Select(server => Task.Run(
            () => Store.SteerAsync(
                [.. (server % 2 == 0 ? groups : groups.Reverse()).Select(group => new SteeringRecord(
                    group.Id,
                    new() { EvaluatedAt = Start.AddMinutes(server), Conclusion = $"server {server}" },
                    SomePolicies.Claims(server),
                    A.Activity(group, ActivityType.Change, $"server {server}")))],
                Cancellation),
            Cancellation)));

        foreach (var group in groups)
        {
            var state = await Store.FindSteeringAsync(group.Id, Cancellation);
            Assert.Equal($"server {Assert.Single((await FoundAsync(group)).Claims).Desired}", state.Conclusion);
            Assert.Equal(7, (await TrailAsync(group)).Count);
        }
    }

    [Fact]
    public async Task A_word_that_a_receiver_was_told_is_not_lost_to_a_round_that_began_before()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        var told = new ReceivedWord(9, Start.AddMinutes(1).AddTicks(19), "half \uD83E");

        await Store.TellAsync(group.Id, "b-step", new(3, Start, "earlier"), Cancellation);
        await Store.TellAsync(group.Id, "b-step", told, Cancellation);
        await Store.TellAsync(group.Id, "b-step", told, Cancellation);
        await Store.TellAsync(group.Id, "nobody", told, Cancellation);
        var before = await Store.FindSteeringAsync(group.Id, Cancellation);
        await SteerAsync(new(group.Id, SomePolicies.FullState));

        var kept = told with { At = Start.AddMinutes(1).AddMicroseconds(1), Reason = "half \uFFFD" };
        Assert.Equal([new PolicyOutcome("b-step", Recommendation: null, new() { Word = kept })], before.Outcomes);
        var after = await Store.FindSteeringAsync(group.Id, Cancellation);
        Assert.Equal(SomePolicies.FullState.Outcomes.Length, after.Outcomes.Length);
        Assert.Equal(kept, after.Of("b-step")!.Memory.Word);
        Assert.Equal(7, after.Of("b-step")!.Memory.MovedTo);
        Assert.Equal(after, Assert.Single(await Store.ListSteeredAsync(Cancellation)).State);
    }

    [Fact]
    public async Task A_policy_that_is_made_anew_does_not_hear_what_the_one_before_was_told()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        await PutAsync(group, SomePolicies.Named("second"));
        await Store.TellAsync(group.Id, "second", new(9, Start, "told"), Cancellation);

        await Store.RemovePolicyAsync(group.Id, "second", A.Activity(group), Cancellation);
        await PutAsync(group, SomePolicies.Named("second"));

        Assert.Null((await Store.FindSteeringAsync(group.Id, Cancellation)).Of("second"));
    }

    [Fact]
    public async Task Pushed_readings_wait_for_the_round_each_once()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        PushedReading[] first =
        [
            new("cpu", Instance: null, 1E-05, Start), new("cpu", "größe 🦆", double.MaxValue, Start.AddSeconds(1)),
        ];

        await Store.PushReadingsAsync(group.Id, [.. first], Start, Cancellation);
        await Store.PushReadingsAsync(group.Id, [.. first], Start, Cancellation);
        await Store.PushReadingsAsync(group.Id, [new("age", Instance: null, 3, Start.AddTicks(19))], Start, Cancellation);
        await Store.PushReadingsAsync(new(A.Id()), [.. first], Start, Cancellation);

        Assert.Equal(
            [new("age", Instance: null, 3, Start.AddMicroseconds(1)), .. first],
            Assert.Single(await Store.ListSteeredAsync(Cancellation)).Pushed);
        Assert.Equal(Assert.Single(await Store.ListSteeredAsync(Cancellation)).Pushed, await Store.FindPushedAsync(group.Id, Cancellation));
    }

    [Fact]
    public async Task Pushed_readings_are_found_where_no_policy_reads_them_yet()
    {
        var group = await AddGroupAsync();
        Assert.Empty(await Store.FindPushedAsync(group.Id, Cancellation));
        Assert.Empty(await Store.FindPushedAsync(new(A.Id()), Cancellation));

        await Store.PushReadingsAsync(group.Id, [new("cpu", Instance: null, 3, Start)], Start, Cancellation);

        Assert.Equal([new("cpu", Instance: null, 3, Start)], await Store.FindPushedAsync(group.Id, Cancellation));
    }

    [Fact]
    public async Task Of_many_who_push_and_tell_at_once_each_is_heard()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        await PutAsync(group, SomePolicies.Named("second"));

        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(
            () => number % 4 == 0
                ? Store.TellAsync(group.Id, number == 8 ? "second" : "b-step", new(number, Start.AddSeconds(number), "told"), Cancellation)
                : Store.PushReadingsAsync(group.Id, [new("cpu", $"i-{number}", number, Start)], Start, Cancellation),
            Cancellation)));

        Assert.Equal(12, Assert.Single(await Store.ListSteeredAsync(Cancellation)).Pushed.Length);
        Assert.Equal(8, (await Store.FindSteeringAsync(group.Id, Cancellation)).Of("second")!.Memory.Word!.Desired);
    }

    [Fact]
    public async Task Pushed_readings_that_no_round_looks_at_any_more_are_forgotten()
    {
        var group = await SteeredAsync(await AddGroupAsync());
        await Store.PushReadingsAsync(group.Id, [new("cpu", Instance: null, 3, Start)], Start, Cancellation);

        await Store.ForgetReadingsAsync(Start + Pushes.AgeMax, Cancellation);
        Assert.NotEmpty(Assert.Single(await Store.ListSteeredAsync(Cancellation)).Pushed);
        await Store.ForgetReadingsAsync(Start + Pushes.AgeMax + TimeSpan.FromSeconds(1), Cancellation);

        Assert.Empty(Assert.Single(await Store.ListSteeredAsync(Cancellation)).Pushed);
    }

    private async Task<Group> SteeredAsync(Group group)
    {
        await PutAsync(group, SomePolicies.Named("b-step"));
        return group;
    }

    private Task PutAsync(Group group, Policy policy) =>
        Store.PutPolicyAsync(group.Id, policy, A.Activity(group, ActivityType.Change, "created"), Cancellation);

    private async Task<IReadOnlyList<Activity>> SteerAsync(SteeringRecord record) => await Store.SteerAsync([record], Cancellation);
}

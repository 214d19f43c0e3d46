using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Steering;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>A group's policies are kept beside it, each with a version of its own, and are no edit of the group.</summary>
public abstract class PolicyConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task Policies_of_every_kind_come_back_whole_with_their_group_and_with_its_sweep()
    {
        var group = await AddGroupAsync();

        foreach (var policy in SomePolicies.OfEachKind.Reverse())
        {
            await PutAsync(group, policy);
        }

        Assert.Equal(SomePolicies.OfEachKind, await KeptAsync(group));
        Assert.Equal(SomePolicies.OfEachKind, (await Store.FindGroupAsync(group.Account, group.Name, Cancellation))!.Policies);
        Assert.Equal(
            SomePolicies.OfEachKind,
            Assert.Single((await Store.ListGroupsAsync(group.Account, new(10), false, Cancellation)).Items).Policies);
        Assert.Equal(
            SomePolicies.OfEachKind, Assert.Single(await Store.LoadSweepAsync(new(group.Account, "local"), Cancellation)).Policies);
    }

    [Fact]
    public async Task Every_number_comes_back_to_the_last_bit()
    {
        var group = await AddGroupAsync();
        var policies = SomePolicies.Numbers.Select((number, index) => SomePolicies.Named($"p-{index:00}") with
        {
            Rule = (PolicyRule.Step)SomePolicies.Named("any").Rule with { Threshold = number },
        }).ToImmutableArray();

        foreach (var policy in policies)
        {
            await PutAsync(group, policy);
        }

        Assert.Equal(
            SomePolicies.Numbers.Select(BitConverter.DoubleToInt64Bits),
            (await KeptAsync(group)).Select(policy => BitConverter.DoubleToInt64Bits(((PolicyRule.Step)policy.Rule).Threshold)));
    }

    [Fact]
    public async Task A_policy_touches_neither_the_group_nor_its_state_and_is_told()
    {
        var group = await AddGroupAsync();
        var before = await FoundAsync(group);

        await PutAsync(group, SomePolicies.Named("alarm"), "made alarm");

        Same.As(before, await FoundAsync(group) with { Policies = [] });
        Assert.Equal(["made alarm", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Fact]
    public async Task An_edit_of_the_group_leaves_its_policies_and_a_policy_leaves_the_edit()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, SomePolicies.Named("one"));

        var edited = await UpdateGroupAsync(group with { Name = "other" });
        await PutAsync(group, SomePolicies.Named("two"));

        var found = await FoundAsync(group);
        Assert.Equal(("other", edited.Version), (found.Group.Name, found.Group.Version));
        Assert.Equal(["one", "two"], found.Policies.Select(policy => policy.Name));
    }

    [Fact]
    public async Task A_change_is_made_against_the_version_before()
    {
        var group = await AddGroupAsync();
        var first = SomePolicies.Named("alarm");
        await PutAsync(group, first);

        await PutAsync(group, first with { Version = 2, Mode = PolicyMode.Off });

        await RefusedAsync(StoreErrorKind.Duplicate, () => PutAsync(group, first));
        await RefusedAsync(StoreErrorKind.Stale, () => PutAsync(group, first with { Version = 2, Mode = PolicyMode.Recommend }));
        await RefusedAsync(StoreErrorKind.Stale, () => PutAsync(group, first with { Version = 4 }));
        await RefusedAsync(StoreErrorKind.NotFound, () => PutAsync(group, SomePolicies.Named("nobody") with { Version = 2 }));
        Assert.Equal([first with { Version = 2, Mode = PolicyMode.Off }], await KeptAsync(group));
        Assert.Equal(3, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task The_same_change_again_changes_nothing_and_is_told_once()
    {
        var group = await AddGroupAsync();
        foreach (var policy in SomePolicies.OfEachKind)
        {
            await PutAsync(group, policy);
            await PutAsync(group, policy);
        }

        Assert.Equal(SomePolicies.OfEachKind, await KeptAsync(group));
        Assert.Equal(1 + SomePolicies.OfEachKind.Length, (await TrailAsync(group)).Sum(activity => activity.Count));
    }

    [Fact]
    public async Task Of_two_who_change_a_policy_at_once_one_is_refused()
    {
        var group = await AddGroupAsync();
        var first = SomePolicies.Named("alarm");
        await PutAsync(group, first);

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(
            async () =>
            {
                try
                {
                    await PutAsync(group, first with { Version = 2, UpdatedAt = Start.AddMinutes(number) });
                    return true;
                }
                catch (StoreException error) when (error.Kind is StoreErrorKind.Stale)
                {
                    return false;
                }
            },
            Cancellation)));

        Assert.Single(outcomes, won => won);
        Assert.Equal(2, Assert.Single(await KeptAsync(group)).Version);
    }

    [Fact]
    public async Task Of_many_who_make_policies_at_once_each_is_heard_and_no_claim_is_lost()
    {
        var group = await AddGroupAsync();

        await Task.WhenAll(
        [
            .. Enumerable.Range(0, Policy.PerGroupMax)
                .Select(number => Task.Run(() => PutAsync(group, SomePolicies.Named($"p-{number:00}")), Cancellation)),
            .. Enumerable.Range(0, 8).Select(number => Task.Run(
                () => Store.PutClaimAsync(
                    group.Id, SomePolicies.Claims(number) with { Source = $"source-{number}" }, Cancellation),
                Cancellation)),
        ]);

        Assert.Equal(Policy.PerGroupMax, (await KeptAsync(group)).Length);
        Assert.Equal(8, (await FoundAsync(group)).Claims.Length);
    }

    [Fact]
    public async Task A_group_has_a_bounded_number_of_policies()
    {
        var group = await AddGroupAsync();
        for (var number = 0; number < Policy.PerGroupMax; number++)
        {
            await PutAsync(group, SomePolicies.Named($"p-{number:00}"));
        }

        var error = await Assert.ThrowsAsync<InputException>(() => PutAsync(group, SomePolicies.Named("one-more")));
        await PutAsync(group, SomePolicies.Named("p-03") with { Version = 2 });
        await RemoveAsync(group, "p-04");
        await PutAsync(group, SomePolicies.Named("one-more"));

        Assert.Equal("policy.name", Assert.Single(error.Errors).Field);
        Assert.Equal(Policy.PerGroupMax, (await KeptAsync(group)).Length);
    }

    [Fact]
    public async Task What_is_no_policy_is_refused_with_every_wrong_field()
    {
        var group = await AddGroupAsync();

        foreach (var (wrong, fields) in NoPolicies)
        {
            var error = await Assert.ThrowsAsync<InputException>(() => PutAsync(group, wrong));
            Assert.Equal(fields, error.Errors.Select(each => each.Field));
        }

        Assert.Empty(await KeptAsync(group));
    }

    [Fact]
    public async Task A_policy_is_removed_once()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, SomePolicies.Named("one"));
        await PutAsync(group, SomePolicies.Named("two"));

        await RemoveAsync(group, "one");

        await RefusedAsync(StoreErrorKind.NotFound, () => RemoveAsync(group, "one"));
        Assert.Equal(["two"], (await KeptAsync(group)).Select(policy => policy.Name));
        await PutAsync(group, SomePolicies.Named("one"));
        Assert.Equal(["one", "two"], (await KeptAsync(group)).Select(policy => policy.Name));
    }

    [Fact]
    public async Task With_the_last_policy_that_is_no_schedule_what_rounds_concluded_is_forgotten_and_the_level_stays()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, SomePolicies.Named("b-step"));
        await PutAsync(group, SomePolicies.Named("c-off") with { Mode = PolicyMode.Off });
        await PutAsync(group, SomePolicies.Schedule("office"));
        var other = SomePolicies.Claims(3) with { Source = "cpu", Author = null };
        await Store.PutClaimAsync(group.Id, other, Cancellation);
        await Store.SteerAsync([new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7))], Cancellation);
        await Store.TellAsync(group.Id, "b-step", new(9, Start, "told"), Cancellation);

        await RemoveAsync(group, "b-step");
        var whileOneIsOff = await Store.FindSteeringAsync(group.Id, Cancellation);
        await RemoveAsync(group, "c-off");

        Assert.NotEqual(SteeringState.None, whileOneIsOff);
        Assert.Equal([other, SomePolicies.Claims(7)], (await FoundAsync(group)).Claims);
        Assert.Equal(SteeringState.None, await Store.FindSteeringAsync(group.Id, Cancellation));
    }

    [Fact]
    public async Task Nobody_changes_the_policies_of_a_group_that_does_not_live_and_they_stay_with_it()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, SomePolicies.Named("alarm"));
        await ArchiveGroupAsync(group);
        var nobody = A.Group(await AddTemplateAsync());

        await RefusedAsync(StoreErrorKind.NotFound, () => PutAsync(group, SomePolicies.Named("other")));
        await RefusedAsync(StoreErrorKind.NotFound, () => RemoveAsync(group, "alarm"));
        await RefusedAsync(StoreErrorKind.NotFound, () => PutAsync(nobody, SomePolicies.Named("other")));
        await RefusedAsync(StoreErrorKind.NotFound, () => RemoveAsync(nobody, "alarm"));

        Assert.Equal([SomePolicies.Named("alarm")], await KeptAsync(group));
    }

    private static IEnumerable<(Policy Wrong, string[] Fields)> NoPolicies
    {
        get
        {
            var good = SomePolicies.Named("alarm");
            var step = (PolicyRule.Step)good.Rule;
            yield return (good with { Name = "" }, ["policy.name"]);
            yield return (good with { Name = "größe", Version = 0 }, ["policy.name", "policy.version"]);
            yield return (good with { Rule = step with { Metric = "\0", Threshold = double.NaN } }, ["policy.metric", "policy.threshold"]);
            yield return (good with { Rule = step with { Steps = [] } }, ["policy.steps"]);
            yield return (
                good with { Rule = step with { Steps = [.. Enumerable.Repeat(step.Steps[0], 101)] } }, ["policy.steps"]);
            yield return (
                good with { Rule = step with { Steps = [step.Steps[0] with { From = double.PositiveInfinity }] } }, ["policy.steps.from"]);
            yield return (good with { Rule = step with { Metric = "half \uD83E" } }, ["policy.metric"]);
            yield return (
                good with { Rule = new PolicyRule.Target { Metric = "cpu", Value = double.NaN, Tolerance = double.NegativeInfinity } },
                ["policy.target", "policy.tolerance"]);
            yield return (good with { Rule = new PolicyRule.Backlog { Metric = "", PerInstance = 1, AgeMetric = "" } },
                ["policy.metric", "policy.age_metric"]);
            yield return (good with { Rule = new PolicyRule.Receiver { SecretHash = "secret" } }, ["policy.secret_hash"]);
            yield return (
                good with { Rule = new PolicyRule.Calendar(new() { Zone = new string('z', 201), Windows = [] }) },
                ["policy.zone", "policy.windows"]);
            yield return (
                good with { Rule = new PolicyRule.Calendar(new() { Zone = "UTC", Windows = [new(new string('w', 201))] }) },
                ["policy.windows"]);
        }
    }

    private async Task<ImmutableArray<Policy>> KeptAsync(Group group) => (await FoundAsync(group)).Policies;

    private Task PutAsync(Group group, Policy policy, string description = "put a policy") =>
        Store.PutPolicyAsync(group.Id, policy, A.Activity(group, ActivityType.Change, description), Cancellation);

    private Task RemoveAsync(Group group, string name) =>
        Store.RemovePolicyAsync(group.Id, name, A.Activity(group, ActivityType.Change, "removed a policy"), Cancellation);
}

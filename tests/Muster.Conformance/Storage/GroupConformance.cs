using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Conformance.Storage;

/// <summary>Groups, as users want them.</summary>
public abstract class GroupConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_group_comes_back_whole_by_id_and_by_name()
    {
        var template = A.FullTemplate(Owner.Id);
        await Store.AddTemplateAsync(template, Cancellation);
        var group = A.FullGroup(template);
        Same.EnsureFilled(group, nameof(group.ArchivedAt));

        await AddGroupAsync(group);

        var expected = new GroupRecord(group, template, new GroupState { Group = group.Id }, []) { PlacementTemplates = [template] };
        Same.As(expected, await FoundAsync(group));
        Same.As(expected, (await Store.FindGroupAsync(Owner.Id, group.Name, Cancellation))!);
    }

    [Fact]
    public async Task How_its_health_is_found_out_is_asked_for_changed_and_taken_back()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullHealth);
        Same.EnsureFilled(Some.FullRepair);
        Assert.Equal((null, new Repair()), (group.Health, group.Repair));

        var asked = await UpdateGroupAsync(group with { Health = Some.FullHealth, Repair = Some.FullRepair });
        Same.As(asked, (await FoundAsync(group)).Group);
        Same.As(asked, Assert.Single((await Store.ListGroupsAsync(Owner.Id, new(10), false, Cancellation)).Items).Group);
        Same.As(asked, Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).Group);
        await Store.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), A.Activity(group), Cancellation);
        Same.As(asked, Assert.Single(await Store.ListSteeredAsync(Cancellation)).Record.Group);

        var changed = await UpdateGroupAsync(asked with
        {
            Health = new() { Kind = ProbeKind.Report, VerifyTls = false }, Repair = new() { Surge = default },
        });
        Same.As(changed, (await FoundAsync(group)).Group);

        var none = await UpdateGroupAsync(changed with { Health = null, Repair = new() });
        Same.As(none, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task How_its_instances_drain_and_what_hooks_hold_them_is_asked_for_changed_and_taken_back()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullDrain);
        Same.EnsureFilled(Some.FullHooks.All[0], nameof(Hook.At), nameof(Hook.OnTimeout));
        Assert.Equal((null, Hooks.None), (group.Drain, group.Hooks));

        var asked = await UpdateGroupAsync(group with { Drain = Some.FullDrain, Hooks = Some.FullHooks });
        Same.As(asked, (await FoundAsync(group)).Group);
        Same.As(asked, Assert.Single((await Store.ListGroupsAsync(Owner.Id, new(10), false, Cancellation)).Items).Group);
        Same.As(asked, Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).Group);
        await Store.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), A.Activity(group), Cancellation);
        Same.As(asked, Assert.Single(await Store.ListSteeredAsync(Cancellation)).Record.Group);

        var changed = await UpdateGroupAsync(asked with
        {
            Drain = new() { Wait = TimeSpan.FromSeconds(1) }, Hooks = new([Some.FullHooks.All[1]]),
        });
        Same.As(changed, (await FoundAsync(group)).Group);

        var none = await UpdateGroupAsync(changed with { Drain = null, Hooks = Hooks.None });
        Same.As(none, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task What_takes_its_instances_in_and_out_of_service_is_kept_changed_and_taken_back()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullTraffic.All[0]);
        Assert.Equal(TrafficUses.None, group.Traffic);

        var asked = await UpdateGroupAsync(group with { Traffic = Some.FullTraffic });
        Same.As(asked, (await FoundAsync(group)).Group);
        Same.As(asked, Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).Group);

        var none = await UpdateGroupAsync(asked with { Traffic = TrafficUses.None });
        Same.As(none, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task How_old_instances_become_is_asked_for_changed_and_taken_back()
    {
        var group = await AddGroupAsync();
        Assert.Null(group.LifetimeMax);

        var asked = await UpdateGroupAsync(group with { LifetimeMax = TimeSpan.FromDays(7) });
        Same.As(asked, (await FoundAsync(group)).Group);
        Same.As(asked, Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).Group);

        var changed = await UpdateGroupAsync(asked with { LifetimeMax = TimeSpan.FromMicroseconds(3_600_000_001) });
        Same.As(changed, (await FoundAsync(group)).Group);

        var none = await UpdateGroupAsync(changed with { LifetimeMax = null });
        Same.As(none, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task What_rests_beside_the_level_is_asked_for_changed_and_taken_back()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullPool);
        Assert.Null(group.Pool);

        var asked = await UpdateGroupAsync(group with { Pool = Some.FullPool });
        Same.As(asked, (await FoundAsync(group)).Group);
        Same.As(asked, Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation)).Group);

        var plain = await UpdateGroupAsync(asked with { Pool = new() { Size = new(1_000, IsPercent: false) } });
        Same.As(plain, (await FoundAsync(group)).Group);

        var none = await UpdateGroupAsync(plain with { Pool = null });
        Same.As(none, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_null()
    {
        var group = await AddGroupAsync(name: "web");
        var other = await AddAccountAsync();

        Assert.Null(await Store.FindGroupAsync(new(A.Id()), Cancellation));
        Assert.Null(await Store.FindGroupAsync(Owner.Id, "WEB", Cancellation));
        Assert.Null(await Store.FindGroupAsync(other.Id, group.Name, Cancellation));
    }

    [Fact]
    public async Task Its_first_activity_is_kept_with_it()
    {
        var group = A.Group(await AddTemplateAsync());
        var activity = A.FullActivity(group) with { Type = ActivityType.Change };

        await Store.AddGroupAsync(group, activity, Cancellation);

        Same.AsEach([activity with { Position = 1 }], await TrailAsync(group));
    }

    [Fact]
    public async Task The_same_id_again_changes_nothing_and_leaves_no_activity()
    {
        var group = await AddGroupAsync(name: "web");

        await Store.AddGroupAsync(group with { Name = "other" }, A.Activity(group), Cancellation);

        Same.As(group, (await FoundAsync(group)).Group);
        Assert.Single(await TrailAsync(group));
    }

    [Fact]
    public async Task The_same_id_again_changes_nothing_even_when_the_template_is_gone_since()
    {
        var first = await AddTemplateAsync();
        var group = await AddGroupAsync(first);
        var moved = await RemadeAsync(group, await AddTemplateAsync());
        await Store.ArchiveTemplateAsync(first.Id, Start, Cancellation);

        await Store.AddGroupAsync(group, A.Activity(group), Cancellation);

        Same.As(moved, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task Two_living_groups_of_an_account_never_share_a_name()
    {
        var template = await AddTemplateAsync();
        await AddGroupAsync(template, "web");
        var second = A.Group(template, "web");

        var error = await RefusedAsync(StoreErrorKind.Duplicate, () => AddGroupAsync(second));

        Assert.Contains("web", error.Message, StringComparison.Ordinal);
        Assert.Null(await Store.FindGroupAsync(second.Id, Cancellation));
        Assert.Empty(await TrailAsync(second));
    }

    [Fact]
    public async Task Names_differ_by_case_and_by_account()
    {
        var template = await AddTemplateAsync();
        await AddGroupAsync(template, "web");

        await AddGroupAsync(template, "Web");
        await AddGroupAsync(await AddTemplateAsync(owner: await AddAccountAsync()), "web");

        Assert.Equal(2, (await Store.ListGroupsAsync(Owner.Id, new(10), includeArchived: false, Cancellation)).Items.Length);
    }

    [Fact]
    public async Task A_group_needs_a_living_template_of_its_own_account()
    {
        var archived = await AddTemplateAsync();
        await Store.ArchiveTemplateAsync(archived.Id, Start, Cancellation);
        var foreign = await AddTemplateAsync(owner: await AddAccountAsync());
        var unknown = A.Template(Owner.Id);

        await RefusedAsync(StoreErrorKind.NotFound, () => AddGroupAsync(archived));
        await RefusedAsync(StoreErrorKind.NotFound, () => AddGroupAsync(unknown));
        await RefusedAsync(StoreErrorKind.NotFound, () => AddGroupAsync(A.Group(foreign) with { Account = Owner.Id }));

        Assert.Equal(0, await Store.LastPositionAsync(Owner.Id, Cancellation));
    }

    [Fact]
    public async Task A_group_of_no_account_is_refused()
    {
        var template = await AddTemplateAsync();

        await RefusedAsync(
            StoreErrorKind.NotFound, () => AddGroupAsync(A.Group(template) with { Account = new(A.Id()) }));
    }

    [Fact]
    public async Task A_change_replaces_the_whole_group_and_keeps_its_activity()
    {
        var group = await AddGroupAsync();
        var template = await AddTemplateAsync();
        var changed = A.FullGroup(template) with { Id = group.Id, Version = 2 };
        var activity = A.FullActivity(changed);

        await Store.UpdateGroupAsync(changed, activity, Cancellation);

        var record = await FoundAsync(group);
        Same.As(changed, record.Group);
        Same.As(template, record.Template);
        Same.As(activity with { Position = 2 }, (await TrailAsync(group))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_change_made_against_another_version_is_stale(long version)
    {
        var group = await AddGroupAsync();
        var second = await UpdateGroupAsync(group);

        await RefusedAsync(
            StoreErrorKind.Stale,
            () => Store.UpdateGroupAsync(second with { Version = version, Name = "late" }, A.Activity(second), Cancellation));

        Same.As(second, (await FoundAsync(group)).Group);
        Assert.Equal(2, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task Of_two_changes_at_once_exactly_one_counts()
    {
        var group = await AddGroupAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            async () =>
            {
                try
                {
                    await UpdateGroupAsync(group with { Capacity = group.Capacity with { Desired = i } });
                    return null;
                }
                catch (StoreException error)
                {
                    return (StoreErrorKind?)error.Kind;
                }
            },
            Cancellation)));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Equal(9, outcomes.Count(outcome => outcome is StoreErrorKind.Stale));
        Assert.Equal(2, (await FoundAsync(group)).Group.Version);
        Assert.Equal(2, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task A_change_needs_a_living_group_of_the_account()
    {
        var unknown = A.Group(await AddTemplateAsync());
        var archived = await ArchiveGroupAsync(await AddGroupAsync());
        var group = await AddGroupAsync();
        var other = await AddAccountAsync();

        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(unknown));
        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(archived));
        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(group with { Account = other.Id }));
    }

    [Fact]
    public async Task A_change_of_template_needs_a_living_one_of_the_account()
    {
        var group = await AddGroupAsync();
        var archived = await AddTemplateAsync();
        await Store.ArchiveTemplateAsync(archived.Id, Start, Cancellation);
        var foreign = await AddTemplateAsync(owner: await AddAccountAsync());

        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(group with { Template = archived.Id }));
        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(group with { Template = foreign.Id }));
        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateGroupAsync(group with { Template = new(A.Id()) }));

        Same.As(group, (await FoundAsync(group)).Group);
        Assert.Single(await TrailAsync(group));
    }

    [Fact]
    public async Task A_new_name_that_is_taken_is_refused_and_the_old_one_is_free_after_a_rename()
    {
        var template = await AddTemplateAsync();
        var one = await AddGroupAsync(template, "one");
        var two = await AddGroupAsync(template, "two");

        await RefusedAsync(StoreErrorKind.Duplicate, () => UpdateGroupAsync(one with { Name = "two" }));
        Same.As(one, (await FoundAsync(one)).Group);

        await UpdateGroupAsync(two with { Name = "three" });
        await UpdateGroupAsync(one with { Name = "two" });

        Assert.Null(await Store.FindGroupAsync(Owner.Id, "one", Cancellation));
        Assert.Equal(one.Id, (await Store.FindGroupAsync(Owner.Id, "two", Cancellation))!.Group.Id);
    }

    [Fact]
    public async Task A_draining_group_lives_and_an_archived_one_frees_its_name_and_stays()
    {
        var template = await AddTemplateAsync();
        var group = await AddGroupAsync(template, "web");

        var draining = await UpdateGroupAsync(group with { Phase = GroupPhase.Draining });
        await RefusedAsync(StoreErrorKind.Duplicate, () => AddGroupAsync(template, "web"));
        Assert.NotNull(await Store.FindGroupAsync(Owner.Id, "web", Cancellation));

        var archived = await ArchiveGroupAsync(draining);
        Assert.Null(await Store.FindGroupAsync(Owner.Id, "web", Cancellation));
        var next = await AddGroupAsync(template, "web");

        Same.As(archived, (await FoundAsync(group)).Group);
        Assert.Equal(next.Id, (await Store.FindGroupAsync(Owner.Id, "web", Cancellation))!.Group.Id);
        Assert.Equal(3, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task A_change_by_a_user_leaves_state_lease_and_launches_alone()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var record = new CheckRecord { State = Some.FullState(group.Id, lease.Fence), Launches = [A.FullLaunch(group)] };
        await Store.RecordAsync(lease, record, Cancellation);

        await UpdateGroupAsync(group with { Capacity = group.Capacity with { Desired = 7 } });

        var found = await FoundAsync(group);
        Same.As(record.State, found.State);
        Same.AsEach(record.Launches, found.OpenLaunches);
        await Store.RenewLeaseAsync(lease, Start, LeaseTime, Cancellation);
    }
}

using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Conformance.Storage;

/// <summary>Groups that live, or lived, in several places.</summary>
public abstract class PlacementConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task It_comes_with_the_templates_of_all_its_placements_however_it_is_read()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other, home) });
        var plain = await AddGroupAsync(home);

        foreach (var record in await ReadAsync(group))
        {
            Same.As(group, record.Group);
            Same.AsEach([home, other], record.PlacementTemplates);
            Assert.Empty(record.EarlierTemplates);
            Assert.Equal(["a", "b", "c"], record.Placements.Select(placement => placement.Name));
            Assert.Equal(["local", "triton"], record.Clouds);
        }

        foreach (var record in await ReadAsync(plain))
        {
            Assert.False(record.IsSpread);
        }
    }

    [Fact]
    public async Task What_is_off_in_a_layout_stays_off()
    {
        var home = await AddTemplateAsync();
        var group = A.Group(home) with
        {
            Layout = Some.Layout(home) with { SpillAfter = null, ReturnAfter = null, Surge = new(3, IsPercent: false) },
        };

        await AddGroupAsync(group);

        Same.As(group, (await FoundAsync(group)).Group);
    }

    [Fact]
    public async Task It_belongs_to_the_sweep_of_its_first_placement_alone()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other) });

        Assert.Equal([new(Owner.Id, "local")], (await Store.ListSweepsAsync(Cancellation)).Select(share => share.Sweep));
        Assert.Empty(await Store.LoadSweepAsync(new(Owner.Id, "triton"), Cancellation));
    }

    [Fact]
    public async Task A_launch_says_its_placement_and_its_cloud()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other) });
        await LaunchAsync(group, home, "a", cloud: null);
        await LaunchAsync(group, other, "b", cloud: "nowhere");

        foreach (var record in (await ReadAsync(group)).Where(record => !record.OpenLaunches.IsEmpty))
        {
            Assert.Equal(
                [("a", "local"), ("b", "triton")],
                record.OpenLaunches.Select(launch => (launch.Placement, launch.Cloud)).Order());
        }
    }

    [Fact]
    public async Task Of_a_group_with_one_template_a_launch_says_neither()
    {
        var template = await AddTemplateAsync();
        var group = await AddGroupAsync(template);
        await LaunchAsync(group, template, placement: null, cloud: "local");

        var launch = Assert.Single((await FoundAsync(group)).OpenLaunches);

        Assert.Equal((null, null), (launch.Placement, launch.Cloud));
    }

    [Fact]
    public async Task A_placement_needs_a_living_template_of_the_account()
    {
        var home = await AddTemplateAsync();
        var archived = await AddTemplateAsync();
        await Store.ArchiveTemplateAsync(archived.Id, Start, Cancellation);
        var foreign = await AddTemplateAsync(owner: await AddAccountAsync());
        var group = await AddGroupAsync(home);

        foreach (var wrong in new[] { archived, foreign, A.Template(Owner.Id) })
        {
            await RefusedAsync(
                StoreErrorKind.NotFound, () => AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, wrong) }));
            await RefusedAsync(StoreErrorKind.NotFound, () => RemadeAsync(group, home, Some.Layout(home, wrong)));
        }

        Same.As(group, (await FoundAsync(group)).Group);
        Assert.Single((await Store.ListRevisionsAsync(group.Id, new(10), Cancellation)).Items);
    }

    [Fact]
    public async Task A_template_of_a_placement_is_in_use_until_the_placement_is_taken_out()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other) });

        await RefusedAsync(StoreErrorKind.InUse, () => Store.ArchiveTemplateAsync(other.Id, Start, Cancellation));
        Assert.Null((await Store.FindTemplateAsync(other.Id, Cancellation))!.ArchivedAt);

        await RemadeAsync(group, home, Some.Layout(home));
        Assert.NotNull((await Store.ArchiveTemplateAsync(other.Id, Start, Cancellation)).ArchivedAt);
    }

    [Fact]
    public async Task A_template_of_a_placement_of_a_draining_group_may_be_archived()
    {
        var (home, other) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(A.Group(home) with { Layout = Some.Layout(home, other) });
        await UpdateGroupAsync(group with { Phase = GroupPhase.Draining });

        await Store.ArchiveTemplateAsync(other.Id, Start, Cancellation);

        Assert.Equal(Start, (await FoundAsync(group)).PlacementTemplates[1].ArchivedAt);
    }

    [Fact]
    public async Task One_template_of_each_cloud_that_only_earlier_revisions_had_comes_with_it_until_nothing_is_left_there()
    {
        var (local, triton, lxd) = (
            await AddTemplateAsync(),
            await AddTemplateAsync(cloud: "triton"),
            await AddTemplateAsync(cloud: "lxd"));
        var newer = await AddTemplateAsync(cloud: "triton");
        var group = await AddGroupAsync(local);
        await LaunchAsync(group, local, placement: null, cloud: null);
        group = await RemadeAsync(group, triton);
        group = await RemadeAsync(group, newer);
        group = await RemadeAsync(group, local, Some.Layout(local, lxd));
        group = await RemadeAsync(group, lxd);

        foreach (var record in await ReadAsync(group))
        {
            // The newest of each cloud.
            Same.AsEach([local, newer], record.EarlierTemplates);
            Assert.Empty(record.PlacementTemplates);
            Assert.All(record.OpenLaunches, launch => Assert.Equal("local", launch.Cloud));
        }

        await VacateAsync(group, revision: 3);
        Same.AsEach([local], (await FoundAsync(group)).EarlierTemplates);

        await VacateAsync(group, revision: 4);
        var left = await FoundAsync(group);
        Assert.False(left.IsSpread);
        Assert.All(left.OpenLaunches, launch => Assert.Null(launch.Cloud));
    }

    [Fact]
    public async Task A_cloud_where_the_group_has_a_placement_is_none_of_those()
    {
        var (local, triton) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(local);
        group = await RemadeAsync(group, triton, Some.Layout(triton, local));

        foreach (var record in await ReadAsync(group))
        {
            Assert.Empty(record.EarlierTemplates);
            Assert.Equal(["triton", "local"], record.Clouds);
        }
    }

    /// <summary>By id, by name, in a list and with its sweep.</summary>
    private async Task<GroupRecord[]> ReadAsync(Group group)
    {
        var found = await FoundAsync(group);
        return
        [
            found,
            (await Store.FindGroupAsync(group.Account, group.Name, Cancellation))!,
            (await Store.ListGroupsAsync(group.Account, new(100), includeArchived: false, Cancellation)).Items
                .Single(record => record.Group.Id == group.Id),
            (await Store.LoadSweepAsync(new(group.Account, found.Template.Cloud), Cancellation))
                .Single(record => record.Group.Id == group.Id),
        ];
    }

    private async Task LaunchAsync(Group group, Template template, string? placement, string? cloud)
    {
        var lease = await LeaseAsync(group);
        var launch = A.Launch(group) with { Template = template.Id, Placement = placement, Cloud = cloud };
        var state = (await FoundAsync(group)).State;
        await Store.RecordAndReleaseAsync(lease, new() { State = state, Launches = [launch] }, Cancellation);
    }

    private async Task VacateAsync(Group group, int revision)
    {
        var lease = await LeaseAsync(group);
        var state = (await FoundAsync(group)).State with { VacatedRevision = revision };
        await Store.RecordAndReleaseAsync(lease, new() { State = state }, Cancellation);
    }
}

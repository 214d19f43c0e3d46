using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Revisions: what a group was to be made of is kept as it was, for ever.</summary>
public abstract class RevisionConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_new_group_has_its_first_revision()
    {
        var template = await AddTemplateAsync();
        var group = A.Group(template);

        await Store.AddGroupAsync(group, A.FullActivity(group), Cancellation);

        var first = new GroupRevision(group.Id, 1, template.Id, Layout: null, group.CreatedAt, Some.Author);
        Same.AsEach([first], await ListAsync(group));
        Same.As(first, (await Store.FindRevisionAsync(group.Id, 1, Cancellation))!);
    }

    [Fact]
    public async Task Each_change_of_template_or_placements_is_one_more_and_those_before_stay_as_they_are()
    {
        var (one, two) = (await AddTemplateAsync(), await AddTemplateAsync(cloud: "triton"));
        var group = await AddGroupAsync(one);
        var second = group with { Template = two.Id, Revision = 2, Version = 2, UpdatedAt = Start.AddMinutes(1) };
        await Store.UpdateGroupAsync(second, A.FullActivity(group), Cancellation);
        var third = second with { Layout = Some.FullLayout(two), Revision = 3, Version = 3, UpdatedAt = Start.AddMinutes(2) };
        await Store.UpdateGroupAsync(third, A.Activity(group), Cancellation);

        Same.AsEach(
            [
                new(group.Id, 3, two.Id, Some.FullLayout(two), Start.AddMinutes(2), A.Activity(group).Author),
                new(group.Id, 2, two.Id, Layout: null, Start.AddMinutes(1), Some.Author),
                new(group.Id, 1, one.Id, Layout: null, Start, A.Activity(group).Author),
            ],
            await ListAsync(group));
    }

    [Fact]
    public async Task What_changes_something_else_is_none()
    {
        var group = await AddGroupAsync();

        await UpdateGroupAsync(group with { Name = "renamed", Capacity = group.Capacity with { Desired = 7 } });

        Assert.Single(await ListAsync(group));
    }

    [Fact]
    public async Task A_deleted_group_keeps_its_revisions()
    {
        var group = await RemadeAsync(await AddGroupAsync(), await AddTemplateAsync());

        await ArchiveGroupAsync(group);

        Assert.Equal([2, 1], (await ListAsync(group)).Select(revision => revision.Number));
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_none()
    {
        var group = await AddGroupAsync();
        var template = await AddTemplateAsync();
        await UpdateGroupAsync(group);

        await RefusedAsync(StoreErrorKind.Stale, () => RemadeAsync(group, template));

        Assert.Single(await ListAsync(group));
    }

    [Fact]
    public async Task The_same_group_again_leaves_none()
    {
        var group = await AddGroupAsync();

        await Store.AddGroupAsync(group with { Revision = 2 }, A.Activity(group, ActivityType.Change), Cancellation);

        Assert.Single(await ListAsync(group));
    }

    [Fact]
    public async Task Another_template_or_layout_without_the_next_revision_is_a_bug_and_changes_nothing()
    {
        var group = await AddGroupAsync();
        var template = await AddTemplateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => UpdateGroupAsync(group with { Template = template.Id }));
        await Assert.ThrowsAsync<ArgumentException>(() => UpdateGroupAsync(group with { Template = template.Id, Revision = 3 }));
        await Assert.ThrowsAsync<ArgumentException>(() => UpdateGroupAsync(group with { Revision = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => UpdateGroupAsync(group with { Layout = Some.Layout(template), Revision = 2 }));

        Same.As(group, (await FoundAsync(group)).Group);
        Assert.Single(await ListAsync(group));
    }

    [Fact]
    public async Task They_come_page_by_page_newest_first()
    {
        var group = await AddGroupAsync();
        for (var i = 0; i < 4; i++)
        {
            group = await RemadeAsync(group, await AddTemplateAsync());
        }

        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = await Store.ListRevisionsAsync(group.Id, new(2, cursor), Cancellation);
            Assert.InRange(page.Items.Length, 1, 2);
            seen.AddRange(page.Items.Select(revision => revision.Number));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal([5, 4, 3, 2, 1], seen);
    }

    [Fact]
    public async Task What_is_not_there_is_none()
    {
        var group = await AddGroupAsync();

        Assert.Null(await Store.FindRevisionAsync(group.Id, 2, Cancellation));
        Assert.Null(await Store.FindRevisionAsync(new(A.Id()), 1, Cancellation));
        Assert.Empty((await Store.ListRevisionsAsync(new(A.Id()), new(10), Cancellation)).Items);
    }

    private async Task<IReadOnlyList<GroupRevision>> ListAsync(Group group) =>
        (await Store.ListRevisionsAsync(group.Id, new PageRequest(PageRequest.LimitMax), Cancellation)).Items;
}

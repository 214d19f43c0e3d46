using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Pages: whole, in order, and unmoved by what happens meanwhile.</summary>
public abstract class PagingConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    // Not in order, and different from what a culture or an ignored case would make of it.
    private static readonly string[] Names = ["m", "B", "a", "a-b", "a.b", "a_b", "Z", "9", "10", "b", "aa"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(1000)]
    public async Task Templates_come_by_name_in_pages_of_any_size(int limit)
    {
        foreach (var name in Names)
        {
            await AddTemplateAsync(name);
        }

        var pages = await PagesAsync(page => Store.ListTemplatesAsync(Owner.Id, page, includeArchived: false, Cancellation), limit);

        Assert.Equal(Names.Order(StringComparer.Ordinal), pages.SelectMany(page => page).Select(template => template.Name));
        Assert.Equal((Names.Length + limit - 1) / limit, pages.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Groups_come_by_name_whole_but_without_open_launches(int limit)
    {
        var template = A.FullTemplate(Owner.Id);
        await Store.AddTemplateAsync(template, Cancellation);
        var expected = new List<GroupRecord>();
        foreach (var name in Names)
        {
            var group = await AddGroupAsync(A.FullGroup(template) with { Name = name });
            var lease = await LeaseAsync(group);
            var state = Some.FullState(group.Id, lease.Fence);
            await Store.RecordAsync(lease, new() { State = state, Launches = [A.Launch(group)] }, Cancellation);
            expected.Add(new(group, template, state, []) { PlacementTemplates = [template] });
        }

        var pages = await PagesAsync(page => Store.ListGroupsAsync(Owner.Id, page, includeArchived: false, Cancellation), limit);

        Same.AsEach(
            expected.OrderBy(record => record.Group.Name, StringComparer.Ordinal), pages.SelectMany(page => page));
    }

    [Fact]
    public async Task The_archived_are_listed_on_demand_by_name_then_id()
    {
        var template = await AddTemplateAsync("t");
        for (var i = 0; i < 4; i++)
        {
            await Store.ArchiveTemplateAsync((await AddTemplateAsync("same")).Id, Start, Cancellation);
            await ArchiveGroupAsync(await AddGroupAsync(template, "same"));
        }

        await AddTemplateAsync("same");
        await AddGroupAsync(template, "same");
        await AddGroupAsync(template, "tame");

        var templates = (await PagesAsync(page => Store.ListTemplatesAsync(Owner.Id, page, includeArchived: true, Cancellation), 2))
            .SelectMany(page => page).ToArray();
        var groups = (await PagesAsync(page => Store.ListGroupsAsync(Owner.Id, page, includeArchived: true, Cancellation), 2))
            .SelectMany(page => page).Select(record => record.Group).ToArray();

        Assert.Equal(templates.OrderBy(each => each.Name, StringComparer.Ordinal).ThenBy(each => each.Id.Value), templates);
        Assert.Equal(groups.OrderBy(each => each.Name, StringComparer.Ordinal).ThenBy(each => each.Id.Value), groups);
        Assert.Equal((6, 6), (templates.Length, groups.Length));
        Assert.Equal(2, (await Store.ListTemplatesAsync(Owner.Id, new(10), includeArchived: false, Cancellation)).Items.Length);
        Assert.Equal(2, (await Store.ListGroupsAsync(Owner.Id, new(10), includeArchived: false, Cancellation)).Items.Length);
    }

    [Fact]
    public async Task What_is_added_or_archived_meanwhile_neither_repeats_nor_hides_an_item()
    {
        foreach (var name in new[] { "b", "d", "f", "h" })
        {
            await AddTemplateAsync(name);
        }

        var first = await Store.ListTemplatesAsync(Owner.Id, new(2), includeArchived: false, Cancellation);
        await AddTemplateAsync("a");
        await AddTemplateAsync("c");
        await AddTemplateAsync("e");
        await Store.ArchiveTemplateAsync(first.Items[1].Id, Start, Cancellation);
        var second = await Store.ListTemplatesAsync(Owner.Id, new(10, first.NextCursor), includeArchived: false, Cancellation);

        Assert.Equal(["b", "d"], first.Items.Select(template => template.Name));
        Assert.Equal(["e", "f", "h"], second.Items.Select(template => template.Name));
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task An_empty_account_has_one_empty_page()
    {
        var account = (await AddAccountAsync()).Id;

        Same.As(new Page<GroupRecord>([], null), await Store.ListGroupsAsync(account, new(10), includeArchived: true, Cancellation));
        Same.As(new Page<GroupRecord>([], null), await Store.ListGroupsAsync(new(A.Id()), new(10), includeArchived: true, Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public async Task A_groups_activities_come_newest_first_in_pages_of_any_size(int limit)
    {
        var template = await AddTemplateAsync();
        var group = await AddGroupAsync(template);
        var other = await AddGroupAsync(template);
        for (var i = 0; i < 10; i++)
        {
            await RecordAsync(group);
            await RecordAsync(other);
        }

        var pages = await PagesAsync(page => Store.ListActivitiesAsync(group.Id, page, Cancellation), limit);

        var all = pages.SelectMany(page => page).ToArray();
        Assert.Equal(11, all.Length);
        Assert.All(all, activity => Assert.Equal(group.Id, activity.Group));
        Assert.Equal(all.OrderByDescending(activity => activity.Position), all);
        Assert.Equal((11 + limit - 1) / limit, pages.Count);
    }

    [Fact]
    public async Task What_is_written_after_a_page_was_read_is_seen()
    {
        var group = await AddGroupAsync();
        await RecordAsync(group);
        Assert.NotNull((await Store.ListActivitiesAsync(group.Id, new(1), Cancellation)).NextCursor);

        await Store.UpdateGroupAsync(group with { Version = 2 }, A.Activity(group), Cancellation);

        Assert.Equal(2, (await Store.FindGroupAsync(group.Id, Cancellation))!.Group.Version);
    }

    [Fact]
    public async Task New_activities_do_not_shift_older_pages()
    {
        var group = await AddGroupAsync();
        await RecordAsync(group);
        await RecordAsync(group);
        var first = await Store.ListActivitiesAsync(group.Id, new(1), Cancellation);

        await RecordAsync(group);

        var second = await Store.ListActivitiesAsync(group.Id, new(10, first.NextCursor), Cancellation);
        Assert.Equal([2L, 1L], second.Items.Select(activity => activity.Position));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("bm9uc2Vuc2U")]
    public async Task A_cursor_that_no_listing_gave_is_refused(string cursor)
    {
        var page = new PageRequest(10, cursor);

        var error = await Assert.ThrowsAsync<InputException>(
            () => Store.ListTemplatesAsync(Owner.Id, page, includeArchived: false, Cancellation));
        await Assert.ThrowsAsync<InputException>(() => Store.ListGroupsAsync(Owner.Id, page, includeArchived: false, Cancellation));
        await Assert.ThrowsAsync<InputException>(() => Store.ListActivitiesAsync(new(A.Id()), page, Cancellation));

        Assert.Equal("cursor", Assert.Single(error.Errors).Field);
    }

    [Fact]
    public async Task A_cursor_of_another_kind_of_listing_is_refused()
    {
        var group = await AddGroupAsync();
        await AddTemplateAsync();
        await RecordAsync(group);
        var byName = (await Store.ListTemplatesAsync(Owner.Id, new(1), includeArchived: false, Cancellation)).NextCursor;
        var byPosition = (await Store.ListActivitiesAsync(group.Id, new(1), Cancellation)).NextCursor;

        Assert.NotNull(byName);
        Assert.NotNull(byPosition);
        await Assert.ThrowsAsync<InputException>(() => Store.ListActivitiesAsync(group.Id, new(1, byName), Cancellation));
        await Assert.ThrowsAsync<InputException>(
            () => Store.ListGroupsAsync(Owner.Id, new(1, byPosition), includeArchived: false, Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_page_of_no_or_too_many_items_is_the_callers_mistake(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Store.ListTemplatesAsync(Owner.Id, new(limit), includeArchived: false, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Store.ListGroupsAsync(Owner.Id, new(limit), includeArchived: false, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Store.ListActivitiesAsync(new(A.Id()), new(limit), Cancellation));
    }

    private static async Task<List<ImmutableArray<T>>> PagesAsync<T>(Func<PageRequest, Task<Page<T>>> list, int limit)
    {
        var pages = new List<ImmutableArray<T>>();
        string? cursor = null;
        do
        {
            var page = await list(new PageRequest(limit, cursor));
            pages.Add(page.Items);
            cursor = page.NextCursor;
            Assert.True(pages.Count < 100, "pages never end");
        }
        while (cursor is not null);

        return pages;
    }

    private async Task RecordAsync(Group group) =>
        await Store.RecordIdleAsync([Some.Check(group.Id, Start, A.Activity(group))], Cancellation);
}

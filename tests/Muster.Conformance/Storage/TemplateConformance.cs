using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Templates.</summary>
public abstract class TemplateConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_template_comes_back_whole_by_id_and_by_name()
    {
        var template = A.FullTemplate(Owner.Id);
        Same.EnsureFilled(template, nameof(template.ArchivedAt));

        await Store.AddTemplateAsync(template, Cancellation);

        Same.As(template, (await Store.FindTemplateAsync(template.Id, Cancellation))!);
        Same.As(template, (await Store.FindTemplateAsync(Owner.Id, template.Name, Cancellation))!);
    }

    [Fact]
    public async Task A_bare_template_comes_back_as_bare()
    {
        var template = A.Template(Owner.Id);

        await Store.AddTemplateAsync(template, Cancellation);

        Same.As(template, (await Store.FindTemplateAsync(template.Id, Cancellation))!);
    }

    [Fact]
    public async Task A_template_that_is_not_there_is_null()
    {
        var template = await AddTemplateAsync("web");
        var other = await AddAccountAsync();

        Assert.Null(await Store.FindTemplateAsync(new(A.Id()), Cancellation));
        Assert.Null(await Store.FindTemplateAsync(Owner.Id, "WEB", Cancellation));
        Assert.Null(await Store.FindTemplateAsync(other.Id, template.Name, Cancellation));
    }

    [Fact]
    public async Task The_same_id_again_changes_nothing()
    {
        var template = await AddTemplateAsync("web");

        await Store.AddTemplateAsync(template with { Name = "other", Image = "other" }, Cancellation);

        Same.As(template, (await Store.FindTemplateAsync(template.Id, Cancellation))!);
        Assert.Single((await Store.ListTemplatesAsync(Owner.Id, new(10), includeArchived: true, Cancellation)).Items);
    }

    [Fact]
    public async Task Two_living_templates_of_an_account_never_share_a_name()
    {
        var first = await AddTemplateAsync("web");

        var error = await RefusedAsync(StoreErrorKind.Duplicate, () => AddTemplateAsync("web"));

        Assert.Contains("web", error.Message, StringComparison.Ordinal);
        Same.As(first, (await Store.FindTemplateAsync(Owner.Id, "web", Cancellation))!);
    }

    [Fact]
    public async Task Names_differ_by_case_and_by_account()
    {
        await AddTemplateAsync("web");

        await AddTemplateAsync("Web");
        await AddTemplateAsync("web", owner: await AddAccountAsync());

        Assert.Equal(2, (await Store.ListTemplatesAsync(Owner.Id, new(10), includeArchived: false, Cancellation)).Items.Length);
    }

    [Fact]
    public async Task A_template_of_no_account_is_refused() =>
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.AddTemplateAsync(A.Template(new(A.Id())), Cancellation));

    [Fact]
    public async Task An_archived_template_stays_and_frees_its_name()
    {
        var template = await AddTemplateAsync("web");

        var archived = await Store.ArchiveTemplateAsync(template.Id, Start.AddMicroseconds(5), Cancellation);
        var next = await AddTemplateAsync("web");

        Same.As(template with { ArchivedAt = Start.AddMicroseconds(5) }, archived);
        Same.As(archived, (await Store.FindTemplateAsync(template.Id, Cancellation))!);
        Same.As(next, (await Store.FindTemplateAsync(Owner.Id, "web", Cancellation))!);
    }

    [Fact]
    public async Task A_name_finds_only_the_living()
    {
        var template = await AddTemplateAsync("web");
        await Store.ArchiveTemplateAsync(template.Id, Start, Cancellation);

        Assert.Null(await Store.FindTemplateAsync(Owner.Id, "web", Cancellation));
    }

    [Fact]
    public async Task Archiving_keeps_the_first_instant()
    {
        var template = await AddTemplateAsync();
        var archived = await Store.ArchiveTemplateAsync(template.Id, Start, Cancellation);

        Same.As(archived, await Store.ArchiveTemplateAsync(template.Id, Start.AddDays(1), Cancellation));
    }

    [Fact]
    public async Task Archiving_what_is_not_there_is_refused() =>
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.ArchiveTemplateAsync(new(A.Id()), Start, Cancellation));

    [Fact]
    public async Task A_template_in_use_is_archived_once_its_last_group_no_longer_lives()
    {
        var template = await AddTemplateAsync("web");
        var one = await AddGroupAsync(template);
        var two = await AddGroupAsync(template);

        await RefusedAsync(StoreErrorKind.InUse, () => Store.ArchiveTemplateAsync(template.Id, Start, Cancellation));
        Assert.Null((await Store.FindTemplateAsync(template.Id, Cancellation))!.ArchivedAt);

        await ArchiveGroupAsync(one);
        await RefusedAsync(StoreErrorKind.InUse, () => Store.ArchiveTemplateAsync(template.Id, Start, Cancellation));

        await RemadeAsync(two, await AddTemplateAsync());
        Assert.NotNull((await Store.ArchiveTemplateAsync(template.Id, Start, Cancellation)).ArchivedAt);
    }

    [Fact]
    public async Task A_group_that_drains_holds_no_template_back_and_drains_to_its_end()
    {
        var template = await AddTemplateAsync("web");
        var draining = await UpdateGroupAsync(await AddGroupAsync(template) with { Phase = GroupPhase.Draining });

        Assert.NotNull((await Store.ArchiveTemplateAsync(template.Id, Start, Cancellation)).ArchivedAt);

        Assert.Equal(GroupPhase.Archived, (await ArchiveGroupAsync(draining)).Phase);
    }
}

using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>Finds what the facade shows of an account: living templates of its cloud, and active groups of those.</summary>
/// <remarks>A group that drains was deleted: the original knows no state between there and gone.</remarks>
internal sealed class TsgFinder(IStore store, string cloud)
{
    public bool IsShown(Template template, AccountId account) =>
        template.Account == account && template.Cloud == cloud && template.ArchivedAt is null;

    public bool IsShown(GroupRecord record, AccountId account) =>
        record.Group.Account == account && record.Template.Cloud == cloud && record.Group.Phase is GroupPhase.Active;

    /// <summary>The template; null when there is none to be shown.</summary>
    public async Task<Template?> FindTemplateAsync(AccountId account, string id, CancellationToken cancellationToken) =>
        TsgUuid.TryRead(id) is { } value
        && await store.FindTemplateAsync(new TemplateId(value), cancellationToken) is { } template && IsShown(template, account)
            ? template
            : null;

    /// <exception cref="TsgException">There is none to be shown.</exception>
    public async Task<GroupRecord> GetGroupAsync(AccountId account, string id, CancellationToken cancellationToken) =>
        TsgUuid.TryRead(id) is { } value
        && await store.FindGroupAsync(new GroupId(value), cancellationToken) is { } record && IsShown(record, account)
            ? record
            : throw TsgException.NotFound();

    /// <exception cref="TsgException">There is none to be shown.</exception>
    public async Task<GroupRecord> GetGroupByNameAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        EntityName.IsValid(name)
        && await store.FindGroupAsync(account, name, cancellationToken) is { } record && IsShown(record, account)
            ? record
            : throw TsgException.NotFound();

    public async Task<ImmutableArray<Template>> ListTemplatesAsync(AccountId account, CancellationToken cancellationToken) =>
        [.. (await ReadAllAsync(page => store.ListTemplatesAsync(account, page, includeArchived: false, cancellationToken)))
            .Where(template => IsShown(template, account))];

    public async Task<ImmutableArray<GroupRecord>> ListGroupsAsync(AccountId account, CancellationToken cancellationToken) =>
        [.. (await ReadAllAsync(page => store.ListGroupsAsync(account, page, includeArchived: false, cancellationToken)))
            .Where(record => IsShown(record, account))];

    /// <summary>The facade has no pages: an account's groups come whole, as in the original.</summary>
    private static async Task<ImmutableArray<T>> ReadAllAsync<T>(Func<PageRequest, Task<Page<T>>> read)
    {
        var page = await read(new(PageRequest.LimitMax));
        if (page.NextCursor is null)
        {
            return page.Items;
        }

        var all = page.Items.ToBuilder();
        while (page.NextCursor is { } cursor)
        {
            page = await read(new(PageRequest.LimitMax, cursor));
            all.AddRange(page.Items);
        }

        return all.ToImmutable();
    }
}

using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Finders;

/// <summary>Finds an account's template by id or name.</summary>
internal sealed class TemplateFinder(ITemplateStore store)
{
    /// <summary>Templates looked through for an archived one of a name, which only makes an error message better.</summary>
    private const int ArchivedPagesMax = 10;

    /// <summary>The template, living or archived; null when the account has none of that id and no living one of that name.</summary>
    public async Task<Template?> FindAsync(AccountId account, string idOrName, CancellationToken cancellationToken)
    {
        // A name may look like an id; the id is tried first, because ids are what programs keep.
        if (Guid.TryParseExact(idOrName, "D", out var id)
            && await store.FindTemplateAsync(new TemplateId(id), cancellationToken) is { } byId && byId.Account == account)
        {
            return byId;
        }

        return (EntityName.IsValid(idOrName) ? await store.FindTemplateAsync(account, idOrName, cancellationToken) : null)
            ?? await IdStart.FindAsync(
                "template", idOrName,
                cursor => store.ListTemplatesAsync(account, new(PageRequest.LimitMax, cursor), includeArchived: true, cancellationToken),
                template => template.Id.Value);
    }

    /// <summary>The template that a path names.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task<Template> GetAsync(AccountId account, string idOrName, CancellationToken cancellationToken) =>
        await FindAsync(account, idOrName, cancellationToken)
        ?? throw new ProblemException(ProblemKinds.TemplateNotFound, $"there is no template '{idOrName}'");

    /// <summary>The living template that a group's field names, or what is wrong with it.</summary>
    public Task<(Template? Template, WrongReference? Wrong)> ResolveAsync(
        AccountId account, string idOrName, CancellationToken cancellationToken) =>
        ResolveAsync(account, idOrName, "template", cancellationToken);

    /// <summary>The same, of a field of that name.</summary>
    public async Task<(Template? Template, WrongReference? Wrong)> ResolveAsync(
        AccountId account, string idOrName, string field, CancellationToken cancellationToken)
    {
        var template = await FindAsync(account, idOrName, cancellationToken);
        if (template is { ArchivedAt: null })
        {
            return (template, null);
        }

        template ??= await FindArchivedAsync(account, idOrName, cancellationToken);
        var wrong = template is null
            ? new WrongReference(
                ProblemKinds.UnknownTemplate,
                new(field, idOrName, "there is no such template; 'muster template list' shows those there are"))
            : new(
                ProblemKinds.ArchivedTemplate,
                new(field, idOrName, $"this template was archived at {template.ArchivedAt:u}: name another one"));
        return (null, wrong);
    }

    private async Task<Template?> FindArchivedAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var page = 0; page < ArchivedPagesMax; page++)
        {
            var listed = await store.ListTemplatesAsync(account, new(1000, cursor), includeArchived: true, cancellationToken);
            if (listed.Items.LastOrDefault(template => template.Name == name) is { } found)
            {
                return found;
            }

            cursor = listed.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        return null;
    }
}

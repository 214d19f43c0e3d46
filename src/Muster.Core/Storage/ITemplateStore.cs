using Muster.Core.Templates;

namespace Muster.Core.Storage;

/// <summary>Templates. They are never changed: kept, and archived.</summary>
public interface ITemplateStore
{
    /// <summary>Keeps a new template. The same id again returns without a change: a repeated request.</summary>
    /// <returns>Whether it was kept by this call; of many with one id at once, by one of them.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living template of the account has the name;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken);

    /// <summary>The template, living or archived; null when there is none.</summary>
    Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken);

    /// <summary>The living template of that name; null when there is none.</summary>
    Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken);

    /// <summary>A page of an account's templates by name, then id.</summary>
    Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken);

    /// <summary>Archives a template; a second time changes nothing.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.NotFound"/>; <see cref="StoreErrorKind.InUse"/>: a living group uses it, and does not drain.
    /// </exception>
    Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken);
}

using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Storage.Rules;

/// <summary>What may be made from a template, and when it may be archived.</summary>
internal static class TemplateRule
{
    /// <summary>What a group may be made from: a living template of its account.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    public static void EnsureLiving(Template? template, TemplateId id, AccountId account)
    {
        if (template is not { ArchivedAt: null } || template.Account != account)
        {
            throw Refusal.NotFound("living template", id);
        }
    }

    /// <summary>The template to archive, if it is not archived already.</summary>
    /// <param name="kept">The one that is kept; null when there is none.</param>
    /// <param name="id">Which was asked for.</param>
    /// <param name="isUsed">
    /// Whether an active group uses it; asked only of a living one. A group that drains launches no more: it needs its template only for
    /// its name.
    /// </param>
    /// <returns>The template as it is kept, and whether it is to be archived.</returns>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>, <see cref="StoreErrorKind.InUse"/>.</exception>
    public static (Template Kept, bool IsToArchive) Archive(Template? kept, TemplateId id, Func<bool> isUsed)
    {
        if (kept is null)
        {
            throw Refusal.NotFound("template", id);
        }

        return kept.ArchivedAt is not null ? (kept, false)
            : isUsed() ? throw Refusal.InUse(kept.Name)
            : (kept, true);
    }
}

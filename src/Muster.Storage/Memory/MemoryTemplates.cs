using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>Templates in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryTemplates(MemoryAccounts accounts)
{
    private readonly Dictionary<TemplateId, Template> _templates = [];
    private readonly NameIndexes<Template> _names = new(row => row.Name, row => row.Id.Value);

    public bool Add(Template template)
    {
        if (_templates.ContainsKey(template.Id))
        {
            return false;
        }

        accounts.EnsureKnown(template.Account);
        if (_names.Of(template.Account).IsTaken(template.Name))
        {
            throw Refusal.Taken("template", template.Name);
        }

        _templates.Add(template.Id, template);
        _names.Of(template.Account).Put(template, isLiving: template.ArchivedAt is null);
        return true;
    }

    public Template? Find(TemplateId template) => _templates.GetValueOrDefault(template);

    public Template? Find(AccountId account, string name) => _names.Of(account).Find(name);

    public Page<Template> List(AccountId account, PageRequest page, bool includeArchived) =>
        _names.Of(account).List(page, includeArchived).Select(id => _templates[new(id)]);

    public Template Archive(TemplateId template, DateTimeOffset now, Func<bool> isUsed)
    {
        var (kept, isToArchive) = TemplateRule.Archive(Find(template), template, isUsed);
        if (!isToArchive)
        {
            return kept;
        }

        var archived = kept with { ArchivedAt = now };
        _names.Of(kept.Account).Remove(kept);
        _names.Of(kept.Account).Put(archived, isLiving: false);
        return _templates[template] = archived;
    }
}

using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Templates;

namespace Muster.Triton.Import;

/// <summary>Turns what the original's database holds into Muster's own. Pure: reads nothing, writes nothing.</summary>
/// <remarks>What is archived is history and comes as it is; what lives must keep Muster's rules, or nothing is imported at all.</remarks>
public sealed class ImportPlan
{
    private readonly List<string> _errors = [];
    private readonly TsgContents _contents;
    private readonly string _cloud;

    private ImportPlan(TsgContents contents, string cloud)
    {
        _contents = contents;
        _cloud = cloud;
    }

    /// <summary>Reads all of it.</summary>
    /// <param name="contents">The original's.</param>
    /// <param name="cloud">The cloud that its templates launch on.</param>
    /// <param name="known">Muster's accounts of the same names.</param>
    /// <exception cref="TakeOverException">Something that lives cannot be carried; a line for each.</exception>
    public static ImmutableArray<ImportedAccount> Make(TsgContents contents, string cloud, IReadOnlyDictionary<string, Account> known)
    {
        var plan = new ImportPlan(contents, cloud);
        var accounts = plan.ReadAccounts(known);
        return plan._errors.Count == 0 ? accounts : throw new TakeOverException(string.Join('\n', plan._errors));
    }

    private ImmutableArray<ImportedAccount> ReadAccounts(IReadOnlyDictionary<string, Account> known)
    {
        foreach (var name in Repeated(_contents.Accounts.Where(account => !account.IsArchived).Select(account => account.Name)))
        {
            _errors.Add($"account '{name}' is there twice: archive all but one in tsg_accounts");
        }

        var accounts = ImmutableArray.CreateBuilder<ImportedAccount>();
        foreach (var account in _contents.Accounts)
        {
            var own = known.GetValueOrDefault(account.Name)
                ?? Own(account);
            var templates = _contents.Templates.Where(template => template.Account == account.Id).ToList();
            var groups = _contents.Groups.Where(group => group.Account == account.Id).ToList();
            CheckNames(account, templates, groups);
            accounts.Add(new(
                own,
                [.. templates.Select(template => Read(template, account, own.Id))],
                [.. groups.Select(group => Read(group, account, own.Id))],
                [.. _contents.Keys.Where(key => key.Id == account.KeyId && !key.IsArchived)]));
        }

        return accounts.ToImmutable();
    }

    /// <summary>Who had a row there was let in; who was archived is not.</summary>
    private static Account Own(TsgAccount account) => new()
    {
        Id = new(account.Id),
        Name = account.Name,
        CreatedAt = account.CreatedAt,
        CloudId = string.IsNullOrEmpty(account.TritonId) ? null : account.TritonId,
        Access = account.IsArchived ? AccountAccess.Unlisted : AccountAccess.Allowed,
    };

    private void CheckNames(TsgAccount account, List<TsgTemplate> templates, List<TsgGroup> groups)
    {
        if (account.IsArchived)
        {
            return;
        }

        var livingTemplates = templates.Where(template => !template.IsArchived).ToList();
        var livingGroups = groups.Where(group => !group.IsArchived).ToList();
        CheckNames("template", account.Name, livingTemplates.Select(template => template.Name));
        CheckNames("group", account.Name, livingGroups.Select(group => group.Name));
        foreach (var group in livingGroups.Where(group => livingTemplates.TrueForAll(template => template.Id != group.Template)))
        {
            _errors.Add(
                $"group '{group.Name}' of account '{account.Name}' lives, and its template {group.Template} does not: give it another one");
        }
    }

    private void CheckNames(string what, string account, IEnumerable<string> names)
    {
        var all = names.ToList();
        _errors.AddRange(Repeated(all).Select(name => $"{what} '{name}' of account '{account}' is there twice: delete all but one"));
        _errors.AddRange(all.Where(name => !EntityName.IsValid(name)).Select(name =>
            $"{what} '{name}' of account '{account}' has a name that Muster cannot carry: {EntityName.RuleFor(name)}; "
            + "delete it, or make it anew"));
    }

    private Template Read(TsgTemplate template, TsgAccount account, AccountId owner)
    {
        var isArchived = template.IsArchived || account.IsArchived;
        var read = new Template
        {
            Id = new(template.Id),
            Account = owner,
            Name = template.Name,
            Cloud = _cloud,
            Image = template.Image,
            Size = template.Package,
            Networks = [.. template.Networks.Split(',', StringSplitOptions.RemoveEmptyEntries)],
            FirewallEnabled = template.FirewallEnabled,
            UserData = template.UserData.Length > 0 ? template.UserData : null,
            Metadata = Map(template, "metadata", template.Metadata),
            Tags = Map(template, "tags", template.Tags),
            CreatedAt = template.CreatedAt,
            ArchivedAt = isArchived ? ArchivedAt(template) : null,
        };
        if (!isArchived && EntityName.IsValid(read.Name))
        {
            var wrong = ImmutableArray.CreateBuilder<InputError>();
            TemplateRules.Check(read, wrong);
            _errors.AddRange(wrong.Select(error => $"template '{template.Name}' of account '{account.Name}': {error}"));
        }

        return read;
    }

    /// <summary>Nobody wrote down when; it was after the last group that used it.</summary>
    private DateTimeOffset ArchivedAt(TsgTemplate template) => _contents.Groups
        .Where(group => group.Template == template.Id)
        .Select(group => group.UpdatedAt)
        .Append(template.CreatedAt)
        .Max();

    private ImmutableSortedDictionary<string, string> Map(TsgTemplate template, string what, string json)
    {
        try
        {
            return json.Length == 0 || JsonSerializer.Deserialize(json, ImportJson.Default.DictionaryStringString) is not { } entries
                ? ImmutableSortedDictionary<string, string>.Empty
                : entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value ?? "", StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            _errors.Add($"the {what} of template '{template.Name}' ({template.Id}) are no JSON object of texts");
            return ImmutableSortedDictionary<string, string>.Empty;
        }
    }

    private static Group Read(TsgGroup group, TsgAccount account, AccountId owner) => new()
    {
        Id = new(group.Id),
        Account = owner,
        Name = group.Name,
        Template = new(group.Template),
        // Steps up could go beyond the original's limit of 100: what is so stays so.
        Capacity = new() { Desired = group.Capacity, Min = 0, Max = Math.Max(100, group.Capacity) },
        Suspended = Suspension.All,
        Phase = group.IsArchived || account.IsArchived ? GroupPhase.Archived : GroupPhase.Active,
        Version = 1,
        CreatedAt = group.CreatedAt,
        UpdatedAt = group.UpdatedAt,
        ArchivedAt = group.IsArchived || account.IsArchived ? group.UpdatedAt : null,
    };

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Skip(1).Any()).Select(same => same.Key);
}

using System.Text;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Triton.Import;

/// <summary>Writes an import into the store, each thing once: a repeat after a crash goes on where it ended.</summary>
/// <remarks>
/// Every group comes suspended and of version 1, so that no server acts on it before its machines are adopted; a group of a later version
/// is nobody's but its owner's any more, and is left alone.
/// </remarks>
internal sealed class StoreWriter(IStore store, TimeProvider timeProvider)
{
    /// <summary>The author of what an import does.</summary>
    public const string Author = "tsg import";

    /// <summary>Refuses, before anything is written, what would collide with what the store holds.</summary>
    /// <exception cref="TakeOverException">Something does; a line for each.</exception>
    public async Task CheckAsync(ImportedAccount account, List<string> errors, CancellationToken cancellationToken)
    {
        foreach (var template in account.Templates.Where(template => template.ArchivedAt is null))
        {
            if (await store.FindTemplateAsync(account.Account.Id, template.Name, cancellationToken) is { } other && other.Id != template.Id)
            {
                errors.Add($"account '{account.Account.Name}' has another template '{template.Name}' already");
            }
        }

        foreach (var group in account.LivingGroups)
        {
            if (await store.FindGroupAsync(account.Account.Id, group.Name, cancellationToken) is { } other && other.Group.Id != group.Id)
            {
                errors.Add($"account '{account.Account.Name}' has another group '{group.Name}' already");
            }
        }
    }

    /// <summary>Writes an account and all that is in it.</summary>
    public async Task WriteAsync(ImportedAccount account, CancellationToken cancellationToken)
    {
        await store.EnsureAccountAsync(account.Account, cancellationToken);

        // The archived first, each alive for a moment: a store takes no group
        // of a template that does not live, and names are free again after.
        foreach (var template in account.Templates.Where(template => template.ArchivedAt is not null))
        {
            await WriteArchivedAsync(account, template, cancellationToken);
        }

        foreach (var template in account.Templates.Where(template => template.ArchivedAt is null))
        {
            await store.AddTemplateAsync(template, cancellationToken);
            foreach (var group in account.Groups.Where(group => group.Template == template.Id && group.ArchivedAt is not null))
            {
                await WriteArchivedAsync(group, template, cancellationToken);
            }
        }

        var living = account.Templates.Where(template => template.ArchivedAt is null).ToDictionary(template => template.Id);
        foreach (var group in account.LivingGroups)
        {
            await store.AddGroupAsync(group, Imported(group, living[group.Template]), cancellationToken);
        }
    }

    /// <summary>Lets a group be kept, its machines being its own; false when somebody changed it meanwhile.</summary>
    public async Task<bool> ResumeAsync(Group group, int machines, CancellationToken cancellationToken)
    {
        var resumed = group with { Suspended = Suspension.None, Version = group.Version + 1 };
        try
        {
            await store.UpdateGroupAsync(
                resumed, Activity(resumed, "resumed", $"took over {machines} machines and resumed"), cancellationToken);
            return true;
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Stale)
        {
            return false;
        }
    }

    private async Task WriteArchivedAsync(ImportedAccount account, Template template, CancellationToken cancellationToken)
    {
        if (await store.FindTemplateAsync(template.Id, cancellationToken) is { ArchivedAt: not null })
        {
            return;
        }

        await store.AddTemplateAsync(template with { ArchivedAt = null }, cancellationToken);
        foreach (var group in account.Groups.Where(group => group.Template == template.Id && group.ArchivedAt is not null))
        {
            await WriteArchivedAsync(group, template, cancellationToken);
        }

        await store.ArchiveTemplateAsync(template.Id, template.ArchivedAt!.Value, cancellationToken);
    }

    private async Task WriteArchivedAsync(Group group, Template template, CancellationToken cancellationToken)
    {
        var living = group with { Phase = GroupPhase.Active, ArchivedAt = null };
        await store.AddGroupAsync(living, Imported(living, template), cancellationToken);
        if (await store.FindGroupAsync(group.Id, cancellationToken) is { Group: { ArchivedAt: null, Version: 1 } })
        {
            var archived = group with { Version = 2 };
            await store.UpdateGroupAsync(
                archived, Activity(archived, "archived", "had been deleted in Triton Service Groups"), cancellationToken);
        }
    }

    private Activity Imported(Group group, Template template) => Activity(
        group, "imported", $"imported from Triton Service Groups with capacity {group.Capacity.Desired} from template {template.Name}");

    /// <summary>The id follows from group and step: a repeat tells the same entry again.</summary>
    private Activity Activity(Group group, string step, string description) => new()
    {
        Id = new(StableId.From(Encoding.UTF8.GetBytes($"muster tsg import {step} {group.Id}"))),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = $"{description} by {Author}",
        Author = Author,
        FirstAt = timeProvider.GetUtcNow(),
        LastAt = timeProvider.GetUtcNow(),
    };
}

using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Storage;

namespace Muster.Triton.Import;

/// <summary>Takes over the groups of an import, one after the other: finds their machines, tags them, and lets the group be kept.</summary>
/// <param name="store">Where the groups are.</param>
/// <param name="clouds">The configured clouds.</param>
/// <param name="cloudName">The one that the machines are on.</param>
/// <param name="login">The account whose key that cloud has; null where it goes by each account's own service key.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Jitter.</param>
public sealed class TsgImporter(
    IStore store, ICloudDirectory clouds, string cloudName, string? login, TimeProvider timeProvider, IRandomSource random)
{
    private readonly StoreWriter _writer = new(store, timeProvider);

    /// <summary>Muster's accounts of the original's names.</summary>
    public async Task<Dictionary<string, Core.Accounts.Account>> FindKnownAsync(
        IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Core.Accounts.Account>(StringComparer.Ordinal);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (await store.FindAccountAsync(name, cancellationToken) is { } account)
            {
                known[name] = account;
            }
        }

        return known;
    }

    /// <summary>Refuses what would collide with what the store holds.</summary>
    /// <exception cref="TakeOverException">Something does; a line for each.</exception>
    public async Task CheckAsync(ImmutableArray<ImportedAccount> accounts, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var account in accounts)
        {
            await _writer.CheckAsync(account, errors, cancellationToken);
        }

        if (errors.Count > 0)
        {
            throw new TakeOverException(string.Join('\n', errors), isConflict: true);
        }
    }

    /// <summary>Writes nothing, and says what would become of every living group.</summary>
    public async Task<ImmutableArray<GroupOutcome>> PreviewAsync(
        ImmutableArray<ImportedAccount> accounts, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableArray.CreateBuilder<GroupOutcome>();
        foreach (var (account, group) in Living(accounts))
        {
            var current = (await store.FindGroupAsync(group.Id, cancellationToken))?.Group ?? group;
            outcomes.Add(await LookAsync(account, current, cancellationToken) is (var machines, var held)
                ? new(account.Account.Name, current, machines.IsDefault ? null : machines.Length, held)
                : new(account.Account.Name, current, null, null));
        }

        return outcomes.ToImmutable();
    }

    /// <summary>Writes everything, suspended; then takes group after group over. May be repeated: what is done stays done.</summary>
    public async Task<ImmutableArray<GroupOutcome>> RunAsync(ImmutableArray<ImportedAccount> accounts, CancellationToken cancellationToken)
    {
        foreach (var account in accounts)
        {
            await _writer.WriteAsync(account, cancellationToken);
        }

        var outcomes = ImmutableArray.CreateBuilder<GroupOutcome>();
        foreach (var (account, group) in Living(accounts))
        {
            outcomes.Add(await TakeOverAsync(account, group.Id, cancellationToken));
        }

        return outcomes.ToImmutable();
    }

    private async Task<GroupOutcome> TakeOverAsync(ImportedAccount account, GroupId id, CancellationToken cancellationToken)
    {
        var group = (await store.FindGroupAsync(id, cancellationToken))!.Group;
        if (await LookAsync(account, group, cancellationToken) is not (var machines, var held))
        {
            return new(account.Account.Name, group, Machines: null, Held: null);
        }

        if (machines.IsDefault)
        {
            return new(account.Account.Name, group, Machines: null, held);
        }

        await AdoptionFor(account).TagAsync(group, machines, cancellationToken);
        if (held is null && !await _writer.ResumeAsync(group, machines.Length, cancellationToken))
        {
            held = "somebody changed it meanwhile";
        }

        return new(account.Account.Name, group, machines.Length, held);
    }

    /// <returns>Its machines, and why it would stay suspended; null for a group that is done, or its owner's own.</returns>
    private async Task<(ImmutableArray<Instance> Machines, string? Held)?> LookAsync(
        ImportedAccount account, Group group, CancellationToken cancellationToken)
    {
        if (group.Version > 1 || group.ArchivedAt is not null)
        {
            return null;
        }

        if (login is not null && account.Account.Name != login)
        {
            return (default, $"cloud '{cloudName}' has a key of '{login}' and sees no machines of '{account.Account.Name}'");
        }

        ImmutableArray<Instance> machines;
        try
        {
            machines = await AdoptionFor(account).FindAsync(group, cancellationToken);
        }
        catch (CloudException error) when (login is null && error.Kind is CloudErrorKind.Unauthorized)
        {
            // One account that Muster has no key of keeps no other from being taken over.
            return (default, error.Message);
        }

        var live = machines.Count(machine => machine.IsLive);

        // A first check that launches or ends something is for its owner to allow.
        return live == group.Capacity.Desired && live == machines.Length
            ? (machines, null)
            : (machines, $"{group.Capacity.Desired} wanted, {live} running{Others(machines.Length - live)}");
    }

    private Adoption AdoptionFor(ImportedAccount account) =>
        new(clouds.Find(account.Account.Id, cloudName)!.Cloud, store.Installation, timeProvider, random);

    private static string Others(int count) => count == 0 ? "" : $", {count} stopped or unknown";

    private static IEnumerable<(ImportedAccount Account, Group Group)> Living(ImmutableArray<ImportedAccount> accounts) =>
        accounts.SelectMany(account => account.LivingGroups.Select(group => (account, group)));
}

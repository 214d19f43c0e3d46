using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.Problems;

namespace Muster.Server.Policies;

/// <summary>Makes changes of policies: reads, lets the rules decide, writes unless somebody was faster, and tells.</summary>
/// <param name="store">Where policies are kept.</param>
/// <param name="finder">Finds groups.</param>
/// <param name="groups">Tells of what was done.</param>
/// <param name="rounds">Asks a policy that is new or changed at once; null where nobody does.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where ids come from.</param>
internal sealed class PolicyEditor(
    IPolicyStore store, GroupFinder finder, GroupEditor groups, SteeringRounds? rounds, TimeProvider timeProvider, IRandomSource random)
{
    /// <summary>Attempts at a change while others change the same policy; losing that often in a row means that somebody loops.</summary>
    private const int AttemptsMax = 10;

    /// <summary>Adds or replaces a policy.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="idOrName">The group.</param>
    /// <param name="name">The policy.</param>
    /// <param name="change">
    /// What becomes of it: the policy as it is, or null where there is none, to the policy after, and what the audit trail says of that.
    /// </param>
    /// <param name="cancellationToken">Stops before the change is written.</param>
    public async Task<(GroupRecord Record, Policy Policy)> PutAsync(
        Caller caller, string idOrName, string name, Func<Policy?, DateTimeOffset, (Policy Policy, string Told)> change,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var record = await finder.GetAsync(caller.Account, idOrName, cancellationToken);
            GroupEditor.CheckPhase(record.Group, mayDrain: false);
            var now = timeProvider.GetUtcNow();
            var (policy, told) = change(record.Policies.FirstOrDefault(each => each.Name == name), now);
            var activity = Activity(record.Group, caller, told, now);
            try
            {
                await store.PutPolicyAsync(record.Group.Id, policy, activity, CancellationToken.None);
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.Stale && attempt < AttemptsMax)
            {
                continue;
            }

            groups.Tell(activity);
            rounds?.Hurry();
            return (await finder.GetAsync(caller.Account, record.Group.Id.ToString(), CancellationToken.None), policy);
        }
    }

    /// <summary>Removes a policy.</summary>
    /// <returns>The group before, and the policy as it was.</returns>
    public async Task<(GroupRecord Record, Policy Policy)> RemoveAsync(
        Caller caller, string idOrName, string name, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(caller.Account, idOrName, cancellationToken);
        var policy = Find(record, name);
        var now = timeProvider.GetUtcNow();
        var activity = Activity(record.Group, caller, $"policy {name} removed", now);
        try
        {
            await store.RemovePolicyAsync(record.Group.Id, name, activity, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw NotFound(record, name);
        }

        groups.Tell(activity);
        rounds?.Hurry();
        return (record, policy);
    }

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ProblemException">The group has none.</exception>
    public static Policy Find(GroupRecord record, string name) =>
        record.Policies.FirstOrDefault(policy => policy.Name == name) ?? throw NotFound(record, name);

    private static ProblemException NotFound(GroupRecord record, string name) => new(
        ProblemKinds.PolicyNotFound,
        $"group '{record.Group.Name}' has no policy '{name}'"
        + (record.Policies.IsEmpty ? "" : $"; it has {string.Join(", ", record.Policies.Select(policy => policy.Name))}"));

    private Activity Activity(Group group, Caller caller, string told, DateTimeOffset now) => new()
    {
        Id = new(random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = $"{told} {new ChangeOrigin(caller.Author, now)}",
        Author = caller.Author,
        FirstAt = now,
        LastAt = now,
    };
}

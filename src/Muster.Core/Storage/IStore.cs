using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Templates;

namespace Muster.Core.Storage;

/// <summary>What Muster remembers. Knows nothing of clouds.</summary>
/// <remarks>
/// Every method throws <see cref="StoreException"/> for what goes wrong, is atomic (all of it or nothing), and may be called
/// from many threads and, where the store allows it, many processes at once. Nothing is destroyed: delete archives.
/// A page's cursor that no listing gave is an <see cref="InputException"/>. Times are kept to the microsecond. <c>Muster.Conformance</c> holds the suite that every implementation passes.
/// </remarks>
public interface IStore : ICheckStore, IPauseStore, IClaimStore, IAccountCredentials, IAsyncDisposable
{
    /// <summary>What kind of store it is, and of which schema.</summary>
    StoreFacts Facts { get; }

    /// <summary>Whether the store answers; throws when it does not.</summary>
    Task PingAsync(CancellationToken cancellationToken);

    // ---- accounts, their users and tokens

    /// <summary>The account of that name, made with <paramref name="account"/>'s id if there is none.</summary>
    Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken);

    /// <summary>The account of that name; null when there is none.</summary>
    Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken);

    /// <summary>The account of that id; null when there is none.</summary>
    Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Every account, by name.</summary>
    Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken);

    /// <summary>Changes what the edit names, and nothing else: two who change different things at once both succeed.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken);

    /// <summary>The user of that account and name, made with <paramref name="user"/>'s id if there is none.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: the account.</exception>
    Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken);

    /// <summary>Keeps a new token.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living token of the account has the name, or any token the id or the secret;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task AddTokenAsync(Token token, CancellationToken cancellationToken);

    /// <summary>The token with that secret hash, also when expired or revoked; null when there is none.</summary>
    Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken);

    /// <summary>Every token of an account, newest first, the revoked included.</summary>
    Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Revokes a token; a second time changes nothing.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken);

    // ---- templates

    /// <summary>Keeps a new template. The same id again returns without a change: a repeated request.</summary>
    /// <returns>Whether it was kept by this call; of many with one id at once, by one of them.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living template of the account has the name;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken);

    /// <summary>The template, living or archived; null when there is none.</summary>
    Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken);

    /// <inheritdoc/>
    Task<Template?> ICheckStore.FindTemplateAsync(GroupId group, TemplateId template, CancellationToken cancellationToken) =>
        FindTemplateAsync(template, cancellationToken);

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

    // ---- groups, as users want them

    /// <summary>Keeps a new group with its first activity. The same id again returns without a change: a repeated request.</summary>
    /// <returns>Whether it was kept by this call; of many with one id at once, by one of them.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living group of the account has the name;
    /// <see cref="StoreErrorKind.NotFound"/>: the account, or the template: unknown, archived or another account's.
    /// </exception>
    Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken);

    /// <summary>The living group of that name; null when there is none.</summary>
    Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken);

    /// <summary>A page of an account's groups by name, then id; without open launches.</summary>
    Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a group whose version in the store is one less than <paramref name="changed"/>'s, with its activity.
    /// </summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.NotFound"/>: the account has no such living group, or no such living template to change to;
    /// <see cref="StoreErrorKind.Stale"/>: somebody changed it since; <see cref="StoreErrorKind.Duplicate"/>: the new name is taken.
    /// </exception>
    Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken);

    // ---- level checks: see ICheckStore, too

    /// <summary>
    /// Ends a group's lease with a new fencing number, and touches nothing of its state: what its holder writes at this moment is written before, or refused.
    /// One that somebody took since, that was given back, or that is another holder's stays as it is.
    /// </summary>
    Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Which sweeps there are, by account, then cloud: every account and cloud that a living group has. A draining group lives.
    /// </summary>
    Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps that a check ran. The same id again changes nothing: a report that is delivered twice. Of a group's runs those
    /// <see cref="CheckRun.KeptMax"/> are kept that started last; one that is older than all of them is passed over.
    /// </summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: the group. An archived one is known.</exception>
    Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken);

    /// <summary>The last runs of a group's checks that were kept, newest first, at most <paramref name="limit"/>: 1 or more.</summary>
    Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken);

    // ---- servers that share the work

    /// <summary>Keeps that a server lives until its <see cref="ServerRecord.EndsAt"/>.</summary>
    /// <returns>Every server that lives at <see cref="ServerRecord.SeenAt"/>, this one included, by holder.</returns>
    Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken);

    /// <summary>Every server that lives, by holder.</summary>
    Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A server ends: it is listed no more, and whatever sweeps it held are free. Unknown ones are no matter.</summary>
    Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a sweep's lease if nobody holds it and its fencing number is still <paramref name="expectedFence"/>, which is 0 for one that
    /// was never held; the lease carries the next number. Null when refused: somebody was quicker.
    /// </summary>
    Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>The leases with a later end; never an earlier one. One that ran out is renewed too while nobody took it.</summary>
    /// <returns>Those renewed, in the order given; one that is missing was taken since, or given back.</returns>
    Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives leases back; those that somebody took since stay theirs.</summary>
    Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken);

    // ---- the audit trail

    /// <summary>
    /// Appends what befell groups outside of their checks, in few statements for many groups: it touches no state and needs no lease. Repeats melt in
    /// as with <see cref="ICheckStore.RecordAsync"/>.
    /// </summary>
    /// <param name="account">Whose groups; those of others, and those that do not live, are passed over.</param>
    /// <param name="activities">New ones.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The activities as kept, with positions and counts, of those not passed over.</returns>
    Task<ImmutableArray<Activity>> AppendAsync(AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken);

    /// <summary>A page of a group's activities, newest position first.</summary>
    Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The oldest activity of a group, found without reading the others; null when there is none.</summary>
    Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>Activities of an account after a position, oldest first, at most <paramref name="limit"/>: 1 or more.</summary>
    Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>The newest position of an account; 0 in an empty trail.</summary>
    Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken);
}

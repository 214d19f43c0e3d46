using System.Collections.Immutable;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Metrics;
using Muster.Core.Prices;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>One process's connection to the store that all share, watched by the referee.</summary>
internal sealed class ProcessStore(
    IStore store, Wire wire, SimulatedTime outsideTime, Func<StoreFate> draw, Referee referee, Trace trace, bool keepsMicroseconds) : IStore
{
    /// <summary>Until when, in outside time, its process does not reach it.</summary>
    public DateTimeOffset CutOffUntil { get; set; } = DateTimeOffset.MinValue;

    private bool IsCutOff => outsideTime.GetUtcNow() < CutOffUntil;

    public InstallationId Installation => store.Installation;

    public StoreFacts Facts => store.Facts;

    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) =>
        AskAsync("read time", () => store.ReadTimeAsync(cancellationToken));

    public Task PingAsync(CancellationToken cancellationToken) =>
        AskAsync("ping", Nothing(() => store.PingAsync(cancellationToken)));

    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) =>
        AskAsync("ensure account", () => store.EnsureAccountAsync(account, cancellationToken));

    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        AskAsync("find account", () => store.FindAccountAsync(name, cancellationToken));

    public Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken) =>
        AskAsync("find account", () => store.FindAccountAsync(account, cancellationToken));

    public Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken) =>
        AskAsync("list accounts", () => store.ListAccountsAsync(cancellationToken));

    public Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(CancellationToken cancellationToken) =>
        AskAsync("sum spend", () => store.SumSpendAsync(cancellationToken));

    public Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken) =>
        AskAsync("change account", () => store.ChangeAccountAsync(account, edit, cancellationToken));

    public Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken) =>
        AskAsync("ensure user", () => store.EnsureUserAsync(user, cancellationToken));

    public Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken) =>
        AskAsync("add credential", Nothing(() => store.AddCredentialAsync(credential, replaced, cancellationToken)));

    public Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        AskAsync("find credential", () => store.FindCredentialAsync(account, name, cancellationToken));

    public Task<AccountCredential> ConfirmCredentialAsync(
        CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("confirm credential", () => store.ConfirmCredentialAsync(credential, now, cancellationToken));

    public Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken) =>
        AskAsync("note", () => store.NoteAsync(group, changes, activity, cancellationToken));

    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) =>
        AskAsync("add token", Nothing(() => store.AddTokenAsync(token, cancellationToken)));

    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        AskAsync("find token", () => store.FindTokenAsync(secretHash, cancellationToken));

    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        AskAsync("list tokens", () => store.ListTokensAsync(account, cancellationToken));

    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("revoke token", () => store.RevokeTokenAsync(account, token, now, cancellationToken));

    public Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken) =>
        AskAsync("add template", () => store.AddTemplateAsync(template, cancellationToken));

    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        AskAsync("find template", () => store.FindTemplateAsync(template, cancellationToken));

    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        AskAsync("find template", () => store.FindTemplateAsync(account, name, cancellationToken));

    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        AskAsync("list templates", () => store.ListTemplatesAsync(account, page, includeArchived, cancellationToken));

    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("archive template", () => store.ArchiveTemplateAsync(template, now, cancellationToken));

    public Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken) =>
        AskAsync("add group", () => store.AddGroupAsync(group, activity, cancellationToken));

    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        AskAsync("find group", () => store.FindGroupAsync(group, cancellationToken));

    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        AskAsync("find group", () => store.FindGroupAsync(account, name, cancellationToken));

    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        AskAsync("list groups", () => store.ListGroupsAsync(account, page, includeArchived, cancellationToken));

    public Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken) =>
        AskAsync("update group", Nothing(() => store.UpdateGroupAsync(changed, activity, cancellationToken)));

    public Task UpdateGroupAsync(Group changed, Activity activity, MemberChange member, CancellationToken cancellationToken) =>
        AskAsync("update group", Nothing(() => store.UpdateGroupAsync(changed, activity, member, cancellationToken)));

    public Task UpdateGroupAsync(
        Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken) =>
        AskAsync("update group", Nothing(() => store.UpdateGroupAsync(changed, activity, notes, cancellationToken)));

    public Task<Page<GroupRevision>> ListRevisionsAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        AskAsync("list revisions", () => store.ListRevisionsAsync(group, page, cancellationToken));

    public Task<GroupRevision?> FindRevisionAsync(GroupId group, int revision, CancellationToken cancellationToken) =>
        AskAsync("find revision", () => store.FindRevisionAsync(group, revision, cancellationToken));

    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) =>
        AskAsync("list sweeps", () => store.ListSweepsAsync(cancellationToken));

    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        referee.Check(referee.Sweeps.OnBegin(wire.Process, sweep));
        return AskAsync("load sweep", () => store.LoadSweepAsync(sweep, cancellationToken));
    }

    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = wire.Now;
        return AskAsync(
            "acquire",
            () => store.TryAcquireLeaseAsync(group, holder, expectedFence, now, duration, cancellationToken),
            lease =>
            {
                trace.Add(wire.Process, lease is null ? $"lease of {Short(group)} refused" : $"lease {lease.Fence} of {Short(group)}");
                referee.LeaseHeld(wire.Process, group, lease is null ? null : began);
            });
    }

    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = wire.Now;
        return AskAsync(
            "renew",
            () => store.RenewLeaseAsync(lease, now, duration, cancellationToken),
            _ => referee.LeaseHeld(wire.Process, lease.Group, began));
    }

    public Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken) =>
        AskAsync("reserve spend", () => store.ReserveSpendAsync(lease, held, wanted, cancellationToken));

    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        AskToRecordAsync("record", releases: false, lease, Kept(record), kept => store.RecordAsync(lease, kept, cancellationToken));

    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken)
    {
        referee.LeaseHeld(wire.Process, lease.Group, began: null);
        return AskToRecordAsync(
            "record and release", releases: true, lease, Kept(record), kept => store.RecordAndReleaseAsync(lease, kept, cancellationToken));
    }

    public Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken)
    {
        referee.Check(referee.Sweeps.OnIdle(wire.Process, sweep, records.Length));
        records = [.. records.Select(Kept)];
        return AskAsync(
            "record idle",
            async () =>
            {
                foreach (var record in records)
                {
                    await JudgeAsync(record, lease: null);
                }

                // A store in memory answers at once: nothing comes between these.
                var before = await FindAsync(records.Select(record => record.State.Group));
                var told = await store.RecordIdleAsync(records, sweep, cancellationToken);
                var after = await FindAsync(records.Select(record => record.State.Group));
                foreach (var record in records.Where(record =>
                    after.GetValueOrDefault(record.State.Group)?.State.CheckedAt == record.State.CheckedAt))
                {
                    var group = record.State.Group;
                    referee.RecordedIdle(group, before[group].State, record with { State = after[group].State });
                }

                return told;
            },
            activities => OnIdle(sweep, activities));
    }

    public Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken) =>
        AskAsync("report", () => store.ReportServerAsync(server, cancellationToken));

    public Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("list servers", () => store.ListServersAsync(now, cancellationToken));

    public Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("retire", Nothing(() => store.RetireServerAsync(holder, now, cancellationToken)));

    public async Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = wire.Now;
        var taken = await AskAsync(
            "acquire sweep",
            () => store.TryAcquireSweepAsync(sweep, holder, expectedFence, now, duration, cancellationToken),
            lease => trace.Add(
                wire.Process, lease is null ? $"sweep of {sweep.Cloud} refused" : $"sweep of {sweep.Cloud} is its own, {lease.Fence}"));
        if (taken is not null)
        {
            referee.Sweeps.Held(wire.Process, sweep, began);
        }

        return taken;
    }

    public async Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var began = wire.Now;
        var renewed = await AskAsync("renew sweeps", () => store.RenewSweepsAsync(leases, now, duration, cancellationToken));
        leases.ToList().ForEach(lease => referee.Sweeps.Lost(wire.Process, lease.Sweep));
        renewed.ToList().ForEach(lease => referee.Sweeps.Held(wire.Process, lease.Sweep, began));
        return renewed;
    }

    public Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken)
    {
        referee.LeaseHeld(wire.Process, lease.Group, began: null);
        return AskAsync("release lease", Nothing(() => store.ReleaseLeaseAsync(lease, cancellationToken)));
    }

    public Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken)
    {
        leases.ToList().ForEach(lease => referee.Sweeps.Lost(wire.Process, lease.Sweep));
        return AskAsync("release sweeps", Nothing(() => store.ReleaseSweepsAsync(leases, cancellationToken)));
    }

    public Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken) =>
        AskAsync("keep check", Nothing(() => store.KeepCheckAsync(run, cancellationToken)));

    public Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken) =>
        AskAsync("list checks", () => store.ListChecksAsync(group, limit, cancellationToken));

    public Task<ImmutableArray<Activity>> AppendAsync(
        AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken) =>
        AskAsync("append", () => store.AppendAsync(account, activities, cancellationToken));

    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        AskAsync("list activities", () => store.ListActivitiesAsync(group, page, cancellationToken));

    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) =>
        AskAsync("read activities", () => store.ReadActivitiesAsync(account, afterPosition, limit, cancellationToken));

    public Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken) =>
        AskAsync("first activity", () => store.FirstActivityAsync(group, cancellationToken));

    public Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken) =>
        AskAsync("last position", () => store.LastPositionAsync(account, cancellationToken));

    public Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken) =>
        AskAsync("read pause", () => store.ReadPauseAsync(cancellationToken));

    public Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken) =>
        AskAsync("change pause", () => store.ChangePauseAsync(change, cancellationToken));

    public Task<ImmutableArray<ReportKey>> ReadReportKeysAsync(CancellationToken cancellationToken) =>
        AskAsync("read report keys", () => store.ReadReportKeysAsync(cancellationToken));

    public Task<ImmutableArray<ReportKey>> ChangeReportKeysAsync(
        Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change, CancellationToken cancellationToken) =>
        AskAsync("change report keys", () => store.ChangeReportKeysAsync(change, cancellationToken));

    public Task PutClaimAsync(GroupId group, Claim claim, CancellationToken cancellationToken) =>
        AskAsync($"put a claim on {Short(group)}", Nothing(() => store.PutClaimAsync(group, claim, cancellationToken)));

    public Task EndClaimAsync(GroupId group, string source, CancellationToken cancellationToken) =>
        AskAsync($"end a claim on {Short(group)}", Nothing(() => store.EndClaimAsync(group, source, cancellationToken)));

    public Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken) =>
        AskAsync($"put a policy of {Short(group)}", Nothing(() => store.PutPolicyAsync(group, policy, activity, cancellationToken)));

    public Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken) =>
        AskAsync($"remove a policy of {Short(group)}", Nothing(() => store.RemovePolicyAsync(group, name, activity, cancellationToken)));

    public Task<ImmutableArray<SteeredGroup>> ListSteeredAsync(CancellationToken cancellationToken) =>
        AskAsync("list steered groups", () => store.ListSteeredAsync(cancellationToken),
            groups => referee.Steering.Read(wire.Process, groups));

    public Task<SteeringState> FindSteeringAsync(GroupId group, CancellationToken cancellationToken) =>
        AskAsync($"find the steering of {Short(group)}", () => store.FindSteeringAsync(group, cancellationToken));

    public Task TellAsync(GroupId group, string policy, ReceivedWord word, CancellationToken cancellationToken) =>
        AskAsync($"tell a policy of {Short(group)}", Nothing(() => store.TellAsync(group, policy, word, cancellationToken)));

    public Task PushReadingsAsync(
        GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync($"push readings of {Short(group)}", Nothing(() => store.PushReadingsAsync(group, pushed, now, cancellationToken)));

    public Task<ImmutableArray<PushedReading>> FindPushedAsync(GroupId group, CancellationToken cancellationToken) =>
        AskAsync($"read what was pushed for {Short(group)}", () => store.FindPushedAsync(group, cancellationToken));

    public Task<ImmutableArray<Activity>> SteerAsync(ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            referee.Steering.Concluding(wire.Process, record);
        }

        return AskAsync("steer", async () =>
        {
            // A store in memory answers at once: nothing comes between these.
            var moved = records.Where(record => record.Claim is not null).Select(record => record.Group).ToList();
            var before = await FindAsync(moved);
            var told = await store.SteerAsync(records, cancellationToken);
            var after = await FindAsync(moved);
            foreach (var record in records.Where(record => after.ContainsKey(record.Group)))
            {
                OnSteered(record, before[record.Group], after[record.Group], told);
            }

            return told;
        });
    }

    public Task KeepReadingsAsync(ImmutableArray<ReadingChunk> chunks, CancellationToken cancellationToken) =>
        AskAsync("keep readings", Nothing(() => store.KeepReadingsAsync(chunks, cancellationToken)));

    public Task<ImmutableArray<ReadingChunk>> FindReadingsAsync(
        GroupId group, string? metric, Resolution resolution, DateTimeOffset since, CancellationToken cancellationToken) =>
        AskAsync(
            $"find readings of {Short(group)}", () => store.FindReadingsAsync(group, metric, resolution, since, cancellationToken));

    public Task<int> ForgetReadingsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        AskAsync("forget readings", () => store.ForgetReadingsAsync(now, cancellationToken));

    public Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken) =>
        AskAsync("find launches", () => store.FindLaunchesAsync(launches, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Short(GroupId group) => group.ToString()[..4];

    private static Func<Task<bool>> Nothing(Func<Task> call) => async () =>
    {
        await call();
        return true;
    };

    private Task<ImmutableArray<Activity>> AskToRecordAsync(
        string what, bool releases, GroupLease lease, CheckRecord record, Func<CheckRecord, Task<ImmutableArray<Activity>>> call)
    {
        GroupState? before = null;
        return AskAsync(
            what,
            async () =>
            {
                // A store in memory answers at once: nothing comes between the two.
                before = (await store.FindGroupAsync(lease.Group, CancellationToken.None))!.State;
                await JudgeAsync(record, lease);
                return await call(record);
            },
            _ => OnRecorded(releases, lease, before!, record));
    }

    private Task<T> AskAsync<T>(string what, Func<Task<T>> call, Action<T>? committed = null)
    {
        wire.EnsureHome();
        var fate = draw();
        return wire.CallAsync(async () =>
        {
            if (IsCutOff)
            {
                await DelayAsync(fate.Timeout);
                trace.Add(wire.Process, $"{what}: cut off from the store");
                throw new StoreException(StoreErrorKind.Unavailable, "the store cannot be reached");
            }

            await DelayAsync(fate.Before + (fate.Conflicts ?? TimeSpan.Zero));
            if (IsCutOff && !fate.Arrives)
            {
                await DelayAsync(fate.Timeout);
                trace.Add(wire.Process, $"{what}: cut off on its way to the store");
                throw new StoreException(StoreErrorKind.Ambiguous, "the store has not answered");
            }

            if (fate.FailsBefore)
            {
                trace.Add(wire.Process, $"{what}: store unavailable");
                throw new StoreException(StoreErrorKind.Unavailable, "the store cannot be reached");
            }

            T answer;
            try
            {
                answer = await call();
            }
            catch (StoreException error)
            {
                trace.Add(wire.Process, $"{what}: {error.Kind}");
                throw;
            }

            committed?.Invoke(answer);
            await DelayAsync(fate.After);
            if (IsCutOff || fate.FailsAfter)
            {
                await DelayAsync(IsCutOff ? fate.Timeout : TimeSpan.Zero);
                trace.Add(wire.Process, $"{what}: done, and the answer lost");
                throw new StoreException(StoreErrorKind.Ambiguous, "the connection to the store broke");
            }

            return answer;
        });
    }

    /// <summary>Whatever the engine writes must be an edge that a server would take from it, too, were it a program elsewhere.</summary>
    private async Task JudgeAsync(CheckRecord record, GroupLease? lease)
    {
        var fence = lease?.Fence ?? record.State.Fence;
        if (await store.FindGroupAsync(record.State.Group, CancellationToken.None) is { } known && known.State.Fence == fence)
        {
            var templates = record.Launches.Select(launch => launch.Template).Append(known.Template.Id).ToHashSet();
            var verdict = CheckEdge.Check(
                known, record, isLeased: lease is not null, outsideTime.GetUtcNow(), templates, GroupRules.CapacityLimitDefault);

            // Without a lease, or with one that ran out, others may have written since: a server passes such a record over.
            var errors = lease?.EndsAt > outsideTime.GetUtcNow() ? verdict.All : verdict.Impossible;
            referee.Check(errors.IsEmpty ? null : $"the engine wrote what no check can do: {string.Join("; ", errors)}");
        }
    }

    private CheckRecord Kept(CheckRecord record) => keepsMicroseconds ? WholeMicroseconds.Of(record) : record;

    private Task DelayAsync(TimeSpan delay) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, outsideTime, CancellationToken.None) : Task.CompletedTask;

    private void OnRecorded(bool releases, GroupLease lease, GroupState before, CheckRecord record)
    {
        var group = lease.Group;
        trace.Add(
            wire.Process,
            $"{(releases ? "ends" : "records")} {Short(group)}: "
            + $"{record.State.Condition} {string.Join(' ', record.Launches.Select(launch => $"{launch.InstanceName}:{launch.Phase}"))}");
        foreach (var activity in record.Activities)
        {
            trace.Add(wire.Process, $"tells {Short(group)}: {activity.Type} {activity.Status}: {activity.Description}");
        }

        referee.Recorded(lease, before, record, releases);
    }

    private async Task<Dictionary<GroupId, GroupRecord>> FindAsync(IEnumerable<GroupId> groups)
    {
        var found = new Dictionary<GroupId, GroupRecord>();
        foreach (var group in groups.Distinct())
        {
            if (await store.FindGroupAsync(group, CancellationToken.None) is { } record)
            {
                found[group] = record;
            }
        }

        return found;
    }

    private void OnSteered(SteeringRecord record, GroupRecord before, GroupRecord after, ImmutableArray<Activity> told)
    {
        var claim = record.Claim!;
        trace.Add(wire.Process,
            $"steers {Short(record.Group)} to {claim.Desired} by {claim.Author}, as of {claim.Since:HH:mm:ss.fff}: {claim.Reason}");
        referee.Steering.Concluded(wire.Process, record, before, after, told);
        referee.Steered(record.Group, after.Claims.FirstOrDefault(one => one.Source == Claim.Steering));
    }

    private void OnIdle(SweepLease? sweep, ImmutableArray<Activity> activities)
    {
        referee.Check(sweep is null ? null : referee.Sweeps.OnRecorded(wire.Process, sweep));
        foreach (var activity in activities)
        {
            trace.Add(
                wire.Process,
                $"tells {Short(activity.Group)}: {activity.Type} {activity.Status} x{activity.Count}: {activity.Description}");
            referee.Told(activity);
        }
    }
}

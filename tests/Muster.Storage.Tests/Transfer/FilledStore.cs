using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Storage.Tests.Transfer;

/// <summary>Puts something of everything into a store: two accounts, living and dead, with nothing at its default.</summary>
internal sealed class FilledStore
{
    private readonly Some _a = new();

    public Account Account { get; private set; } = null!;

    public Token Token { get; private set; } = null!;

    /// <summary>A living group at its level, whose newest activity is a run of repeats.</summary>
    public Group Healthy { get; private set; } = null!;

    /// <summary>A group with every field set, an open launch, and its lease given back.</summary>
    public Group Full { get; private set; } = null!;

    /// <summary>A group whose cloud put U+0000 into everything it said; SQLite keeps it, PostgreSQL cannot.</summary>
    public Group Garbled { get; private set; } = null!;

    /// <summary>A group with policies of every kind, what a round concluded, what a receiver was told, and readings.</summary>
    public Group Steered { get; private set; } = null!;

    public static async Task<FilledStore> FillAsync(IStore store, CancellationToken cancellationToken)
    {
        var filled = new FilledStore();
        await filled.FillOneAsync(store, cancellationToken);
        var other = await store.EnsureAccountAsync(filled._a.FullAccount("other"), cancellationToken);
        await store.EnsureUserAsync(filled._a.User(other.Id, "jane"), cancellationToken);
        var key = filled._a.Key(other.Id);
        await store.AddCredentialAsync(key, replaced: null, cancellationToken);
        await store.ConfirmCredentialAsync(key.Id, Some.Start.AddDays(1), cancellationToken);
        await store.AddCredentialAsync(
            filled._a.Key(other.Id) with { CreatedAt = Some.Start.AddDays(2) }, replaced: key.Id, cancellationToken);
        var template = filled._a.Template(other.Id, "hello");
        await store.AddTemplateAsync(template, cancellationToken);
        await filled.AddAsync(store, filled._a.Group(template, "web"), cancellationToken);
        await store.ChangePauseAsync(
            state => state.Paused(new(Some.Start, "ann", Some.Unicode, ["local/i-1"])).Resumed(), cancellationToken);
        await store.ChangePauseAsync(
            state => state.Paused(new(Some.Start.AddDays(1), "the server", Some.Unicode, ["local/i-2"])), cancellationToken);
        return filled;
    }

    private async Task FillOneAsync(IStore store, CancellationToken cancellationToken)
    {
        Account = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), cancellationToken);
        Token = _a.Token(Account.Id, "deploy");
        await store.AddTokenAsync(Token, cancellationToken);
        var revoked = _a.Token(Account.Id, "old");
        await store.AddTokenAsync(revoked, cancellationToken);
        await store.RevokeTokenAsync(Account.Id, revoked.Id, Some.Start.AddDays(1), cancellationToken);

        var template = _a.FullTemplate(Account.Id) with { Cloud = "local" };
        await store.AddTemplateAsync(template, cancellationToken);
        var gone = _a.Template(Account.Id, "gone");
        await store.AddTemplateAsync(gone, cancellationToken);
        await store.ArchiveTemplateAsync(gone.Id, Some.Start.AddDays(2), cancellationToken);

        Healthy = await AddAsync(store, _a.Group(template, "web"), cancellationToken);
        for (var minute = 1; minute <= 3; minute++)
        {
            var at = Some.Start.AddMinutes(minute);
            await store.RecordIdleAsync([Some.Check(Healthy.Id, at, _a.NoOp(Healthy, at))], cancellationToken);
        }

        Full = await AddAsync(store, _a.FullGroup(template), cancellationToken);
        await ActAsync(store, Full, Some.FullState, _a.FullLaunch(Full), _a.FullActivity(Full), cancellationToken);
        Garbled = await AddAsync(store, _a.Group(template, "garbled"), cancellationToken);
        await ActAsync(
            store,
            Garbled,
            GarbledState,
            _a.FullLaunch(Garbled) with { Failure = "launch\0" },
            _a.Activity(Garbled, description: "activity\0"),
            cancellationToken);
        await store.PutClaimAsync(
            Garbled.Id, new() { Source = "policy", Desired = 3, Reason = "claim\0", Since = Some.Start }, cancellationToken);
        await store.NoteAsync(
            Garbled.Id,
            [new("local", new("i-1")) { Finding = new("probe", Verdict.Unhealthy, Some.Start, "finding\0") }],
            activity: null,
            cancellationToken);
        await store.NoteAsync(Full.Id, Some.SaysAll, activity: null, cancellationToken);
        await store.NoteAsync(
            Full.Id,
            [new("local", new("i-4")) { Gate = new(Gates.Drain, GateAnswer.Extend, Some.Start.AddMinutes(1), null) }],
            activity: null,
            cancellationToken);
        await store.ChangeReportKeysAsync(_ => [new(3, Some.Start, new("keyring", "sealed"))], cancellationToken);
        Steered = await AddAsync(store, _a.Group(template, "steered"), cancellationToken);
        await SteerAsync(store, cancellationToken);
        var archived = await AddAsync(store, _a.Group(template, "was"), cancellationToken);
        await store.PutPolicyAsync(
            archived.Id, SomePolicies.Named("alarm"), _a.Activity(archived, ActivityType.Change, "alarm"), cancellationToken);
        await store.NoteAsync(archived.Id, Some.SaysAll, activity: null, cancellationToken);
        await store.UpdateGroupAsync(
            archived with { Version = 2, Phase = GroupPhase.Archived, ArchivedAt = Some.Start.AddDays(3) },
            _a.Activity(archived, ActivityType.Change, "deleted"),
            cancellationToken);
        await store.TryAcquireSweepAsync(
            new(Account.Id, "local"), "server-1", expectedFence: 0, Some.Start, TimeSpan.FromSeconds(30), cancellationToken);
    }

    private async Task SteerAsync(IStore store, CancellationToken cancellationToken)
    {
        foreach (var policy in SomePolicies.OfEachKind)
        {
            await store.PutPolicyAsync(
                Steered.Id, policy, _a.Activity(Steered, ActivityType.Change, policy.Name), cancellationToken);
        }

        await store.SteerAsync(
            [
                new(Steered.Id, SomePolicies.FullState with { Conclusion = "steering\0" }, SomePolicies.Claims(7)),
                new(Healthy.Id, SomePolicies.FullState with { Outcomes = [] }),
            ],
            cancellationToken);
        await store.TellAsync(Steered.Id, "f-receiver", new(9, Some.Start.AddDays(1), "word\0"), cancellationToken);
        await store.KeepReadingsAsync([SomePolicies.Chunk(Steered.Id)], cancellationToken);
        await store.PushReadingsAsync(Steered.Id, [new("cpu", "i-1", 0.1, Some.Start)], Some.Start, cancellationToken);
    }

    private static GroupState GarbledState(GroupId group, long fence)
    {
        var state = Some.FullState(group, fence);
        return state with
        {
            Reason = "state\0",
            Placements = [state.Placements[0] with { Breaker = state.Placements[0].Breaker with { LastFailure = "breaker\0" } }],
            Members = [state.Members[1] with { Cloud = "member\0" }],
            RecentTerminations = [state.RecentTerminations[0] with { Reason = "termination\0" }],
        };
    }

    private async Task ActAsync(
        IStore store,
        Group group,
        Func<GroupId, long, GroupState> state,
        Launch open,
        Activity activity,
        CancellationToken cancellationToken)
    {
        var lease = await store.TryAcquireLeaseAsync(
            group.Id, "server-1", expectedFence: 0, Some.Start, TimeSpan.FromMinutes(1), cancellationToken);
        await store.RecordAndReleaseAsync(
            lease!,
            new()
            {
                State = state(group.Id, lease!.Fence),
                Launches = [open, _a.FullLaunch(group) with { Phase = LaunchPhase.DiedYoung }],
                Activities = [activity],
            },
            cancellationToken);
    }

    private async Task<Group> AddAsync(IStore store, Group group, CancellationToken cancellationToken)
    {
        await store.AddGroupAsync(group, _a.Activity(group, ActivityType.Change, "created"), cancellationToken);
        return group;
    }
}

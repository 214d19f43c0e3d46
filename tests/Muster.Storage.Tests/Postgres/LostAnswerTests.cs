using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Metrics;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

/// <summary>A connection that breaks at the worst moment: what was written is written once, and the caller hears what is so.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);
    private readonly Some _a = new();
    private string _database = "";
    private TcpProxy? _proxy;
    private PostgresStore? _direct;
    private PostgresStore? _store;
    private Account? _account;
    private Template? _template;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Start => Some.Start;

    private TcpProxy Network => _proxy!;

    /// <summary>The store behind the network that breaks.</summary>
    private PostgresStore Store => _store!;

    /// <summary>Another server's, on the same database.</summary>
    private PostgresStore Other => _direct!;

    public async ValueTask InitializeAsync()
    {
        var server = await TestDatabases.ServerAsync();
        _database = await TestDatabases.CreateAsync(Cancellation);
        _proxy = new TcpProxy(server.Port);
        _proxy.Start();
        _direct = await TestDatabases.OpenAsync(_database, Cancellation);
        _store = await OpenAsync(TimeProvider.System);
        _account = await _direct.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
        _template = _a.Template(_account.Id);
        await _direct.AddTemplateAsync(_template, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Other.DisposeAsync();
        await Network.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_is_kept_once_when_its_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var record = Some.Check(group.Id, Start, _a.Activity(group), _a.NoOp(group, Start)) with { Launches = [_a.Launch(group)] };
        var broken = BreakAtCommit(isKept);

        var kept = await Store.RecordAndReleaseAsync(lease, record, Cancellation);

        Assert.True(broken.IsCompleted);
        Same.AsEach(kept.Reverse(), (await TrailAsync(group)).Take(2));
        Assert.Equal(3, (await TrailAsync(group)).Length);
        var found = await FoundAsync(group);
        Same.AsEach(record.Launches, found.OpenLaunches);
        Assert.Equal(2, found.State.Fence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeat_melts_in_once_even_when_another_server_writes_before_the_fate_is_known(bool isKept)
    {
        var (group, busy) = (await AddGroupAsync(), await AddGroupAsync());
        await Other.RecordIdleAsync([Some.Check(group.Id, Start, _a.NoOp(group, Start))], Cancellation);
        var broken = BreakAtCommit(
            isKept, meanwhile: () => Other.RecordIdleAsync([Some.Check(busy.Id, Start, _a.NoOp(busy, Start))], Cancellation));

        var kept = await Store.RecordIdleAsync([Some.Check(group.Id, Start, _a.NoOp(group, Start))], Cancellation);

        Assert.True(broken.IsCompleted);
        Assert.Equal(2, Assert.Single(kept).Count);
        Same.As((await TrailAsync(group))[0], kept[0]);
        Assert.Equal([1], (await TrailAsync(busy)).Take(1).Select(activity => activity.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_group_is_added_once_and_changed_once(bool isKept)
    {
        var group = _a.Group(_template!);
        var adding = BreakAtCommit(isKept);
        await Store.AddGroupAsync(group, _a.Activity(group, ActivityType.Change, "created"), Cancellation);
        Assert.True(adding.IsCompleted);

        var changed = group with { Version = 2, Capacity = group.Capacity with { Desired = 7 } };
        var changing = BreakAtCommit(isKept);
        await Store.UpdateGroupAsync(changed, _a.Activity(group, ActivityType.Change, "changed"), Cancellation);
        Assert.True(changing.IsCompleted);

        Same.As(changed, (await FoundAsync(group)).Group);
        Assert.Equal(["changed", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_claim_is_put_once_and_ended_once_when_the_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        var putting = BreakAtCommit(isKept);
        await Store.PutClaimAsync(group.Id, Some.FullClaim, Cancellation);
        Assert.True(putting.IsCompleted);
        Same.AsEach([Some.FullClaim], (await FoundAsync(group)).Claims);

        var ending = BreakAtCommit(isKept);
        await Store.EndClaimAsync(group.Id, Some.FullClaim.Source, Cancellation);
        Assert.True(ending.IsCompleted);
        Assert.Empty((await FoundAsync(group)).Claims);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_note_is_kept_and_told_once_when_the_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        var finding = BreakAtCommit(isKept);
        Finding found = new("probe", Verdict.Healthy, Start);
        var notes = await Store.NoteAsync(group.Id, [new("local", new("i-1")) { Finding = found }], activity: null, Cancellation);
        Assert.True(finding.IsCompleted);
        Same.AsEach((await FoundAsync(group)).Notes, notes);

        var protecting = BreakAtCommit(isKept);
        notes = await Store.NoteAsync(
            group.Id,
            [new("local", new("i-1")) { IsProtected = true }],
            _a.Activity(group, ActivityType.Change, "protected"),
            Cancellation);
        Assert.True(protecting.IsCompleted);
        Same.AsEach([new() { Instance = new("i-1"), Cloud = "local", Findings = [found], ServedAt = Start, IsProtected = true }], notes);
        Same.AsEach((await FoundAsync(group)).Notes, notes);
        Assert.Equal(["protected", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_policy_is_made_once_and_removed_once_when_the_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        var putting = BreakAtCommit(isKept);
        await Store.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), _a.Activity(group, description: "made"), Cancellation);
        Assert.True(putting.IsCompleted);
        Assert.Equal([SomePolicies.Named("alarm")], (await FoundAsync(group)).Policies);

        var removing = BreakAtCommit(isKept);
        await Store.RemovePolicyAsync(group.Id, "alarm", _a.Activity(group, description: "removed"), Cancellation);
        Assert.True(removing.IsCompleted);
        Assert.Empty((await FoundAsync(group)).Policies);
        Assert.Equal(["removed", "made", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_is_kept_and_told_once_when_its_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        var broken = BreakAtCommit(isKept);

        var kept = await Store.SteerAsync(
            [new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7), _a.NoOp(group, Start))], Cancellation);

        Assert.True(broken.IsCompleted);
        Same.As((await TrailAsync(group))[0], Assert.Single(kept));
        Assert.Equal(2, (await TrailAsync(group)).Sum(activity => activity.Count));
        Assert.Equal([SomePolicies.Claims(7)], (await FoundAsync(group)).Claims);
        Assert.Equal(SomePolicies.FullState, await Other.FindSteeringAsync(group.Id, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_outside_systems_say_is_kept_once_when_the_commit_or_the_answer_to_it_is_lost(bool isKept)
    {
        var group = await AddGroupAsync();
        await Other.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), _a.Activity(group), Cancellation);
        var telling = BreakAtCommit(isKept);
        await Store.TellAsync(group.Id, "alarm", new(9, Start, "told"), Cancellation);
        Assert.True(telling.IsCompleted);

        var pushing = BreakAtCommit(isKept);
        await Store.PushReadingsAsync(group.Id, [new("cpu", Instance: null, 3, Start)], Start, Cancellation);
        Assert.True(pushing.IsCompleted);

        var steered = Assert.Single(await Other.ListSteeredAsync(Cancellation));
        Assert.Equal(new(9, Start, "told"), steered.State.Of("alarm")!.Memory.Word);
        Assert.Equal([new("cpu", Instance: null, 3, Start)], steered.Pushed);
    }

    [Fact]
    public async Task States_and_readings_whose_answers_were_lost_are_there_once()
    {
        var group = await AddGroupAsync();
        var steering = BreakAnswer(Words.Inserted);
        await Store.SteerAsync([new(group.Id, SomePolicies.FullState)], Cancellation);
        Assert.True(steering.IsCompleted);

        var keeping = BreakAnswer(Words.Committed);
        await Store.KeepReadingsAsync([SomePolicies.Chunk(group.Id)], Cancellation);
        Assert.True(keeping.IsCompleted);

        Assert.Equal(SomePolicies.FullState, await Other.FindSteeringAsync(group.Id, Cancellation));
        Assert.Equal(
            [SomePolicies.Chunk(group.Id)],
            await Other.FindReadingsAsync(group.Id, metric: null, Resolution.Raw, Start.AddDays(-1), Cancellation));
    }

    [Fact]
    public async Task A_lease_whose_grant_was_lost_is_still_granted_to_who_asked_for_it()
    {
        var group = await AddGroupAsync();
        var broken = BreakAnswer(Words.Updated);

        var lease = await Store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation);

        Assert.True(broken.IsCompleted);
        Same.As(new GroupLease(group.Id, "server-1", 1, Start + LeaseTime), lease!);
        await Store.RecordAsync(lease!, Some.Check(group.Id, Start), Cancellation);
    }

    [Fact]
    public async Task A_sweep_whose_grant_was_lost_is_still_granted_to_who_asked_for_it()
    {
        var sweep = new SweepKey(_account!.Id, "local");
        var first = BreakAnswer(Words.Inserted);
        Assert.Equal(1, (await Store.TryAcquireSweepAsync(sweep, "a", 0, Start, LeaseTime, Cancellation))!.Fence);
        Assert.True(first.IsCompleted);

        var second = BreakAnswer(Words.Updated);
        Assert.Equal(2, (await Store.TryAcquireSweepAsync(sweep, "b", 1, Start + LeaseTime, LeaseTime, Cancellation))!.Fence);
        Assert.True(second.IsCompleted);
    }

    [Fact]
    public async Task A_lease_that_another_took_is_not_mistaken_for_ones_own()
    {
        var group = await AddGroupAsync();
        await Store.PingAsync(Cancellation);
        var broken = BreakRequest(meanwhile: () => Other.TryAcquireLeaseAsync(group.Id, "server-2", 0, Start, LeaseTime, Cancellation));

        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation));
        Assert.True(broken.IsCompleted);
    }

    [Fact]
    public async Task A_token_whose_answer_was_lost_is_no_duplicate_of_itself()
    {
        var token = _a.Token(_account!.Id);
        var broken = BreakAnswer(Words.Inserted);

        await Store.AddTokenAsync(token, Cancellation);

        Assert.True(broken.IsCompleted);
        Same.AsEach([token], await Store.ListTokensAsync(_account.Id, Cancellation));
    }

    [Fact]
    public async Task Templates_and_accounts_whose_answers_were_lost_are_there_once()
    {
        var adding = BreakAnswer(Words.Inserted);
        var added = _a.Template(_account!.Id);
        await Store.AddTemplateAsync(added, Cancellation);
        Assert.True(adding.IsCompleted);

        var ensuring = BreakAnswer(Words.Inserted);
        var made = await Store.EnsureAccountAsync(_a.Account("ducks"), Cancellation);
        Assert.True(ensuring.IsCompleted);

        Same.As(made, (await Other.FindAccountAsync("ducks", Cancellation))!);
        Same.As(added, (await Other.FindTemplateAsync(added.Id, Cancellation))!);
    }

    [Fact]
    public async Task Who_lost_the_answer_and_the_way_to_ask_for_it_hears_that_nobody_knows()
    {
        var group = await AddGroupAsync();
        await using var hasty = await OpenAsync(new HastyTime(factor: 50));
        var lease = await LeaseAsync(group);
        var broken = BreakAnswer(Words.Committed, thenRefuse: true);

        var error = await Assert.ThrowsAsync<StoreException>(
            () => hasty.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group)), Cancellation));

        Assert.True(broken.IsCompleted);
        Assert.Equal(StoreErrorKind.Ambiguous, error.Kind);
        Assert.Contains("may or may not have been kept", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await TrailAsync(group)).Length);
    }

    [Fact]
    public async Task A_commit_into_silence_is_looked_up_even_when_the_silence_used_up_all_the_time()
    {
        var group = await AddGroupAsync();
        await using var hasty = await OpenAsync(new HastyTime(factor: 50), options => options.StatementTimeout = TimeSpan.FromSeconds(1));
        var lease = await LeaseAsync(group);
        var silent = new TaskCompletionSource<bool>();
        var broken = BreakAnswer(Words.Committed, meanwhile: () => silent.Task);

        var kept = await hasty.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group)), Cancellation);
        silent.SetResult(true);

        Assert.True(broken.IsCompleted);
        Same.As((await TrailAsync(group))[0], Assert.Single(kept));
        Assert.Equal(2, (await TrailAsync(group)).Length);
    }

    [Fact]
    public async Task A_database_that_is_silent_is_no_answer()
    {
        await using var hasty = await OpenAsync(new HastyTime(factor: 20));
        await hasty.PingAsync(Cancellation);
        Network.Hold();

        var error = await Assert.ThrowsAsync<StoreException>(() => hasty.PingAsync(Cancellation));
        var again = await Assert.ThrowsAsync<StoreException>(() => hasty.PingAsync(Cancellation));
        var connections = Network.Connections;
        Network.Restore();

        Assert.Equal((StoreErrorKind.Unavailable, StoreErrorKind.Unavailable), (error.Kind, again.Kind));
        Assert.Contains("it took too long", error.Message, StringComparison.Ordinal);

        // The store's own and the hasty one's, which the second question shares with the first.
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Who_never_got_through_hears_that_nothing_was_written()
    {
        var group = await AddGroupAsync();
        await using var hasty = await OpenAsync(new HastyTime(factor: 50));
        var lease = await LeaseAsync(group);
        Network.Refuse();

        var written = await Assert.ThrowsAsync<StoreException>(
            () => hasty.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group)), Cancellation));
        var read = await Assert.ThrowsAsync<StoreException>(() => hasty.FindGroupAsync(group.Id, Cancellation));
        var asked = await Assert.ThrowsAsync<StoreException>(() => hasty.PingAsync(Cancellation));

        Assert.Equal(
            [StoreErrorKind.Unavailable, StoreErrorKind.Unavailable, StoreErrorKind.Unavailable], [written.Kind, read.Kind, asked.Kind]);
        Assert.Contains($"127.0.0.1:{Network.Port}, database {_database}", written.Message, StringComparison.Ordinal);
        Assert.Single(await TrailAsync(group));
    }

    [Fact]
    public async Task Reads_and_writes_go_on_by_themselves_when_every_connection_is_cut_again_and_again()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        for (var i = 1; i <= 20; i++)
        {
            var writing = Store.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group)), Cancellation);
            var reading = Store.FindGroupAsync(group.Id, Cancellation);
            Network.Cut();
            await Patiently.ForAsync(Task.WhenAll(writing, reading), "a write and a read get through");
            Assert.Equal(i + 1, (await TrailAsync(group)).Length);
        }
    }

    [Fact]
    public async Task A_server_that_was_paused_in_a_transaction_does_not_keep_the_trail_from_others()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await using var brief = await OpenAsync(
            TimeProvider.System, options => options.IdleInTransactionTimeout = TimeSpan.FromMilliseconds(300));
        await brief.PingAsync(Cancellation);
        var held = new TaskCompletionSource();
        var isNext = false;
        Network.BreaksAnswer = bytes =>
        {
            isNext |= Words.Has(bytes, Words.InTransaction);
            return Task.FromResult(false);
        };
        Network.BreaksRequest = bytes =>
        {
            if (isNext && held.TrySetResult())
            {
                Network.Hold();
            }

            return Task.FromResult(false);
        };
        var paused = brief.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group, description: "late")), Cancellation);
        await Patiently.ForAsync(held.Task, "the transaction is held");

        await Other.RecordAsync(lease, Some.Check(group.Id, Start, _a.Activity(group, description: "early")), Cancellation);
        Network.Restore();
        await Patiently.ForAsync(paused, "the paused server writes what it began");

        Assert.Equal(["late", "early", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    private async Task<PostgresStore> OpenAsync(TimeProvider timeProvider, Action<PostgresStoreOptions>? change = null)
    {
        var options = TestDatabases.Options(Network.Url(_database));
        options.Password = (await TestDatabases.ServerAsync()).Password;
        change?.Invoke(options);
        return await PostgresStore.OpenAsync(options, TestDatabases.Random, timeProvider, Cancellation);
    }

    /// <summary>
    /// Breaks the next transaction's connection: when the answer to its COMMIT is on its way, or before the COMMIT arrives.
    /// </summary>
    private Task BreakAtCommit(bool isKept, Func<Task>? meanwhile = null)
    {
        if (isKept)
        {
            return BreakAnswer(Words.Committed, meanwhile);
        }

        var broken = new TaskCompletionSource();
        var isNext = false;
        Network.BreaksAnswer = bytes =>
        {
            isNext |= Words.Has(bytes, Words.InTransaction);
            return Task.FromResult(false);
        };
        Network.BreaksRequest = async _ =>
        {
            if (!isNext || broken.Task.IsCompleted)
            {
                return false;
            }

            (isNext, Network.BreaksAnswer) = (false, null);
            broken.SetResult();
            Network.Cut();
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            return true;
        };
        return broken.Task;
    }

    /// <summary>Breaks the connection on which the server says the word next, before it is heard.</summary>
    private Task BreakAnswer(ReadOnlyMemory<byte> word, Func<Task>? meanwhile = null, bool thenRefuse = false)
    {
        var broken = new TaskCompletionSource();
        Network.BreaksAnswer = async bytes =>
        {
            if (!Words.Has(bytes, word) || !broken.TrySetResult())
            {
                return false;
            }

            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            if (thenRefuse)
            {
                Network.Refuse();
            }

            return true;
        };
        return broken.Task;
    }

    /// <summary>Breaks the connection at the next request, before it arrives.</summary>
    private Task BreakRequest(Func<Task> meanwhile)
    {
        var broken = new TaskCompletionSource();
        Network.BreaksRequest = async _ =>
        {
            if (!broken.TrySetResult())
            {
                return false;
            }

            await meanwhile();
            return true;
        };
        return broken.Task;
    }

    private async Task<Group> AddGroupAsync()
    {
        var group = _a.Group(_template!);
        await Other.AddGroupAsync(group, _a.Activity(group, ActivityType.Change, "created"), Cancellation);
        return group;
    }

    private async Task<GroupLease> LeaseAsync(Group group) =>
        (await Other.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation))!;

    private async Task<GroupRecord> FoundAsync(Group group) => (await Other.FindGroupAsync(group.Id, Cancellation))!;

    private async Task<ImmutableArray<Activity>> TrailAsync(Group group) =>
        (await Other.ListActivitiesAsync(group.Id, new PageRequest(PageRequest.LimitMax), Cancellation)).Items;
}

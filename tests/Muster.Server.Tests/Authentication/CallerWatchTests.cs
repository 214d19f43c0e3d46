using Microsoft.Extensions.Time.Testing;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Problems;
using Muster.Server.Tasks;
using Muster.Server.Tests.Support;
using Muster.Server.Tokens;
using Muster.Storage.Memory;

namespace Muster.Server.Tests.Authentication;

/// <summary>What ends with a welcome, and what does not end because a store is slow.</summary>
public sealed class CallerWatchTests
{
    private readonly FakeTimeProvider _timeProvider = new(Some.Start);
    private readonly MemoryStore _memory = new(new(new SystemRandomSource().NextId()), TimeProvider.System);
    private readonly FaultSwitch _faults = new();
    private readonly Some _a = new();
    private readonly IStore _store;
    private readonly CallerWatch _watch;

    public CallerWatchTests()
    {
        _store = FaultyStore.Over(_memory, _faults);
        _watch = new(_store, _timeProvider);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_does_not_say_casts_doubt_and_ends_nothing(bool isSilent)
    {
        var caller = await LetInAsync();
        await using var welcome = _watch.Begin(caller);
        (_faults.KnowsNoTokens, _faults.Fault) = (isSilent, isSilent ? null : new StoreException(StoreErrorKind.Unavailable, "away"));

        await UntilAsync(() => welcome.Doubted.IsCancellationRequested);
        await PassAsync(TimeSpan.FromSeconds(20));
        Assert.False(welcome.Ended.IsCancellationRequested);

        // Who is let in now, by a store that answers again, is in no doubt, and all hear of the end.
        (_faults.KnowsNoTokens, _faults.Fault) = (false, null);
        await using var next = _watch.Begin(caller);
        await PassAsync(TimeSpan.FromSeconds(5));
        await using var last = _watch.Begin(caller);
        Assert.False(last.Doubted.IsCancellationRequested);
        await _memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, _timeProvider.GetUtcNow(), Cancel);
        await UntilAsync(() => welcome.Ended.IsCancellationRequested && last.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task A_wait_is_over_with_a_word_about_the_store_when_that_is_what_is_wrong()
    {
        var caller = await LetInAsync();
        _faults.KnowsNoTokens = true;
        var waiting = _watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => waiting.IsCompleted);

        Assert.Equal(StoreErrorKind.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => waiting)).Kind);

        _faults.KnowsNoTokens = false;
        await _memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, _timeProvider.GetUtcNow(), Cancel);
        waiting = _watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => waiting.IsCompleted);
        Assert.Same(ProblemKinds.Unauthenticated, (await Assert.ThrowsAsync<ProblemException>(() => waiting)).Kind);
    }

    [Fact]
    public async Task What_is_over_soon_asks_the_store_nothing()
    {
        var caller = await LetInAsync();
        var asked = 0;
        _faults.Before = _ => Interlocked.Increment(ref asked);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, await _watch.WhileAsync(caller, _ => Task.FromResult(i), Cancel));
        }

        Assert.Equal(0, asked);
        var lasting = _watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => Volatile.Read(ref asked) > 1);
        Assert.False(lasting.IsCompleted);
    }

    [Fact]
    public async Task The_lease_of_a_task_outlasts_a_slow_store_and_ends_with_its_token_and_what_the_task_wrote_stays()
    {
        var caller = await LetInAsync();
        var group = await AddGroupAsync(caller.Account);
        using var leases = new TaskLeases(_store, _timeProvider);
        var lease = (await _memory.TryAcquireLeaseAsync(
            group.Id, "task-1", 0, _timeProvider.GetUtcNow(), TimeSpan.FromMinutes(10), Cancel))!;
        leases.Given(_watch, caller, lease);
        _faults.KnowsNoTokens = true;
        await PassAsync(TimeSpan.FromSeconds(20));

        await _memory.RecordAsync(lease, new() { State = Some.FullState(group.Id, lease.Fence) }, Cancel);
        Assert.Equal(lease.Fence, (await FoundAsync(group)).State.Fence);

        _faults.KnowsNoTokens = false;
        await _memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, _timeProvider.GetUtcNow(), Cancel);
        for (var i = 0; i < 1000 && (await FoundAsync(group)).State.Fence == lease.Fence; i++)
        {
            await PassAsync(TimeSpan.FromMilliseconds(100));
        }

        Same.As(Some.FullState(group.Id, lease.Fence + 1), (await FoundAsync(group)).State);
        await leases.StopAsync(Cancel);
    }

    private async Task<Caller> LetInAsync()
    {
        var account = await _memory.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancel);
        var (token, _) = TokenRules.Create(
            new() { Name = "runner", Role = "task" }, new(_a.Id()), account.Id, TokenRules.ScopeOf(account), _timeProvider.GetUtcNow());
        await _memory.AddTokenAsync(token, Cancel);
        return new(account.Id, token.Name, token.Role, token.Scope, token);
    }

    private async Task<Group> AddGroupAsync(AccountId account)
    {
        var template = _a.Template(account);
        await _memory.AddTemplateAsync(template, Cancel);
        var group = _a.Group(template);
        await _memory.AddGroupAsync(group, _a.Activity(group, Core.Activities.ActivityType.Change, "created"), Cancel);
        return group;
    }

    private async Task<GroupRecord> FoundAsync(Group group) => (await _memory.FindGroupAsync(group.Id, Cancel))!;

    private static async Task<int> ForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return 0;
    }

    /// <summary>Lets time pass in steps, and whoever waits for them do what it does then.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        var step = TimeSpan.FromMilliseconds(100);
        for (var passed = TimeSpan.Zero; passed < span; passed += step)
        {
            _timeProvider.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 1000 && !isSo(); i++)
        {
            await PassAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(isSo(), "it is not so after 100 s");
    }
}

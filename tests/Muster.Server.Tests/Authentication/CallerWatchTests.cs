using Microsoft.Extensions.Time.Testing;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Storage.Memory;
using Muster.Server.Authentication;
using Muster.Server.Problems;
using Muster.Server.Tasks;
using Muster.Server.Tests.Support;
using Muster.Server.Tokens;

namespace Muster.Server.Tests.Authentication;

/// <summary>What ends with a welcome, and what does not end because a store is slow.</summary>
public sealed class CallerWatchTests
{
    private readonly FakeTimeProvider time = new(Some.Start);
    private readonly MemoryStore memory = new(new(new SystemRandomSource().NextId()), TimeProvider.System);
    private readonly FaultSwitch faults = new();
    private readonly Some a = new();
    private readonly IStore store;
    private readonly CallerWatch watch;

    public CallerWatchTests()
    {
        store = FaultyStore.Over(memory, faults);
        watch = new(store, time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_does_not_say_casts_doubt_and_ends_nothing(bool isSilent)
    {
        var caller = await LetInAsync();
        await using var welcome = watch.Begin(caller);
        (faults.KnowsNoTokens, faults.Fault) = (isSilent, isSilent ? null : new StoreException(StoreErrorKind.Unavailable, "away"));

        await UntilAsync(() => welcome.Doubted.IsCancellationRequested);
        await PassAsync(TimeSpan.FromSeconds(20));
        Assert.False(welcome.Ended.IsCancellationRequested);

        // Who is let in now, by a store that answers again, is in no doubt, and all hear of the end.
        (faults.KnowsNoTokens, faults.Fault) = (false, null);
        await using var next = watch.Begin(caller);
        await PassAsync(TimeSpan.FromSeconds(5));
        await using var last = watch.Begin(caller);
        Assert.False(last.Doubted.IsCancellationRequested);
        await memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, time.GetUtcNow(), Cancel);
        await UntilAsync(() => welcome.Ended.IsCancellationRequested && last.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task A_wait_is_over_with_a_word_about_the_store_when_that_is_what_is_wrong()
    {
        var caller = await LetInAsync();
        faults.KnowsNoTokens = true;
        var waiting = watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => waiting.IsCompleted);

        Assert.Equal(StoreErrorKind.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => waiting)).Kind);

        faults.KnowsNoTokens = false;
        await memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, time.GetUtcNow(), Cancel);
        waiting = watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => waiting.IsCompleted);
        Assert.Same(ProblemKinds.Unauthenticated, (await Assert.ThrowsAsync<ProblemException>(() => waiting)).Kind);
    }

    [Fact]
    public async Task What_is_over_soon_asks_the_store_nothing()
    {
        var caller = await LetInAsync();
        var asked = 0;
        faults.Before = _ => Interlocked.Increment(ref asked);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, await watch.WhileAsync(caller, _ => Task.FromResult(i), Cancel));
        }

        Assert.Equal(0, asked);
        var lasting = watch.WhileAsync(caller, ForeverAsync, Cancel);
        await UntilAsync(() => Volatile.Read(ref asked) > 1);
        Assert.False(lasting.IsCompleted);
    }

    [Fact]
    public async Task The_lease_of_a_task_outlasts_a_slow_store_and_ends_with_its_token_and_what_the_task_wrote_stays()
    {
        var caller = await LetInAsync();
        var group = await AddGroupAsync(caller.Account);
        using var leases = new TaskLeases(store, time);
        var lease = (await memory.TryAcquireLeaseAsync(group.Id, "task-1", 0, time.GetUtcNow(), TimeSpan.FromMinutes(10), Cancel))!;
        leases.Given(watch, caller, lease);
        faults.KnowsNoTokens = true;
        await PassAsync(TimeSpan.FromSeconds(20));

        await memory.RecordAsync(lease, new() { State = Some.FullState(group.Id, lease.Fence) }, Cancel);
        Assert.Equal(lease.Fence, (await FoundAsync(group)).State.Fence);

        faults.KnowsNoTokens = false;
        await memory.RevokeTokenAsync(caller.Account, caller.Token!.Id, time.GetUtcNow(), Cancel);
        for (var i = 0; i < 1000 && (await FoundAsync(group)).State.Fence == lease.Fence; i++)
        {
            await PassAsync(TimeSpan.FromMilliseconds(100));
        }

        Same.As(Some.FullState(group.Id, lease.Fence + 1), (await FoundAsync(group)).State);
        await leases.StopAsync(Cancel);
    }

    private async Task<Caller> LetInAsync()
    {
        var account = await memory.EnsureAccountAsync(a.Account(Account.DefaultName), Cancel);
        var (token, _) = TokenRules.Create(
            new() { Name = "runner", Role = "task" }, new(a.Id()), account.Id, TokenRules.ScopeOf(account), time.GetUtcNow());
        await memory.AddTokenAsync(token, Cancel);
        return new(account.Id, token.Name, token.Role, token.Scope, token);
    }

    private async Task<Group> AddGroupAsync(AccountId account)
    {
        var template = a.Template(account);
        await memory.AddTemplateAsync(template, Cancel);
        var group = a.Group(template);
        await memory.AddGroupAsync(group, a.Activity(group, Core.Activities.ActivityType.Change, "created"), Cancel);
        return group;
    }

    private async Task<GroupRecord> FoundAsync(Group group) => (await memory.FindGroupAsync(group.Id, Cancel))!;

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
            time.Advance(step);
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

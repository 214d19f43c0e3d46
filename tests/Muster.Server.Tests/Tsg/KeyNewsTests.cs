using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;
using Muster.Storage.Memory;
using Muster.Triton.Authentication;

namespace Muster.Server.Tests.Tsg;

public sealed class KeyNewsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_is_away_when_a_key_is_confirmed_loses_no_wake()
    {
        var (a, timeProvider, faults, pulse) = (new Some(), new FakeTimeProvider(Some.Start), new FaultSwitch(), new RecordingPulse());
        await using var memory = new MemoryStore(new(a.Id()), TimeProvider.System);
        var account = await memory.EnsureAccountAsync(a.Account(Account.DefaultName), Cancel);
        var template = a.Template(account.Id);
        await memory.AddTemplateAsync(template, Cancel);
        var (waiting, healthy) = (a.Group(template), a.Group(template));
        foreach (var group in new[] { waiting, healthy })
        {
            await memory.AddGroupAsync(group, a.Activity(group), Cancel);
        }

        var lease = (await memory.TryAcquireLeaseAsync(waiting.Id, "server", 0, Some.Start, TimeSpan.FromSeconds(30), Cancel))!;
        await memory.RecordAsync(
            lease, new() { State = new() { Group = waiting.Id, Condition = GroupCondition.Degraded, Reason = "no key" } }, Cancel);
        var failures = 0;
        faults.Fault = new StoreException(StoreErrorKind.Unavailable, "away");
        using var news = new KeyNews(FaultyStore.Over(memory, faults), new CloudShelf(), pulse, timeProvider, NullLogger<KeyNews>.Instance);
        await news.StartAsync(Cancel);

        // Returns at once, and fails with nobody's request.
        news.Tell(account.Id);
        await PassAsync(timeProvider, () => ++failures > 20);
        Assert.Empty(pulse.Woken);

        faults.Fault = null;
        await PassAsync(timeProvider, () => !pulse.Woken.IsEmpty);
        Assert.Equal([waiting.Id], pulse.Woken);
        await news.StopAsync(Cancel);
    }

    private static async Task PassAsync(FakeTimeProvider timeProvider, Func<bool> isSo)
    {
        for (var step = 0; step < 2000 && !isSo(); step++)
        {
            timeProvider.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }

        Assert.True(isSo(), "it is not so after 2000 s");
    }
}

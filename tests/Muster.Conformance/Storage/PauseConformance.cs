using Muster.Core;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>While the installation is paused nobody acts, whoever asks.</summary>
public abstract class PauseConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    private static readonly InstallationPause ByHand = new(Start.AddMicroseconds(1), "ann", "a backup is restored", []);
    private static readonly InstallationPause Found = new(Start.AddSeconds(1), "the server", "2 strangers", ["local/i-1", "local/i-2"]);

    [Fact]
    public async Task A_store_is_not_paused_until_somebody_says_so()
    {
        var none = await Store.ReadPauseAsync(Cancellation);

        Assert.Null(none.Pause);
        Assert.Empty(none.Acknowledged);
    }

    [Fact]
    public async Task A_pause_is_kept_as_it_was_given_until_it_is_ended()
    {
        await Store.ChangePauseAsync(state => state.Paused(ByHand), Cancellation);
        var paused = await Store.ReadPauseAsync(Cancellation);
        var resumed = await Store.ChangePauseAsync(state => state.Resumed(), Cancellation);
        var after = await Store.ReadPauseAsync(Cancellation);

        Assert.Equal((ByHand.Since, ByHand.By, ByHand.Reason), (paused.Pause!.Since, paused.Pause.By, paused.Pause.Reason));
        Assert.Null(resumed.Pause);
        Assert.Null(after.Pause);
    }

    [Fact]
    public async Task A_pause_that_began_goes_on_and_learns_of_strangers_which_a_resume_makes_known()
    {
        await Store.ChangePauseAsync(state => state.Paused(ByHand), Cancellation);
        await Store.ChangePauseAsync(state => state.Paused(Found), Cancellation);
        var paused = (await Store.ChangePauseAsync(
            state => state.Paused(Found with { Strangers = ["local/i-2", "local/i-3"] }), Cancellation)).Pause!;
        await Store.ChangePauseAsync(state => state.Resumed(), Cancellation);
        var after = await Store.ReadPauseAsync(Cancellation);

        Assert.Equal((ByHand.Since, ByHand.By, Found.Reason), (paused.Since, paused.By, paused.Reason));
        Assert.Equal(["local/i-1", "local/i-2", "local/i-3"], paused.Strangers);
        Assert.Equal(["local/i-1", "local/i-2", "local/i-3"], after.Acknowledged.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Strangers_that_hold_an_account_back_pause_nobody_and_a_resume_makes_them_known()
    {
        var group = await AddGroupAsync();
        await Store.ChangePauseAsync(state => state.Holding(["triton/m-1", "triton/m-2"]), Cancellation);
        var holding = await Store.ReadPauseAsync(Cancellation);
        var lease = await LeaseAsync(group);
        await Store.ChangePauseAsync(state => state.Resumed(), Cancellation);
        await Store.ChangePauseAsync(state => state.Holding(["triton/m-2", "triton/m-3"]), Cancellation);
        var after = await Store.ReadPauseAsync(Cancellation);

        Assert.Null(holding.Pause);
        Assert.Equal(["triton/m-1", "triton/m-2"], holding.Held.Order(StringComparer.Ordinal));
        Assert.Equal(1, lease.Fence);
        Assert.Equal(["triton/m-1", "triton/m-2"], after.Acknowledged.Order(StringComparer.Ordinal));
        Assert.Equal(["triton/m-3"], after.Held);
    }

    [Fact]
    public async Task While_paused_no_lease_is_taken_and_afterwards_it_is()
    {
        var group = await AddGroupAsync();
        await Store.ChangePauseAsync(state => state.Paused(ByHand), Cancellation);

        var refused = await Assert.ThrowsAsync<StoreException>(
            () => Store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation));
        await Store.ChangePauseAsync(state => state.Resumed(), Cancellation);

        Assert.Equal(StoreErrorKind.Paused, refused.Kind);
        Assert.Contains("by ann", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await Store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_lease_that_was_taken_before_is_renewed_no_more_and_what_was_done_is_recorded()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.ChangePauseAsync(state => state.Paused(ByHand), Cancellation);

        var refused = await Assert.ThrowsAsync<StoreException>(
            () => Store.RenewLeaseAsync(lease, Start.AddSeconds(1), LeaseTime, Cancellation));
        var kept = await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start, A.NoOp(group, Start)), Cancellation);

        Assert.Equal(StoreErrorKind.Paused, refused.Kind);
        Assert.NotEmpty(kept);
    }

    [Fact]
    public async Task Of_a_lease_that_is_lost_while_paused_the_pause_is_told()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start), Cancellation);
        await Store.ChangePauseAsync(state => state.Paused(ByHand), Cancellation);

        var refused = await Assert.ThrowsAsync<StoreException>(
            () => Store.RenewLeaseAsync(lease, Start.AddSeconds(1), LeaseTime, Cancellation));
        var lost = await Assert.ThrowsAsync<StoreException>(() => Store.RecordAsync(lease, Some.Check(group.Id, Start), Cancellation));

        Assert.Equal((StoreErrorKind.Paused, StoreErrorKind.Fenced), (refused.Kind, lost.Kind));
    }

    [Fact]
    public async Task Launches_are_known_whatever_became_of_them_and_others_are_not()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var (open, closed) = (A.Launch(group), A.Launch(group) with { Phase = LaunchPhase.Failed });
        await Store.RecordAndReleaseAsync(
            lease, Some.Check(group.Id, Start, A.NoOp(group, Start)) with { Launches = [open, closed] }, Cancellation);

        var known = await Store.FindLaunchesAsync(
            [open.Id, new LaunchId(Guid.Parse("99999999-9999-4999-8999-999999999999")), closed.Id], Cancellation);

        Assert.True(known.SetEquals([open.Id, closed.Id]));
        Assert.Empty(await Store.FindLaunchesAsync([], Cancellation));
    }
}

using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Leases and their fencing numbers: one level check per group at a time, whoever runs it.</summary>
public abstract class LeaseConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_free_lease_is_granted_with_the_next_fence()
    {
        var group = await AddGroupAsync();

        var lease = await Store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, LeaseTime, Cancellation);

        Same.As(new GroupLease(group.Id, "server-1", 1, Start + LeaseTime), lease!);
        Assert.Equal(1, (await FoundAsync(group)).State.Fence);
    }

    [Fact]
    public async Task A_held_lease_is_refused_to_everybody_its_holder_included()
    {
        var group = await AddGroupAsync();
        await LeaseAsync(group);
        var justBefore = (Start + LeaseTime).AddMicroseconds(-1);

        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-2", 1, justBefore, LeaseTime, Cancellation));
        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-1", 1, justBefore, LeaseTime, Cancellation));
        Assert.Equal(1, (await FoundAsync(group)).State.Fence);
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_granted_with_the_next_fence()
    {
        var group = await AddGroupAsync();
        await LeaseAsync(group);

        var next = await Store.TryAcquireLeaseAsync(group.Id, "server-2", 1, Start + LeaseTime, LeaseTime, Cancellation);

        Same.As(new GroupLease(group.Id, "server-2", 2, Start + LeaseTime + LeaseTime), next!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_lease_is_refused_to_whoever_looked_at_another_fence(long expectedFence)
    {
        var group = await AddGroupAsync();
        await LeaseAsync(group);

        var late = await Store.TryAcquireLeaseAsync(group.Id, "server-2", expectedFence, Start.AddDays(1), LeaseTime, Cancellation);

        Assert.Null(late);
    }

    [Fact]
    public async Task There_is_no_lease_on_a_group_that_does_not_live()
    {
        var archived = await ArchiveGroupAsync(await AddGroupAsync());

        Assert.Null(await Store.TryAcquireLeaseAsync(archived.Id, "server-1", 0, Start, LeaseTime, Cancellation));
        Assert.Null(await Store.TryAcquireLeaseAsync(new(A.Id()), "server-1", 0, Start, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task Leases_of_different_groups_do_not_know_each_other()
    {
        var template = await AddTemplateAsync();
        await LeaseAsync(await AddGroupAsync(template));

        Assert.Equal(1, (await LeaseAsync(await AddGroupAsync(template))).Fence);
    }

    [Fact]
    public async Task Of_twenty_who_want_a_lease_at_once_exactly_one_gets_it()
    {
        var group = await AddGroupAsync();
        for (var fence = 0; fence < 5; fence++)
        {
            var now = Start.AddHours(fence);
            var granted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
                () => Store.TryAcquireLeaseAsync(group.Id, $"server-{i}", fence, now, LeaseTime, Cancellation), Cancellation)));

            var winner = Assert.Single(granted, lease => lease is not null);
            Assert.Equal(fence + 1, winner!.Fence);
        }
    }

    [Fact]
    public async Task A_renewed_lease_ends_later()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        var renewed = await Store.RenewLeaseAsync(lease, Start.AddSeconds(10), LeaseTime, Cancellation);

        Same.As(lease with { EndsAt = Start.AddSeconds(10) + LeaseTime }, renewed);
        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-2", 1, lease.EndsAt, LeaseTime, Cancellation));
        Assert.NotNull(await Store.TryAcquireLeaseAsync(group.Id, "server-2", 1, renewed.EndsAt, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task Renewing_never_shortens_a_lease()
    {
        var lease = await LeaseAsync(await AddGroupAsync());

        Same.As(lease, await Store.RenewLeaseAsync(lease, Start.AddSeconds(-20), LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_renewed_while_nobody_took_it()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        await Store.RenewLeaseAsync(lease, Start.AddHours(1), LeaseTime, Cancellation);

        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-2", 1, Start.AddHours(1), LeaseTime, Cancellation));
    }

    [Fact]
    public async Task Whoever_lost_its_lease_cannot_renew_it()
    {
        var group = await AddGroupAsync();
        var lost = await LeaseAsync(group);
        var newer = await LeaseAsync(group, Start.AddHours(1));

        await RefusedAsync(
            StoreErrorKind.Fenced, () => Store.RenewLeaseAsync(lost, Start.AddHours(1), LeaseTime, Cancellation));

        Assert.Equal(2, newer.Fence);
        await RefusedAsync(
            StoreErrorKind.Fenced,
            () => Store.RenewLeaseAsync(newer with { Group = new(A.Id()) }, Start, LeaseTime, Cancellation));
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_cannot_be_renewed()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start), Cancellation);

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RenewLeaseAsync(lease, Start, LeaseTime, Cancellation));
        Assert.Equal(3, (await LeaseAsync(group)).Fence);
    }

    [Fact]
    public async Task A_lease_is_renewed_written_under_and_given_back_by_its_holder_alone()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var stolen = lease with { Holder = "server-2" };
        var before = await FoundAsync(group);

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RenewLeaseAsync(stolen, Start.AddSeconds(10), LeaseTime, Cancellation));
        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAsync(stolen, Some.Check(group.Id, Start), Cancellation));
        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAndReleaseAsync(stolen, Some.Check(group.Id, Start), Cancellation));
        await Store.ReleaseLeaseAsync(stolen, Cancellation);

        Same.As(before, await FoundAsync(group));
        Same.As(lease, await Store.RenewLeaseAsync(lease, Start, LeaseTime, Cancellation));
        await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start), Cancellation);
    }

    [Fact]
    public async Task A_lease_that_is_given_back_alone_keeps_what_its_holder_wrote()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAsync(lease, new() { State = Some.FullState(group.Id, lease.Fence) }, Cancellation);
        var written = (await FoundAsync(group)).State;

        await Store.ReleaseLeaseAsync(lease, Cancellation);
        await Store.ReleaseLeaseAsync(lease, Cancellation);

        Same.As(written with { Fence = lease.Fence + 1 }, (await FoundAsync(group)).State);
        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAsync(lease, Some.Check(group.Id, Start), Cancellation));
        var next = await LeaseAsync(group);
        Assert.Equal(lease.Fence + 2, next.Fence);

        // Of one that was taken since, and of a group that there is not.
        await Store.ReleaseLeaseAsync(lease, Cancellation);
        await Store.ReleaseLeaseAsync(lease with { Group = new(A.Id()) }, Cancellation);
        Assert.Equal(next.Fence, (await FoundAsync(group)).State.Fence);
    }

    [Fact]
    public async Task What_was_read_while_a_lease_was_held_is_refused_after_its_release()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var read = (await FoundAsync(group)).State;
        await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start), Cancellation);

        Assert.Null(await Store.TryAcquireLeaseAsync(group.Id, "server-2", read.Fence, Start, LeaseTime, Cancellation));
        Assert.Empty(await Store.RecordIdleAsync(
            [new() { State = read with { CheckedAt = Start.AddMinutes(1) }, Activities = [A.NoOp(group, Start)] }], Cancellation));
    }
}

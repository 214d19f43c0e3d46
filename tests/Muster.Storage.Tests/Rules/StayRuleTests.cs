using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class StayRuleTests
{
    private static readonly GroupLease Lease = new(new(new Some().Id()), "server-1", 1, Some.Start);
    private static readonly MemberNote Plain = new() { Instance = new("i-1"), Cloud = "lxd", ServedAt = Some.Start };
    private static readonly MemberNote Protected = Plain with { IsProtected = true };
    private static readonly MemberNote Away = Plain with { IsStandby = true };
    private static readonly RecentTermination Order = new(new("i-1"), Some.Start, "2 too many", IsTold: false) { Cloud = "lxd" };
    private static readonly RecentTermination Waiting = Order with { Failures = 1, RetryAt = Some.Start.AddMinutes(1) };

    [Fact]
    public void Who_is_about_to_end_neither_comes_to_be_protected_nor_on_standby()
    {
        foreach (var end in new[] { Order, Order with { IsTold = true }, Order with { Failures = 1 }, Order with { Cloud = null } })
        {
            Assert.Equal("instance", Assert.Single(RefusedToStay([], [Protected], end)).Field);
            Assert.Equal("i-1", Assert.Single(RefusedToStay([Plain], [Away], end)).Value);
            Assert.Single(RefusedToStay([Away], [Away with { IsProtected = true }], end));
        }
    }

    [Fact]
    public void Who_stays_already_and_whose_end_is_another_s_or_was_refused_may()
    {
        Assert.Empty(RefusedToStay([Protected], [Protected with { ServedAt = null }], Order));
        Assert.Empty(RefusedToStay([Protected], [Plain], Order));
        Assert.Empty(RefusedToStay([], [Plain with { UnwantedFor = "old" }], Order));
        Assert.Empty(RefusedToStay([], [Protected], Order with { Instance = new("i-2") }));
        Assert.Empty(RefusedToStay([], [Protected], Order with { Cloud = "docker" }));
        Assert.Empty(RefusedToStay([], [Protected], Waiting));
        Assert.Empty(RefusedToStay([], [Protected]));
    }

    [Fact]
    public void Nobody_writes_down_the_end_of_who_must_stay()
    {
        foreach (var note in new[] { Protected, Protected with { UnwantedFor = "old" }, Away })
        {
            Assert.True(IsRefusedToEnd(note, [], Order));
            Assert.True(IsRefusedToEnd(note, [], Order with { IsTold = true }));
            Assert.True(IsRefusedToEnd(note, [], Order with { Cloud = null }));
            Assert.True(IsRefusedToEnd(note, [Waiting], Order with { At = Some.Start.AddMinutes(1), Failures = 1 }));
            Assert.True(IsRefusedToEnd(note, [Order with { IsTold = true }], Order with { At = Some.Start.AddMicroseconds(1) }));
        }
    }

    [Fact]
    public void An_order_that_was_given_already_comes_to_its_outcome()
    {
        Assert.False(IsRefusedToEnd(Protected, [Order], Order));
        Assert.False(IsRefusedToEnd(Protected, [Order], Order with { At = Some.Start.AddTicks(9) }));
        Assert.False(IsRefusedToEnd(Protected, [Order], Order with { IsTold = true, At = Some.Start.AddMinutes(1) }));
        Assert.False(IsRefusedToEnd(Protected, [Order], Waiting with { At = Some.Start.AddMinutes(1) }));
        Assert.False(IsRefusedToEnd(Protected, [], Waiting));
    }

    [Fact]
    public void Everybody_else_ends()
    {
        Assert.False(IsRefusedToEnd(Plain, [], Order));
        Assert.False(IsRefusedToEnd(Away with { UnwantedFor = "old" }, [], Order));
        Assert.False(IsRefusedToEnd(Away, [], Order, GroupPhase.Draining));
        Assert.True(IsRefusedToEnd(Protected, [], Order, GroupPhase.Draining));
        Assert.False(IsRefusedToEnd(Protected, [], Order with { Cloud = "docker" }));
        Assert.False(IsRefusedToEnd(Protected, [], Order with { Instance = new("i-2") }));
    }

    private static ImmutableArray<InputError> RefusedToStay(
        ImmutableArray<MemberNote> before, ImmutableArray<MemberNote> after, params ImmutableArray<RecentTermination> ends)
    {
        try
        {
            StayRule.EnsureMayStay(before, after, ends);
            return [];
        }
        catch (InputException error)
        {
            return error.Errors;
        }
    }

    private static bool IsRefusedToEnd(
        MemberNote note, ImmutableArray<RecentTermination> before, RecentTermination end, GroupPhase phase = GroupPhase.Active)
    {
        var record = new CheckRecord { State = new() { Group = Lease.Group, RecentTerminations = [end] } };
        Assert.Equal(end.IsUnderWay, StayRule.OrdersAny(record));
        try
        {
            StayRule.EnsureMayEnd(Lease, record, phase, [note], before);
            return false;
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced)
        {
            Assert.Contains("i-1", error.Message, StringComparison.Ordinal);
            return true;
        }
    }
}

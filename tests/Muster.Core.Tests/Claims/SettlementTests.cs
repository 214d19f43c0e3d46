using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Claims;

public sealed class SettlementTests
{
    private static readonly Gen<Claim> AnyClaim =
        from source in Gen.Int[0, 5]
        from desired in Gen.Int[-1, 20]
        from min in Gen.Int[-1, 20]
        from max in Gen.Int[-1, 20]
        from since in Gen.Int[-60, 60]
        from until in Gen.Int[-60, 60]
        from ends in Gen.Bool
        select new Claim
        {
            Source = $"policy-{source}",
            Desired = desired < 0 ? null : desired,
            Min = min < 0 ? null : min,
            Max = max < 0 ? null : max,
            Reason = "because",
            Since = Some.Now.AddSeconds(since),
            Until = ends ? Some.Now.AddSeconds(until) : null,
        };

    private static readonly Gen<(Group Group, ImmutableArray<Claim> Claims)> Inputs =
        from desired in Gen.Int[0, 20]
        from min in Gen.Int[0, 10]
        from spread in Gen.Int[0, 10]
        from claims in AnyClaim.Array[0, 6]
        select (
            Some.Group(desired, min, min + spread) with { ScaledAt = Some.Now },
            claims.DistinctBy(claim => claim.Source).ToImmutableArray());

    [Fact]
    public void Without_other_claims_the_persons_word_stands_within_their_own_bounds()
    {
        Assert.Equal(new(3, 1, 5, Claim.Person, null, null), Settle(Some.Group(3, 1, 5)));
        Assert.Equal(5, Settle(Some.Group(9, 1, 5)).Desired);
        Assert.Equal(1, Settle(Some.Group(0, 1, 5)).Desired);
    }

    [Fact]
    public void The_highest_value_claimed_since_the_person_spoke_counts_and_says_why()
    {
        var group = Some.Group(3, 0, 10) with { ScaledAt = Some.Now.AddMinutes(-1) };

        var settled = Settle(group, Value("cpu", 4), Value("queue", 7));

        Assert.Equal((7, "queue", "queue: busy"), (settled.Desired, settled.Source, settled.Why));
    }

    [Fact]
    public void The_persons_word_stands_until_a_claim_moves()
    {
        var group = Some.Group(3, 0, 10) with { ScaledAt = Some.Now.AddSeconds(1) };

        Assert.Equal((3, Claim.Person), (Settle(group, Value("cpu", 4)).Desired, Settle(group, Value("cpu", 4)).Source));
        Assert.Equal(4, Settle(group, Value("cpu", 4) with { Since = Some.Now.AddSeconds(2) }).Desired);
    }

    [Fact]
    public void Bounds_narrow_and_never_leave_the_persons_own()
    {
        var group = Some.Group(3, 1, 10);

        Assert.Equal((5, "office"), (Settle(group, Bounds("office", min: 5)).Desired, Settle(group, Bounds("office", min: 5)).Source));
        Assert.Equal((2, "night: quiet"), (Settle(group, Bounds("night", max: 2)).Desired, Settle(group, Bounds("night", max: 2)).Why));
        Assert.Equal(10, Settle(group, Bounds("fair", min: 50)).Desired);
        Assert.Equal((1, "night"), (Settle(group, Bounds("night", max: 0)).Desired, Settle(group, Bounds("night", max: 0)).Source));
        Assert.Equal(2, Settle(group, Bounds("a", min: 5), Bounds("b", max: 2)).Desired);
    }

    [Fact]
    public void A_claim_ends_by_itself_and_the_settlement_says_when()
    {
        var group = Some.Group(3, 0, 10) with { ScaledAt = Some.Now.AddMinutes(-1) };
        var hold = Value("hold", 8) with { Until = Some.Now.AddMinutes(5) };

        Assert.Equal((8, hold.Until), (Settle(group, hold).Desired, Settle(group, hold).ChangesAt));
        Assert.Equal((3, null), (Later(hold).Desired, Later(hold).ChangesAt));

        Settlement Later(Claim claim) => Settlement.Of(group, [claim], Some.Now.AddMinutes(5));
    }

    [Fact]
    public void A_group_that_is_being_deleted_is_to_have_none_whatever_anybody_claims() =>
        Assert.Equal(0, Settle(Some.Group(3, 2, 5) with { Phase = GroupPhase.Draining }, Value("cpu", 4), Bounds("b", min: 3)).Desired);

    [Fact]
    public void What_is_settled_lies_within_the_persons_bounds() => Inputs.Sample(input =>
    {
        var (settled, capacity) = (Settlement.Of(input.Group, input.Claims, Some.Now), input.Group.Capacity);
        return settled.Min <= settled.Desired && settled.Desired <= settled.Max && settled.Max <= capacity.Max && settled.Max >= 0
            && settled.Desired >= capacity.Min;
    });

    [Fact]
    public void The_order_of_claims_says_nothing() => Inputs.Sample(input =>
        Settlement.Of(input.Group, input.Claims, Some.Now) == Settlement.Of(input.Group, [.. input.Claims.Reverse()], Some.Now));

    [Fact]
    public void Claims_that_do_not_hold_say_nothing() => Inputs.Sample(input =>
    {
        var holding = input.Claims.RemoveAll(claim => !claim.HoldsAt(Some.Now));
        return Settlement.Of(input.Group, input.Claims, Some.Now) == Settlement.Of(input.Group, holding, Some.Now);
    });

    [Fact]
    public void Until_it_changes_by_itself_it_stays_as_it_is() => Inputs.Sample(input =>
    {
        var settled = Settlement.Of(input.Group, input.Claims, Some.Now);
        var last = settled.ChangesAt is { } changesAt ? changesAt.AddTicks(-1) : Some.Now.AddDays(1);
        return Settlement.Of(input.Group, input.Claims, last) == settled;
    });

    private static Settlement Settle(Group group, params Claim[] claims) => Settlement.Of(group, [.. claims], Some.Now);

    private static Claim Value(string source, int desired) =>
        new() { Source = source, Desired = desired, Reason = "busy", Since = Some.Now };

    private static Claim Bounds(string source, int? min = null, int? max = null) =>
        new() { Source = source, Min = min, Max = max, Reason = "quiet", Since = Some.Now };
}

using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Claims;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class ClaimRuleTests
{
    [Fact]
    public void Everything_wrong_with_a_claim_is_said_at_once()
    {
        var error = Assert.Throws<InputException>(() => ClaimRule.Put(
            [], new() { Source = "person", Desired = -1, Min = 4, Max = 3, Reason = "", Since = Some.Start, Until = Some.Start }));

        Assert.Equal(
            ["claim.source", "claim.reason", "claim.desired", "claim.min", "claim.until"], error.Errors.Select(each => each.Field));
    }

    [Fact]
    public void Claims_stand_in_one_order_however_they_came()
    {
        var one = ClaimRule.Put(ClaimRule.Put([], Of("b")), Of("a"));
        var other = ClaimRule.Put(ClaimRule.Put([], Of("a")), Of("b"));

        Assert.Equal(one.AsEnumerable(), other);
    }

    [Fact]
    public void The_bounds_themselves_are_allowed()
    {
        var claim = Of(new string('s', ClaimRule.SourceMax)) with { Reason = new string('r', ClaimRule.ReasonMax), Min = 0, Max = 0 };

        Assert.Empty(ClaimRule.Judge(ClaimRule.Put([], claim)));
    }

    [Fact]
    public void Claims_that_were_kept_in_another_way_are_judged()
    {
        ImmutableArray<Claim> kept = [Of("cpu"), Of("cpu") with { Min = 5, Max = 4 }];

        Assert.Equal(
            [
                "has a claim of 'cpu' that may not be kept: claim.min is '5': at most claim.max, which is 4",
                "has 2 claims of the source 'cpu', and not one",
            ],
            ClaimRule.Judge(kept));
        Assert.Equal(
            "has 33 claims, and at most 32 are allowed",
            Assert.Single(ClaimRule.Judge([.. Enumerable.Range(0, 33).Select(number => Of($"policy-{number}"))])));
    }

    private static Claim Of(string source) => new() { Source = source, Desired = 3, Reason = "busy", Since = Some.Start };
}

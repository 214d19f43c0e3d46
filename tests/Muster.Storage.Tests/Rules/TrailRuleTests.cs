using Muster.Conformance.Storage;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class TrailRuleTests
{
    private static readonly Some A = new();
    private static readonly Group Group = A.Group(A.Template(new(A.Id())));

    [Fact]
    public void A_repeat_melts_into_the_newest_entry_which_keeps_its_number_and_gets_a_new_position()
    {
        var first = TrailRule.Append(newest: null, Idle(Some.Start), position: 5);

        var second = TrailRule.Append(first, Idle(Some.Start.AddMinutes(1)), position: 9);

        Assert.Equal((5, 9, 2), (second.Number, second.Kept.Position, second.Kept.Count));
        Assert.Equal((first.Kept.Id, Some.Start, Some.Start.AddMinutes(1)), (second.Kept.Id, second.Kept.FirstAt, second.Kept.LastAt));
    }

    [Fact]
    public void What_is_no_repeat_is_an_entry_of_its_own()
    {
        var first = TrailRule.Append(newest: null, Idle(Some.Start), position: 5);
        var launched = A.Activity(Group);

        var second = TrailRule.Append(first, launched, position: 6);

        Assert.Equal((6, 6, launched.Id), (second.Number, second.Kept.Position, second.Kept.Id));
    }

    private static Activity Idle(DateTimeOffset at) => A.Activity(Group, ActivityType.NoOp, "nothing to do", at);
}

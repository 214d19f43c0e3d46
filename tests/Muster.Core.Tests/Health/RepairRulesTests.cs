using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Placements;

namespace Muster.Core.Tests.Health;

public sealed class RepairRulesTests
{
    [Fact]
    public void Nothing_asked_is_launching_first_one_at_a_time_and_holding_when_most_are_sick()
    {
        var repair = Resolve(new());

        Assert.Equal((RepairMode.Replace, ReplaceOrder.LaunchFirst, MassVerdict.Hold), (repair.Mode, repair.Order, repair.WhenMost));
        Assert.Equal((new Portion(1, false), new Portion(1, false)), (repair.UnavailableMax, repair.Surge));
    }

    [Fact]
    public void A_budget_with_which_nothing_could_move_is_refused() => Assert.Equal(
        "repair.unavailable_max", Assert.Single(Errors(new() { UnavailableMax = "0", Surge = "0" })).Field);

    [Theory]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("0%")]
    [InlineData("some")]
    public void A_portion_is_a_number_or_a_part_of_the_level(string text) =>
        Assert.Equal("repair.surge", Assert.Single(Errors(new() { Surge = text })).Field);

    [Fact]
    public void Words_are_read_as_they_are_written()
    {
        var repair = Resolve(new() { Mode = "tell", Order = "terminate-first", WhenMost = "replace", UnavailableMax = "25%", Surge = "0" });

        Assert.Equal("tell", RepairRules.Word(repair.Mode));
        Assert.Equal("terminate-first", RepairRules.Word(repair.Order));
        Assert.Equal("replace", RepairRules.Word(repair.WhenMost));
        Assert.Equal((2, 0), (repair.UnavailableMax.Of(8), repair.Surge.Of(8)));
    }

    private static Repair Resolve(RepairEdit edit)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var repair = RepairRules.Resolve(edit, new(), errors);
        Assert.Empty(errors);
        return repair;
    }

    private static ImmutableArray<InputError> Errors(RepairEdit edit)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        RepairRules.Resolve(edit, new(), errors);
        return errors.ToImmutable();
    }
}

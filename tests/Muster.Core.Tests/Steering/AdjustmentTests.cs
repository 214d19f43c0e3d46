using CsCheck;

using Muster.Core.Steering;

namespace Muster.Core.Tests.Steering;

public sealed class AdjustmentTests
{
    [Theory]
    // AWS's own examples for PercentChangeInCapacity: 12.7 is 12, .67 is 1, -.58 is -1, -6.67 is -6.
    [InlineData("+127%", 10, 22)]
    [InlineData("+67%", 1, 2)]
    [InlineData("-58%", 1, 0)]
    [InlineData("-67%", 10, 4)]
    [InlineData("-23%", 29, 23)]
    [InlineData("+30%", 5, 6)]
    [InlineData("+30%", 10, 13)]
    [InlineData("+30%", 0, 1)]
    [InlineData("-30%", 0, 0)]
    [InlineData("+2", 5, 7)]
    [InlineData("-9", 5, 0)]
    [InlineData("5", 9, 5)]
    public void Percents_are_rounded_as_AWS_documents_it(string text, int level, int moved)
    {
        Assert.True(Adjustment.TryParse(text, out var adjustment));
        Assert.Equal(moved, adjustment.Of(level));
        Assert.Equal(text, adjustment.ToString());
    }

    [Theory]
    [InlineData("30%")]
    [InlineData("+0%")]
    [InlineData("+0")]
    [InlineData("%")]
    [InlineData("+%")]
    [InlineData("-101%")]
    [InlineData("+1001%")]
    [InlineData("+1.5")]
    [InlineData("1000001")]
    [InlineData("++2")]
    [InlineData("")]
    [InlineData(null)]
    public void What_moves_nothing_or_too_much_is_refused(string? text) => Assert.False(Adjustment.TryParse(text, out _));

    [Fact]
    public void No_adjustment_leaves_the_numbers_there_are() =>
        Gen.Select(Gen.Enum<AdjustmentKind>(), Gen.Int, Gen.Int[0, int.MaxValue])
            .Sample((kind, value, level) => new Adjustment(kind, value).Of(level) >= 0);
}

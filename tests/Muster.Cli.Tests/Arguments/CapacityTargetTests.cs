using Muster.Cli.Arguments;
using Muster.Cli.Exits;

namespace Muster.Cli.Tests.Arguments;

public sealed class CapacityTargetTests
{
    /// <summary>A percentage is rounded towards zero and is one at least, as AWS documents for PercentChangeInCapacity.</summary>
    [Theory]
    [InlineData("7", 3, 7)]
    [InlineData("0", 3, 0)]
    [InlineData("+2", 3, 5)]
    [InlineData("-2", 3, 1)]
    [InlineData("-5", 3, -2)]
    [InlineData("+30%", 7, 9)]
    [InlineData("-10%", 7, 6)]
    [InlineData("-30%", 7, 5)]
    [InlineData("+1%", 7, 8)]
    [InlineData("-100%", 7, 0)]
    [InlineData("+100%", 1000, 2000)]
    [InlineData("+2147483647", 2147483647, 4294967294)]
    [InlineData("+2147483647%", 1000, 21474837470)]
    public void A_number_is_itself_and_a_signed_one_changes_what_there_is(string text, int desired, long expected)
    {
        Assert.True(CapacityTarget.TryParse(text, out var target));

        Assert.Equal(expected, target.From(desired));
        Assert.Equal(text, target.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("%")]
    [InlineData("+%")]
    [InlineData("30%")]
    [InlineData("+0")]
    [InlineData("-0")]
    [InlineData("+0%")]
    [InlineData("05")]
    [InlineData("+05")]
    [InlineData("+-5")]
    [InlineData("++5")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("1,000")]
    [InlineData("5.0")]
    [InlineData("0x5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("+ 5")]
    [InlineData("٣")]
    [InlineData("2147483648")]
    public void What_could_mean_two_things_is_refused(string text) => Assert.False(CapacityTarget.TryParse(text, out _));

    [Fact]
    public void A_percentage_of_nothing_is_refused()
    {
        Assert.True(CapacityTarget.TryParse("+30%", out var target));

        Assert.Contains("give a number", Assert.Throws<CliException>(() => target.From(0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("007")]
    [InlineData("1e3")]
    [InlineData(" 5")]
    public async Task No_number_of_any_option_is_guessed_at(string text)
    {
        string[][] lines =
        [
            ["group", "create", "g", "--template", "t", "--capacity", text],
            ["group", "create", "g", "--template", "t", "--capacity", "1", "--min", text],
            ["group", "update", "g", "--max", text],
            ["group", "update", "g", "--launches-per-hour", text],
            ["group", "activity", "g", "--limit", text],
            ["group", "scale", "g", "1", "--if-version", text],
            ["scale", "--group", "g", "--count", text],
        ];
        foreach (var line in lines)
        {
            var run = await Running.CliRun.Of(line);

            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.StartsWith($"muster: {line[^2]} is '{text}': a whole number", run.ErrorLines[0], StringComparison.Ordinal);
        }
    }
}

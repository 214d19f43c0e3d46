using Muster.Cli.Wording;

namespace Muster.Cli.Tests.Wording;

public class SpellingTests
{
    private static readonly string[] Known = ["group", "template", "token", "version", "wait"];

    [Theory]
    [InlineData("gruop", "group")]
    [InlineData("puorg", null)]
    [InlineData("grup", "group")]
    [InlineData("templat", "template")]
    [InlineData("tempalte", "template")]
    [InlineData("tokens", "token")]
    [InlineData("wiat", "wait")]
    [InlineData("zzz", null)]
    public void A_slip_of_the_hand_finds_its_word_and_noise_finds_none(string word, string? expected) =>
        Assert.Equal(expected, Spelling.Nearest(word, Known));
}

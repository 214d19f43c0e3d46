using System.Globalization;

namespace Muster.Core.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain → ✓ ü 日本 😀", "plain → ✓ ü 日本 😀")]
    [InlineData("\e]0;title\a", @"\x1b]0;title\x07")]
    [InlineData("\u009b2J", @"\x9b2J")]
    [InlineData("a\u0000b\u007f", @"a\x00b\x7f")]
    [InlineData("tab\tend", @"tab\tend")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2066x\u2069\u200f\u061c", @"\u2066x\u2069\u200f\u061c")]
    [InlineData("line\u2028break", "line break")]
    [InlineData("one\r\ntwo\nthree\rfour", "one two three four")]
    [InlineData("\U000e0041tag", @"\U000e0041tag")]
    [InlineData("نمی\u200cخواهم", "نمی\u200cخواهم")]
    public void What_a_terminal_would_obey_is_seen_instead(string text, string shown) => Assert.Equal(shown, VisibleText.OneLine(text));

    [Fact]
    public void Lines_stay_where_they_are_wanted() => Assert.Equal("one\ntwo\\x1b", VisibleText.Lines("one\ntwo\e"));

    [Fact]
    public void Whatever_comes_in_nothing_hidden_goes_out()
    {
        var every = string.Concat(Enumerable.Range(0, 0x10000).Where(code => code is < 0xd800 or > 0xdfff).Select(code => (char)code));

        var shown = VisibleText.OneLine(every);

        Assert.DoesNotContain(shown, char.IsControl);
        Assert.DoesNotContain(
            shown,
            letter => char.GetUnicodeCategory(letter) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }
}

namespace Muster.Outbound.Tests;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("CN=muster, O=Größe", "CN=muster, O=Größe")]
    [InlineData("a\u001b[2Jb\r\nc", "a\\u001b[2Jb\\u000d\\u000ac")]
    [InlineData("a\u202eb\u2028c", "a\\u202eb\\u2028c")]
    public void What_is_no_letter_is_written_out(string text, string shown) => Assert.Equal(shown, ForeignText.Shown(text));

    [Fact]
    public void What_is_too_long_is_cut_between_letters()
    {
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 3)) + "...", ForeignText.Shown(string.Concat(Enumerable.Repeat("😀", 9)), 3));
        Assert.Equal("abc", ForeignText.Shown("abc", 3));
        Assert.Equal("\ufffd", ForeignText.Shown("\ud800"[..1]));
    }
}

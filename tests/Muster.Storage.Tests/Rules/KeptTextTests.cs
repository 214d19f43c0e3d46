using System.Text.Json;

using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class KeptTextTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("größer 🦆", "größer 🦆")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("\0🦆", "\uFFFD🦆")]
    public void What_PostgreSQL_cannot_keep_is_replaced(string? text, string? kept) => Assert.Equal(kept, KeptText.Of(text));

    // Not a theory: an attribute cannot hold half a pair either.
    [Fact]
    public void Half_a_pair_is_replaced_too() => Assert.Equal("half \uFFFD and \uFFFD", KeptText.Of("half \uD83E and \uDD86"));

    [Theory]
    [InlineData("plain")]
    [InlineData("a\0b\0")]
    [InlineData("a backslash: \\u0000, two: \\\\u0000")]
    [InlineData("both: \\\0 \\u0000\0")]
    public void In_json_too(string text) =>
        Assert.Equal(text.Replace('\0', '\uFFFD'), JsonSerializer.Deserialize<string>(KeptText.OfJson(JsonSerializer.Serialize(text))!));
}

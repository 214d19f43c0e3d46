using Muster.Metrics.Kit;

namespace Muster.Metrics.Tests.Kit;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("token=abcd1234 and abcd1234", "token=******** and ********")]
    [InlineData("nothing", "nothing")]
    [InlineData("abcd123", "abcd123")]
    [InlineData("xyz", "xyz")]
    public void Every_occurrence_of_a_secret_is_hidden_and_a_short_one_takes_no_word_apart(string text, string shown) =>
        Assert.Equal(shown, SecretMask.Hide(text, ["abcd1234", "xyz"]));
}

using Muster.Clouds.Ec2.Signing;

namespace Muster.Clouds.Tests.Ec2.Credentials;

public sealed class SignatureTests
{
    /// <summary>The vectors that Amazon publishes for Signature Version 4: get-vanilla, and the same with a query.</summary>
    [Theory]
    [InlineData("https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("https://example.amazonaws.com/?Param1=value1&Param2=value2",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void It_is_as_amazon_s_own_examples(string url, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var keys = new AwsKeys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

        SignatureV4.Sign(request, default, keys, "us-east-1", "service", new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.Equal("20150830T123600Z", Assert.Single(request.Headers.GetValues("X-Amz-Date")));
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
            + $"Signature={expected}",
            Assert.Single(request.Headers.GetValues("Authorization")));
    }

    [Fact]
    public void A_key_does_not_show_itself() => Assert.Equal("AKID", new AwsKeys("AKID", "secret", "token").ToString());
}

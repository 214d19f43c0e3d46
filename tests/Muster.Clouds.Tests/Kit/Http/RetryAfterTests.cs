using System.Net;

using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.Tests.Kit.Http;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(429, "Retry-After", "7", 7)]
    [InlineData(503, "Retry-After", "7", 7)]
    [InlineData(429, "RateLimit-Reset", "30", 30)]
    [InlineData(429, "X-RateLimit-Reset", "1800000060", 60)]
    public void It_is_the_header_or_when_the_rate_limit_begins_anew(int status, string header, string value, int seconds)
    {
        using var response = Response(status, (header, value));

        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Read(response, Now));
    }

    [Theory]
    [InlineData(200, "RateLimit-Reset", "30")]
    [InlineData(429, "RateLimit-Reset", "1799999999")]
    [InlineData(429, "RateLimit-Reset", "soon")]
    [InlineData(429, "RateLimit-Reset", "-1")]
    public void Other_answers_ask_for_no_time(int status, string header, string value)
    {
        using var response = Response(status, (header, value));

        Assert.Null(RetryAfter.Read(response, Now));
    }

    [Fact]
    public void The_header_that_was_made_for_it_wins()
    {
        using var response = Response(429, ("RateLimit-Reset", "30"), ("Retry-After", "2"));

        Assert.Equal(TimeSpan.FromSeconds(2), RetryAfter.Read(response, Now));
    }

    private static HttpResponseMessage Response(int status, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}

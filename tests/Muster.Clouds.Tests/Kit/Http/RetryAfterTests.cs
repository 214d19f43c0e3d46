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
    [InlineData(503, "Retry-After", "Fri, 15 Jan 2027 08:01:00 GMT", 60)]
    [InlineData(503, "Retry-After", "99999999999999999999", 31_536_000)]
    [InlineData(429, "Retry-After-Ms", "1500", 1.5)]
    [InlineData(503, "x-ms-retry-after-ms", "250", 0.25)]
    [InlineData(503, "Retry-After-Ms", "99999999999999999999", 31_536_000)]
    [InlineData(429, "X-RateLimit-Reset", "1800000060", 60)]
    [InlineData(429, "X-RateLimit-Reset", "1800000060.5", 60.5)]
    [InlineData(429, "X-RateLimit-Reset", "1800000060000", 60)]
    [InlineData(429, "X-RateLimit-Reset", "Fri, 15 Jan 2027 08:01:00 GMT", 60)]
    [InlineData(429, "X-RateLimit-Reset", "18000000600000000000", 31_536_000)]
    [InlineData(429, "RateLimit-Reset", "99999999999999999999999999999999", 31_536_000)]
    public void It_is_the_header_or_when_the_rate_limit_begins_anew(int status, string header, string value, double seconds)
    {
        using var response = Response(status, (header, value));

        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Read(response, Now));
    }

    [Theory]
    [InlineData(200, "RateLimit-Reset", "30")]
    [InlineData(429, "RateLimit-Reset", "1799999999")]
    [InlineData(429, "RateLimit-Reset", "soon")]
    [InlineData(429, "RateLimit-Reset", "-1")]
    [InlineData(429, "RateLimit-Reset", "1799999999000")]
    [InlineData(429, "RateLimit-Reset", "Fri, 15 Jan 2027 07:59:00 GMT")]
    [InlineData(503, "Retry-After", "-1")]
    [InlineData(503, "Retry-After", "Fri, 15 Jan 2027 07:59:00 GMT")]
    [InlineData(503, "Retry-After-Ms", "-1500")]
    [InlineData(503, "Retry-After-Ms", "0")]
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

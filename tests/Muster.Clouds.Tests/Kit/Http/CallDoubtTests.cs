using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Kit.Http;

public sealed class CallDoubtTests
{
    [Theory]
    [InlineData("GET", HttpRequestError.ConnectionError, CloudErrorKind.Unavailable)]
    [InlineData("GET", HttpRequestError.ResponseEnded, CloudErrorKind.Unavailable)]
    [InlineData("POST", HttpRequestError.NameResolutionError, CloudErrorKind.Unavailable)]
    [InlineData("POST", HttpRequestError.SecureConnectionError, CloudErrorKind.Unavailable)]
    [InlineData("POST", HttpRequestError.ResponseEnded, CloudErrorKind.Ambiguous)]
    [InlineData("DELETE", HttpRequestError.InvalidResponse, CloudErrorKind.Ambiguous)]
    public void Only_a_change_that_was_sent_is_a_doubt(string method, HttpRequestError broke, CloudErrorKind kind) =>
        Assert.Equal(kind, CallDoubt.Of(new HttpRequestException(broke), CallDoubt.Of(new HttpMethod(method))));

    [Fact]
    public async Task What_follows_on_a_launch_is_a_doubt_whatever_goes_wrong()
    {
        var refused = new CloudException(CloudErrorKind.Throttled, "no", TimeSpan.FromSeconds(3));

        var error = await Assert.ThrowsAsync<CloudException>(() => CallDoubt.AfterLaunchAsync(() => Task.FromException<int>(refused)));

        Assert.Equal((CloudErrorKind.Ambiguous, "no", TimeSpan.FromSeconds(3)), (error.Kind, error.Message, error.RetryAfter));
        Assert.Same(refused, error.InnerException);
    }

    [Theory]
    [InlineData(401, CloudErrorKind.Unauthorized)]
    [InlineData(404, CloudErrorKind.NotFound)]
    [InlineData(429, CloudErrorKind.Throttled)]
    [InlineData(409, CloudErrorKind.InvalidRequest)]
    [InlineData(500, CloudErrorKind.Ambiguous)]
    [InlineData(502, CloudErrorKind.Ambiguous)]
    public void A_status_has_a_kind(int status, CloudErrorKind kind) =>
        Assert.Equal(kind, StatusKinds.Of((HttpStatusCode)status, CloudErrorKind.Ambiguous));

    [Theory]
    [InlineData(409)]
    [InlineData(500)]
    public void A_service_may_say_what_its_other_refusals_mean(int status) =>
        Assert.Equal(
            CloudErrorKind.Unavailable, StatusKinds.Of((HttpStatusCode)status, CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable));
}

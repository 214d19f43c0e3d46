using System.Net;
using System.Text;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceErrorTests
{
    private static readonly GceErrors Errors = new("shop");

    [Theory]
    [InlineData(403, "rateLimitExceeded", "RATE_LIMIT_EXCEEDED", CloudErrorKind.Throttled)]
    [InlineData(403, "rateLimitExceeded", null, CloudErrorKind.Throttled)]
    [InlineData(403, "userRateLimitExceeded", null, CloudErrorKind.Throttled)]
    [InlineData(403, "rateLimitExceeded", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED", CloudErrorKind.Throttled)]
    [InlineData(429, "tooManyRequests", null, CloudErrorKind.Throttled)]
    [InlineData(403, "quotaExceeded", null, CloudErrorKind.QuotaExceeded)]
    [InlineData(403, "forbidden", null, CloudErrorKind.Unauthorized)]
    [InlineData(403, "accessNotConfigured", "SERVICE_DISABLED", CloudErrorKind.Unauthorized)]
    [InlineData(403, "forbidden", "BILLING_DISABLED", CloudErrorKind.Unauthorized)]
    [InlineData(403, "forbidden", "CONSUMER_SUSPENDED", CloudErrorKind.Unauthorized)]
    [InlineData(403, "forbidden", "CONSUMER_INVALID", CloudErrorKind.Unauthorized)]
    [InlineData(403, "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", CloudErrorKind.Unauthorized)]
    [InlineData(401, "authError", null, CloudErrorKind.Unauthorized)]
    [InlineData(404, "notFound", null, CloudErrorKind.NotFound)]
    [InlineData(400, "invalid", null, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "required", null, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "invalidResourceUsage", null, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "resourceInUseByAnotherResource", null, CloudErrorKind.InvalidRequest)]
    [InlineData(400, "resourceNotReady", null, CloudErrorKind.Unavailable)]
    [InlineData(409, "alreadyExists", null, CloudErrorKind.InvalidRequest)]
    [InlineData(412, "conditionNotMet", null, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "internalError", null, CloudErrorKind.Ambiguous)]
    [InlineData(503, "backendError", null, CloudErrorKind.Ambiguous)]
    public void A_refusal_has_a_kind(int status, string reason, string? info, CloudErrorKind kind) =>
        Assert.Equal(kind, Errors.Translate(Answer(status, "Words.", reason, info)).Kind);

    [Theory]
    [InlineData("ZONE_RESOURCE_POOL_EXHAUSTED", CloudErrorKind.OutOfStock)]
    [InlineData("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", CloudErrorKind.OutOfStock)]
    [InlineData("RESOURCE_POOL_EXHAUSTED", CloudErrorKind.OutOfStock)]
    [InlineData("IP_SPACE_EXHAUSTED", CloudErrorKind.OutOfStock)]
    [InlineData("IP_SPACE_EXHAUSTED_WITH_DETAILS", CloudErrorKind.OutOfStock)]
    [InlineData("QUOTA_EXCEEDED", CloudErrorKind.QuotaExceeded)]
    [InlineData("REGIONAL_QUOTA_FOR_SOMETHING_EXCEEDED", CloudErrorKind.QuotaExceeded)]
    [InlineData("RESOURCE_OPERATION_RATE_EXCEEDED", CloudErrorKind.Throttled)]
    [InlineData("PERMISSIONS_ERROR", CloudErrorKind.Unauthorized)]
    [InlineData("RESOURCE_NOT_FOUND", CloudErrorKind.InvalidRequest)]
    [InlineData("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", CloudErrorKind.InvalidRequest)]
    [InlineData("UNSUPPORTED_OPERATION", CloudErrorKind.InvalidRequest)]
    [InlineData("CONDITION_NOT_MET", CloudErrorKind.InvalidRequest)]
    [InlineData("INVALID_USAGE", CloudErrorKind.InvalidRequest)]
    [InlineData("INVALID_FIELD_VALUE", CloudErrorKind.InvalidRequest)]
    [InlineData("INVALID_PARAMETER", CloudErrorKind.InvalidRequest)]
    [InlineData("RESOURCE_NOT_READY", CloudErrorKind.Unavailable)]
    [InlineData("INTERNAL_ERROR", CloudErrorKind.Unavailable)]
    [InlineData("SOMETHING_NEW", CloudErrorKind.Unavailable)]
    public void An_operation_that_failed_has_a_kind(string code, CloudErrorKind kind)
    {
        var failure = Errors.FailureOf("launch web", new Operation { Status = "DONE", Error = new([new(code, "Words.")]) });

        Assert.Equal((kind, $"launch web: {code}: Words."), (failure!.Kind, failure.Message.Split(": give")[0]));
    }

    [Fact]
    public void An_operation_without_an_error_is_no_failure() =>
        Assert.Null(Errors.FailureOf("launch web", new Operation { Status = "DONE", HttpErrorStatusCode = null }));

    [Fact]
    public void A_stock_out_is_known_by_its_words_where_it_has_no_code() => Assert.Equal(
        CloudErrorKind.OutOfStock,
        Errors.FailureOf("launch web", new Operation
        {
            Status = "DONE", HttpErrorStatusCode = 503,
            HttpErrorMessage = "The zone 'projects/shop/zones/us-central1-a' does not have enough resources available",
        })!.Kind);

    [Theory]
    [InlineData("2026-11-29T12:00:10Z", 50)]
    [InlineData("2026-11-29T12:00:00Z", 60)]
    [InlineData("2026-11-29T12:00:59Z", 1)]
    public void A_rate_limit_is_whole_again_at_the_next_full_minute_of_Google_s_clock(string date, int seconds)
    {
        var answer = Answer(403, "Quota exceeded.", "rateLimitExceeded", "RATE_LIMIT_EXCEEDED") with
        {
            Date = DateTimeOffset.Parse(date, null),
        };

        Assert.Equal(TimeSpan.FromSeconds(seconds), Errors.Translate(answer).RetryAfter);
    }

    [Fact]
    public void Too_many_operations_at_once_are_over_at_no_time_that_is_known() => Assert.Null(
        Errors.Translate(Answer(403, "Rate Limit Exceeded", "rateLimitExceeded", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED")).RetryAfter);

    [Theory]
    [InlineData(
        403, "accessNotConfigured", "SERVICE_DISABLED", "Compute Engine API has not been used in project 42 before or it is disabled.",
        "enable the API with `gcloud services enable compute.googleapis.com --project shop`, and wait some minutes")]
    [InlineData(
        403, "forbidden", "BILLING_DISABLED", "This API method requires billing to be enabled.",
        "link project shop to an active billing account")]
    [InlineData(403, "forbidden", "CONSUMER_SUSPENDED", "Consumer 'projects/shop' has been suspended.",
        "project shop is suspended; the Google Cloud console says why")]
    [InlineData(403, "forbidden", "CONSUMER_INVALID", "Project 'projects/shop' not found or deleted.",
        "look at the option project, which is shop")]
    [InlineData(
        403, "forbidden", null, "Required 'compute.instances.create' permission for 'projects/shop/zones/us-central1-a/instances/web'",
        "give the credential that permission in project shop, as by the role on the page of this cloud")]
    [InlineData(403, "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "Request had insufficient authentication scopes.",
        "give the machine that this runs on the scope cloud-platform")]
    [InlineData(404, "notFound", null, "The resource 'projects/shop' was not found",
        "there is no project shop, or the credential may not see it: look at the option project")]
    [InlineData(412, "conditionNotMet", null, "Constraint constraints/compute.vmExternalIpAccess violated for project 42.",
        "the organization allows no external addresses: set the template's option external_ip to off")]
    public void A_refusal_says_what_to_do(int status, string reason, string? info, string message, string advice) =>
        Assert.Equal($"look: {message}: {advice}", Errors.Translate(Answer(status, message, reason, info)).Message);

    [Fact]
    public void What_is_no_refusal_of_Google_s_is_told_by_its_status()
    {
        var error = Errors.Translate(Answer(403, "") with { Body = "<html>"u8.ToArray() });

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("in HTML", error.Message, StringComparison.Ordinal);
    }

    private static HttpAnswer Answer(int status, string message, string? reason = null, string? info = null)
    {
        var details = info is null ? ""
            : $$$"""
              ,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{{{info}}}","metadata":{"service":"compute"}},
               {"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"x"}]}]
              """;
        var body =
            $$$"""
            {"error":{"code":{{{status}}},"message":"{{{message}}}",
             "errors":[{"message":"{{{message}}}","domain":"global","reason":"{{{reason}}}"}]{{{details}}} } }
            """;
        return new("look", (HttpStatusCode)status, Encoding.UTF8.GetBytes(body), null, CloudErrorKind.Ambiguous)
        {
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
    }
}

using System.Collections.Immutable;
using System.Net;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Gce.Api;

/// <summary>The one place where Google's refusals become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>
/// A refusal of HTTP has a reason in small letters, and often one in capitals beside it, which says more; an operation that failed has a
/// code in capitals.
/// </remarks>
internal sealed class GceErrors(string project)
{
    /// <summary>The reason of a name that is taken.</summary>
    public const string AlreadyExists = "alreadyExists";

    /// <summary>The reason where something is being made or deleted at this moment.</summary>
    public const string NotReady = "resourceNotReady";

    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextMax = 400;

    /// <summary>Rate limits are refilled at each full minute.</summary>
    private const int RefillSeconds = 60;

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.Throttled, Code: "RATE_LIMIT_EXCEEDED"),
        new(CloudErrorKind.Throttled, Code: "rateLimitExceeded"),
        new(CloudErrorKind.Throttled, Code: "userRateLimitExceeded"),
        new(CloudErrorKind.Throttled, Code: "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"),
        new(CloudErrorKind.Throttled, Code: "RESOURCE_OPERATION_RATE_EXCEEDED"),
        new(CloudErrorKind.QuotaExceeded, Code: "quotaExceeded"),
        new(CloudErrorKind.OutOfStock, Code: "ZONE_RESOURCE_POOL_EXHAUSTED"),
        new(CloudErrorKind.OutOfStock, Code: "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"),
        new(CloudErrorKind.OutOfStock, Code: "RESOURCE_POOL_EXHAUSTED"),
        new(CloudErrorKind.OutOfStock, Code: "IP_SPACE_EXHAUSTED"),
        new(CloudErrorKind.OutOfStock, Code: "IP_SPACE_EXHAUSTED_WITH_DETAILS"),
        new(CloudErrorKind.OutOfStock, Words: "does not have enough resources available"),
        new(CloudErrorKind.Unauthorized, Code: "SERVICE_DISABLED"),
        new(CloudErrorKind.Unauthorized, Code: "accessNotConfigured"),
        new(CloudErrorKind.Unauthorized, Code: "BILLING_DISABLED"),
        new(CloudErrorKind.Unauthorized, Code: "CONSUMER_SUSPENDED"),
        new(CloudErrorKind.Unauthorized, Code: "CONSUMER_INVALID"),
        new(CloudErrorKind.Unauthorized, Code: "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        new(CloudErrorKind.Unauthorized, Code: "PERMISSIONS_ERROR"),
        new(CloudErrorKind.Unauthorized, Code: "forbidden"),
        new(CloudErrorKind.Unavailable, Code: NotReady),
        new(CloudErrorKind.Unavailable, Code: "RESOURCE_NOT_READY"),
        new(CloudErrorKind.InvalidRequest, Code: "RESOURCE_NOT_FOUND"),
        new(CloudErrorKind.InvalidRequest, Code: "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"),
        new(CloudErrorKind.InvalidRequest, Code: "UNSUPPORTED_OPERATION"),
        new(CloudErrorKind.InvalidRequest, Code: "CONDITION_NOT_MET"),
        new(CloudErrorKind.InvalidRequest, Code: "INVALID_USAGE"),
        new(CloudErrorKind.InvalidRequest, Code: "INVALID_FIELD_VALUE"),
        new(CloudErrorKind.InvalidRequest, Code: "INVALID_PARAMETER"));

    /// <summary>Everything that a refusal calls its reason, the one that says most first.</summary>
    public static ImmutableArray<string> ReasonsOf(HttpAnswer answer) => ReasonsOf(answer.TryRead(ErrorAnswer.Of)?.Error);

    /// <summary>What a refusal means.</summary>
    public CloudException Translate(HttpAnswer answer)
    {
        var body = answer.TryRead(ErrorAnswer.Of)?.Error;
        if (body is null && answer.Status is HttpStatusCode.NotFound)
        {
            // Not Google says so: nothing is gone for that.
            return answer.Failure(answer.Doubt, message: null);
        }

        var reasons = ReasonsOf(body);
        var told = body?.Message is { Length: > 0 } message ? ForeignText.Shown(message, TextMax) : null;
        var kind = IsWithoutProject(answer, body) ? CloudErrorKind.Unauthorized
            : KindOf(reasons, body?.Message ?? "", (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        var why = AdviceOn(reasons, kind, body?.Message);
        var sentence = why is null ? told : told is null ? why : $"{told}: {why}";
        var timed = kind is CloudErrorKind.Throttled && IsRate(reasons)
            ? answer with { RetryAfter = answer.RetryAfter ?? Refill(answer) }
            : answer;
        return timed.Failure(kind, sentence);
    }

    /// <summary>What the end of an operation means; null for a good one.</summary>
    /// <param name="call">What was asked, in words.</param>
    /// <param name="operation">It, done.</param>
    public CloudException? FailureOf(string call, Operation operation)
    {
        var problems = operation.Error?.Errors ?? [];
        if (problems.Length == 0 && operation.HttpErrorStatusCode is null or < 400)
        {
            return null;
        }

        ImmutableArray<string> codes = [.. problems.Select(problem => problem?.Code).OfType<string>()];
        var message = problems.Select(problem => problem?.Message).FirstOrDefault(text => !string.IsNullOrEmpty(text))
            ?? operation.HttpErrorMessage;
        // One that has ended in an error has made nothing, whatever it was.
        var kind = KindOf(codes, message ?? "", operation.HttpErrorStatusCode ?? 0) ?? CloudErrorKind.Unavailable;
        var words = string.Join(
            ": ",
            new[] { codes.FirstOrDefault(), message is null ? null : ForeignText.Shown(message, TextMax), AdviceOn(codes, kind, message) }
                .OfType<string>());
        return new CloudException(kind, $"{call}: {(words.Length > 0 ? words : "the operation failed, and does not say why")}");
    }

    /// <summary>Whether the project itself is not there: of nothing in it, that says that it is gone.</summary>
    private bool IsWithoutProject(HttpAnswer answer, ErrorBody? body) =>
        answer.Status is HttpStatusCode.NotFound
        && body?.Message?.Contains($"'projects/{project}'", StringComparison.Ordinal) is true;

    private static ImmutableArray<string> ReasonsOf(ErrorBody? body) => body is null ? [] :
    [
        .. (body.Details ?? []).Select(detail => detail?.Reason).OfType<string>(),
        .. (body.Errors ?? []).Select(error => error?.Reason).OfType<string>(),
    ];

    private static CloudErrorKind? KindOf(ImmutableArray<string> codes, string message, int status)
    {
        foreach (var code in codes)
        {
            if (Kinds.KindOf(message, code, status) is { } kind)
            {
                return kind;
            }

            // There is one for each kind of quota.
            if (code.Contains("QUOTA", StringComparison.Ordinal))
            {
                return CloudErrorKind.QuotaExceeded;
            }
        }

        return codes.IsEmpty ? Kinds.KindOf(message, code: null, status) : null;
    }

    private static bool IsRate(ImmutableArray<string> reasons) => !reasons.Contains("CONCURRENT_OPERATIONS_QUOTA_EXCEEDED");

    /// <summary>The time until the next full minute, by Google's clock.</summary>
    private static TimeSpan Refill(HttpAnswer answer) =>
        TimeSpan.FromSeconds(RefillSeconds - (answer.Date ?? answer.ReceivedAt).Second);

    private string? AdviceOn(ImmutableArray<string> codes, CloudErrorKind kind, string? message) => kind switch
    {
        _ when codes.Contains("SERVICE_DISABLED") || codes.Contains("accessNotConfigured") =>
            $"enable the API with `gcloud services enable compute.googleapis.com --project {project}`, and wait some minutes",
        _ when codes.Contains("BILLING_DISABLED") || message?.Contains("billing", StringComparison.OrdinalIgnoreCase) is true =>
            $"link project {project} to an active billing account",
        _ when codes.Contains("CONSUMER_SUSPENDED") => $"project {project} is suspended; the Google Cloud console says why",
        _ when codes.Contains("CONSUMER_INVALID") => $"look at the option project, which is {project}",
        _ when codes.Contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT") => "give the machine that this runs on the scope cloud-platform",
        CloudErrorKind.Unauthorized when codes.Contains("forbidden") || codes.Contains("PERMISSIONS_ERROR") =>
            $"give the credential that permission in project {project}, as by the role on the page of this cloud",
        CloudErrorKind.Unauthorized
            when codes.Contains("notFound") && message?.Contains($"'projects/{project}'", StringComparison.Ordinal) is true =>
            $"there is no project {project}, or the credential may not see it: look at the option project",
        _ when message?.Contains("vmExternalIpAccess", StringComparison.Ordinal) is true =>
            "the organization allows no external addresses: set the template's option external_ip to off",
        _ => null,
    };
}

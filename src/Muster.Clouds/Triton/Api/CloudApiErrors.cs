using System.Globalization;
using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Triton.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Api;

/// <summary>The one place where CloudAPI's refusals become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>
/// The status decides, since codes differ between the versions of its web framework; where a status has several meanings, code and text.
/// </remarks>
internal static class CloudApiErrors
{
    /// <summary>How far a request's date may be off.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(300);

    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextLengthMax = 300;

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.Throttled, Status: 420),
        new(CloudErrorKind.Unavailable, Status: 503, Code: "ServiceUnavailable"),
        new(CloudErrorKind.Unavailable, Status: 503, Code: "ServiceUnavailableError"),
        new(CloudErrorKind.Unauthorized, Status: 400, Code: "InvalidHeader"),
        new(CloudErrorKind.QuotaExceeded, Status: 403, Words: "quota"),
        new(CloudErrorKind.OutOfStock, Status: 409, Words: "insufficient capacity"),
        new(CloudErrorKind.OutOfStock, Status: 409, Code: "InsufficientCapacity"));

    /// <summary>Whether a launch was refused because its name is taken.</summary>
    public static bool IsDuplicateName(HttpAnswer answer) =>
        answer.Status is HttpStatusCode.Conflict && Parse(answer) is { } error
        && (error.Errors ?? []).Any(field => field.Code is "Duplicate" && field.Field is "alias" or "name");

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    public static CloudException Translate(HttpAnswer answer)
    {
        var error = Parse(answer);
        var text = Text(answer, error);
        return answer.Failure(KindOf(answer, error, text), $"{text}{SkewHint(answer)}");
    }

    // A 503 with a Retry-After: said by CloudAPI or its load balancer in their own form, the request went no further; in any other form,
    // who knows.
    private static CloudErrorKind KindOf(HttpAnswer answer, ApiError? error, string text) =>
        answer is { Status: HttpStatusCode.ServiceUnavailable, RetryAfter: not null }
            ? error is null && answer.Doubt is CloudErrorKind.Ambiguous ? CloudErrorKind.Ambiguous : CloudErrorKind.Throttled
            : Kinds.KindOf(text, error?.Code, (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);

    private static string Text(HttpAnswer answer, ApiError? error)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        if (error is null)
        {
            return $"{status}, {(answer.LooksLikeHtml ? "in HTML: something in front of CloudAPI answers" : "without a word why")}";
        }

        var fields = (error.Errors ?? [])
            .Where(field => field.Message is not null)
            .Select(field => $"{field.Field}: {field.Message}");
        var text = string.Join("; ", new[] { $"{status} {error.Code}: {error.Message}" }.Concat(fields));
        return text.Length <= TextLengthMax ? text : $"{text.AsSpan(0, TextLengthMax)}...";
    }

    /// <summary>A clock that is off looks like a wrong key: the server's own date tells them apart.</summary>
    private static string SkewHint(HttpAnswer answer)
    {
        var skew = answer.Date is { } date ? answer.ReceivedAt - date : TimeSpan.Zero;
        return (int)answer.Status is 400 or 401 && skew.Duration() > SkewMax
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; this machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} "
                + $"CloudAPI's, and {SkewMax.TotalSeconds:0} s are allowed: set the clock")
            : "";
    }

    private static ApiError? Parse(HttpAnswer answer) =>
        answer.TryRead(TritonJson.Default.ApiError) is { Code: not null } error ? error : null;
}

using System.Globalization;
using System.Net;
using System.Text.Json;

using Muster.Clouds.Triton.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Api;

/// <summary>The one place where CloudAPI's refusals become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>The status decides, since codes differ between the versions of its web framework; where a status has several meanings, code and text.</remarks>
internal static class CloudApiErrors
{
    /// <summary>How far a request's date may be off.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(300);

    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextLengthMax = 300;

    /// <summary>Whether a launch was refused because its name is taken.</summary>
    public static bool IsDuplicateName(CloudApiAnswer answer) =>
        answer.Status is HttpStatusCode.Conflict && Parse(answer) is { } error
        && (error.Errors ?? []).Any(field => field.Code is "Duplicate" && field.Field is "alias" or "name");

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="now">Our own time.</param>
    public static CloudException Translate(CloudApiAnswer answer, DateTimeOffset now)
    {
        var error = Parse(answer);
        var text = Text(answer, error);
        return new(KindOf(answer, error, text), $"{answer.Call}: {text}{SkewHint(answer, now)}", answer.RetryAfter);
    }

    private static CloudErrorKind KindOf(CloudApiAnswer answer, ApiError? error, string text) => (int)answer.Status switch
    {
        429 or 420 => CloudErrorKind.Throttled,
        // Said by CloudAPI or its load balancer in their own form, the request went no further; in any other form, who knows.
        503 when answer.RetryAfter is not null => error is null && answer.Changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Throttled,
        503 when error?.Code is "ServiceUnavailable" or "ServiceUnavailableError" => CloudErrorKind.Unavailable,
        >= 500 or 408 => answer.Changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
        401 => CloudErrorKind.Unauthorized,
        400 when error?.Code is "InvalidHeader" => CloudErrorKind.Unauthorized,
        403 when text.Contains("quota", StringComparison.OrdinalIgnoreCase) => CloudErrorKind.QuotaExceeded,
        403 => CloudErrorKind.Unauthorized,
        404 or 410 => CloudErrorKind.NotFound,
        409 when text.Contains("insufficient capacity", StringComparison.OrdinalIgnoreCase)
            || error?.Code is "InsufficientCapacity" => CloudErrorKind.OutOfStock,
        >= 400 => CloudErrorKind.InvalidRequest,
        _ => answer.Changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
    };

    private static string Text(CloudApiAnswer answer, ApiError? error)
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
    private static string SkewHint(CloudApiAnswer answer, DateTimeOffset now)
    {
        var skew = answer.Date is { } date ? now - date : TimeSpan.Zero;
        return (int)answer.Status is 400 or 401 && skew.Duration() > SkewMax
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; this machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} CloudAPI's, and {SkewMax.TotalSeconds:0} s are allowed: set the clock")
            : "";
    }

    private static ApiError? Parse(CloudApiAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, TritonJson.Default.ApiError) is { Code: not null } error ? error : null;
        }
        catch (JsonException)
        {
            // Not an error of CloudAPI's own: the status alone speaks.
            return null;
        }
    }
}

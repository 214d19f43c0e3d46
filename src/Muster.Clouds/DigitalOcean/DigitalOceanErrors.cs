using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The one place where DigitalOcean's refusals become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>
/// Nearly every refusal is a 422 <c>unprocessable_entity</c>, so its sentence decides. A sentence with unknown words is a bad request: a
/// launch that is refused so did not happen, and its group tells the sentence.
/// </remarks>
internal static class DigitalOceanErrors
{
    private const int TextLengthMax = 300;
    private const int Unprocessable = 422;

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.QuotaExceeded, Unprocessable, Words: "droplet limit"),
        // A size that needs a payment or a word with support first.
        new(CloudErrorKind.QuotaExceeded, Unprocessable, Words: "currently restricted"),
        // The image, and not the region, is what is wrong.
        new(CloudErrorKind.InvalidRequest, Unprocessable, Words: "image you specified"),
        new(CloudErrorKind.OutOfStock, Unprocessable, Words: "region is not available"),
        new(CloudErrorKind.OutOfStock, Unprocessable, Words: "size is unavailable"),
        new(CloudErrorKind.OutOfStock, Unprocessable, Words: "size is not available"),
        new(CloudErrorKind.OutOfStock, Unprocessable, Words: "capacity"),
        // Somebody else does something to the droplet at this moment: it is asked again.
        new(CloudErrorKind.Unavailable, Unprocessable, Words: "pending event"),
        new(CloudErrorKind.Unavailable, Unprocessable, Words: "droplet is locked"),
        new(CloudErrorKind.Unavailable, Unprocessable, Words: "currently locked"),
        new(CloudErrorKind.Unavailable, 409));

    // Which field of a template a sentence speaks of; the first word that is in it counts.
    private static readonly ImmutableArray<(string Word, Func<LaunchRequest, (string Field, string? Value)> Field)> Fields =
    [
        ("ssh", request => ("options.ssh_keys", request.Template.Options.GetValueOrDefault("ssh_keys"))),
        ("vpc", request => ("network", string.Join(", ", request.Template.Networks))),
        ("image", request => ("image", request.Template.Image)),
        ("size", request => ("size", request.Template.Size)),
        ("region", request => request.Zone is { } zone
            ? ("zone", zone)
            : ("options.region", request.Template.Options.GetValueOrDefault("region"))),
        ("tag", request => ("options.tags", request.Template.Options.GetValueOrDefault("tags"))),
    ];

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="scope">What a token must be allowed for the call: <c>droplet:read</c>.</param>
    /// <param name="request">The launch that is refused; null where it is another call.</param>
    public static CloudException Translate(HttpAnswer answer, string scope, LaunchRequest? request = null)
    {
        var error = answer.TryRead(ApiError.Of) is { Id: not null } said ? said : null;
        var message = error?.Message ?? "";
        var kind = Kinds.KindOf(message, error?.Id, (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        return answer.Failure(
            kind, $"{Text(answer, error)}{Advice((int)answer.Status, scope)}{FieldOf(kind, message, request)}");
    }

    private static string Text(HttpAnswer answer, ApiError? error)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        return error is not null ? $"{status} {ForeignText.Shown(error.Id!)}: {ForeignText.Shown(error.Message ?? "", TextLengthMax)}"
            : answer.LooksLikeHtml ? $"{status}, in HTML: something in front of DigitalOcean answers"
            : $"{status}, without a word why";
    }

    private static string Advice(int status, string scope) => status switch
    {
        401 => "; the token is revoked, has expired, or is mistyped: make a new one and put it into the file that token_file names",
        403 => $"; the token needs the scopes {scope}, and the account must not be locked: muster cloud check tells more",
        _ => "",
    };

    private static string FieldOf(CloudErrorKind kind, string message, LaunchRequest? request)
    {
        if (request is null || kind is not (CloudErrorKind.InvalidRequest or CloudErrorKind.OutOfStock)
            || Fields.FirstOrDefault(field => message.Contains(field.Word, StringComparison.OrdinalIgnoreCase)).Field is not { } field)
        {
            return "";
        }

        var (name, value) = field(request);
        return string.IsNullOrEmpty(value) ? "" : $" ({name} is '{value}')";
    }
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>The one place where the services' refusals become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>
/// The status decides, and the sentence where one status has several meanings. The sentences are those of openstack/nova:nova/exception.py
/// and nova/api/openstack/compute/servers.py, and of openstack/octavia:octavia/common/exceptions.py; one with unknown words is told as it
/// is, by its status.
/// </remarks>
internal static class OpenStackErrors
{
    private const int TextLengthMax = 300;

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.QuotaExceeded, 403, Words: "quota exceeded"),
        new(CloudErrorKind.QuotaExceeded, 403, Words: "maximum number of"),
        new(CloudErrorKind.QuotaExceeded, 403, Words: "quota has been met"),
        new(CloudErrorKind.QuotaExceeded, 409, Code: "OverQuota"),
        new(CloudErrorKind.InvalidRequest, 403, Words: "zero disk"),
        new(CloudErrorKind.InvalidRequest, 403, Words: "external network"),
        new(CloudErrorKind.Throttled, 413, Code: "overLimit"),
        new(CloudErrorKind.Throttled, 413, Words: "rate limit"),
        new(CloudErrorKind.OutOfStock, Words: "no valid host"),
        new(CloudErrorKind.OutOfStock, 400, Words: "no more ip addresses"),
        new(CloudErrorKind.OutOfStock, 400, Words: "no fixed ip addresses"),
        // The last row of the page before was deleted meanwhile: the list is read anew at the next check.
        new(CloudErrorKind.Unavailable, 400, Words: "marker ["),
        new(CloudErrorKind.InvalidRequest, 409, Words: "is locked"),
        new(CloudErrorKind.InvalidRequest, 409, Words: "possible network"),
        new(CloudErrorKind.InvalidRequest, 409, Words: "networks found"),
        // Something else is being done to the server: nothing was done, and the engine asks again.
        new(CloudErrorKind.Unavailable, 409),
        // The calls' version is not to be had here; the template is not to blame.
        new(CloudErrorKind.Unavailable, 406));

    // Which field of a template a sentence speaks of; the first word that is in it counts.
    private static readonly ImmutableArray<(string Word, Func<LaunchRequest, (string Field, string? Value)> Field)> Fields =
    [
        ("key_name", request => Option(request, OpenStackDescription.KeyName.Name)),
        ("keypair", request => Option(request, OpenStackDescription.KeyName.Name)),
        ("security group", request => Option(request, OpenStackDescription.SecurityGroups.Name)),
        ("availability zone", request => request.Zone is { } zone
            ? ("zone", zone)
            : Option(request, OpenStackDescription.AvailabilityZone.Name)),
        ("group", request => Option(request, OpenStackDescription.ServerGroup.Name)),
        ("volume type", request => Option(request, OpenStackDescription.VolumeType.Name)),
        ("zero disk", request => ("size", request.Template.Size)),
        ("flavor", request => ("size", request.Template.Size)),
        ("image", request => ("image", request.Template.Image)),
        ("network", request => ("network", string.Join(", ", request.Template.Networks))),
        ("ip addresses", request => ("network", string.Join(", ", request.Template.Networks))),
    ];

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="request">The launch that is refused; null where it is another call.</param>
    public static CloudException Translate(HttpAnswer answer, LaunchRequest? request = null)
    {
        var fault = ApiFault.Read(answer);
        var message = fault?.Message ?? "";
        var kind = Kinds.KindOf(message, fault?.Word, (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        if (kind is CloudErrorKind.NotFound && request is not null)
        {
            kind = CloudErrorKind.InvalidRequest;
        }

        return answer.Failure(kind, $"{Text(answer, fault)}{Advice(kind, (int)answer.Status, message)}{FieldOf(kind, message, request)}");
    }

    private static string Text(HttpAnswer answer, ApiFault? fault)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        return fault is not null ? $"{status}: {ForeignText.Shown(fault.Message, TextLengthMax)}"
            : answer.LooksLikeHtml ? $"{status}, in HTML: something in front of the service answers"
            : $"{status}, without a word why";
    }

    private static string Advice(CloudErrorKind kind, int status, string message) => (kind, status) switch
    {
        (CloudErrorKind.Unauthorized, 401) => "; a new token was refused as well: the user, the application credential or the project may "
            + "be disabled",
        (CloudErrorKind.Unauthorized, 403) => "; the user needs a role in the project that may do this, usually member, and an application "
            + "credential with access rules needs a rule for it",
        (CloudErrorKind.Unavailable, 406) => $"; Muster needs version {OpenStackApi.ComputeVersion} of the compute service's calls, which "
            + "OpenStack has since Stein (2019)",
        (CloudErrorKind.InvalidRequest, 409) when message.Contains("is locked", StringComparison.Ordinal) =>
            "; unlock it first: openstack server unlock",
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

    private static (string Field, string? Value) Option(LaunchRequest request, string name) =>
        ($"options.{name}", request.Template.Options.GetValueOrDefault(name));
}

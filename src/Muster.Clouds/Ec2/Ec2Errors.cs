using System.Collections.Immutable;
using System.Globalization;
using System.Xml;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>The one place where refusals of EC2, STS and Elastic Load Balancing become kinds of <see cref="CloudException"/>.</summary>
/// <remarks>Codes: docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html. What has no row goes by its status.</remarks>
internal static class Ec2Errors
{
    /// <summary>A call with DryRun that would have worked.</summary>
    public const string WouldWork = "DryRunOperation";

    /// <summary>The token made an instance that has been terminated since.</summary>
    public const string TokenTerminated = "IdempotentInstanceTerminated";

    /// <summary>The token was used before with other parameters.</summary>
    public const string TokenMismatch = "IdempotentParameterMismatch";

    /// <summary>What is to be, or is, a target can be none.</summary>
    public const string InvalidTarget = "InvalidTarget";

    private const int TextMax = 300;

    // UnauthorizedOperation brings a page of it, which one may decode who has the right to.
    private const string EncodedStart = " Encoded authorization failure message";

    /// <summary>How far a request's date may be off.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    /// <summary>The rows, for the page and its test.</summary>
    public static ImmutableArray<ErrorRow> Rows { get; } =
    [
        .. All(CloudErrorKind.Throttled,
            "RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled", "SlowDown",
            "TooManyRequestsException"),
        .. All(CloudErrorKind.OutOfStock,
            "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity", "InsufficientCapacity",
            "InsufficientCapacityOnHost", "UnfulfillableCapacity", "InsufficientFreeAddressesInSubnet", "InsufficientAddressCapacity",
            "InsufficientVolumeCapacity", "ReservationCapacityExceeded", "SpotMaxPriceTooLow"),
        new(CloudErrorKind.OutOfStock, Code: "Unsupported", Words: "Availability Zone"),
        .. All(CloudErrorKind.QuotaExceeded,
            "InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded", "VolumeLimitExceeded", "MaxIOPSLimitExceeded",
            "NetworkInterfaceLimitExceeded", "AddressLimitExceeded", "ResourceLimitExceeded", "ResourceCountExceeded",
            "TooManyTargets", "TooManyRegistrationsForTargetId"),
        .. All(CloudErrorKind.Unauthorized,
            "AuthFailure", "UnauthorizedOperation", "InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature",
            "MissingAuthenticationToken", "RequestExpired", "ExpiredToken", "ExpiredTokenException", "AccessDenied",
            "AccessDeniedException", "UnrecognizedClientException", "OptInRequired", "PendingVerification", "Blocked",
            "InvalidIdentityToken", "IDPRejectedClaim"),
        .. All(CloudErrorKind.InvalidRequest, "OperationNotPermitted", TokenMismatch, "InstanceCreditSpecification.NotSupported"),
        // Of a stop or a start: it is on its way from one to the other.
        .. All(CloudErrorKind.Unavailable, "IncorrectInstanceState"),
        // Of a target: it does not run yet, or its checks cannot be told now.
        new(CloudErrorKind.Unavailable, Code: InvalidTarget, Words: "not in a running state"),
        .. All(CloudErrorKind.Unavailable, "HealthUnavailable"),
        .. All(CloudErrorKind.InvalidRequest, InvalidTarget),
        .. All(
            CloudErrorKind.InvalidRequest, "UnsupportedOperation", "UnsupportedHibernationConfiguration", "IncorrectSpotRequestState"),
        .. All(CloudErrorKind.NotFound, TokenTerminated, "InvalidInstanceID.NotFound", "TargetGroupNotFound"),
    ];

    private static readonly ErrorTable Kinds = new(Rows);

    /// <summary>Which field of a template a refusal of a launch is about; the first that fits.</summary>
    private static readonly ImmutableArray<(string Code, string Words, string Field)> Fields =
    [
        ("InvalidAMI", "", "image"),
        ("InvalidSSMParameter", "", "image"),
        ("InvalidSubnet", "", "network"),
        ("InvalidGroup", "", "options.security_groups"),
        ("InvalidSecurityGroup", "", "options.security_groups"),
        ("InvalidKeyPair", "", "options.key_name"),
        ("InvalidLaunchTemplate", "", "options.launch_template"),
        ("InvalidBlockDeviceMapping", "", "options.block_devices"),
        ("InvalidSnapshot", "", "options.block_devices"),
        ("InvalidKMSKey", "", "options.block_devices"),
        ("InvalidUserData", "", "user_data"),
        ("InvalidPlacementGroup", "", "options.placement_group"),
        ("InvalidInstanceType", "", "size"),
        ("InstanceCreditSpecification", "", "options.cpu_credits"),
        ("", "iamInstanceProfile", "options.iam_instance_profile"),
        ("", "InstanceType", "size"),
        ("", "instance type", "size"),
        ("", "availability zone", "zone"),
        ("", "imageId", "image"),
        ("", "ssm", "image"),
    ];

    /// <summary>Whether a code, of whatever service of Amazon's, says that the credential is refused.</summary>
    public static bool IsOfCredential(string code) => Rows.Any(row => row.Kind is CloudErrorKind.Unauthorized && row.Code == code);

    /// <summary>The code of a refusal; null where the answer is none of EC2's.</summary>
    public static string? CodeOf(HttpAnswer answer) => Parse(answer)?.TextOf("Code");

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="template">The template of the launch that was refused; null for other calls.</param>
    public static CloudException Translate(HttpAnswer answer, Template? template = null)
    {
        var error = Parse(answer);
        if (error is null)
        {
            return answer.Failure(null);
        }

        var code = error.TextOf("Code");
        var text = Shown(error.TextOf("Message") ?? "");
        var kind = Kinds.KindOf(text, code, (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        var field = template is not null && kind is CloudErrorKind.InvalidRequest or CloudErrorKind.OutOfStock
            ? FieldOf(code ?? "", text)
            : null;
        var about = field is not null && ValueOf(field, template!) is { } value ? $"{field} is '{value}': " : "";
        return answer.Failure(kind, $"{about}{code}: {text}{Remedy(answer, code, kind)}");
    }

    private static string Remedy(HttpAnswer answer, string? code, CloudErrorKind kind)
    {
        if (kind is CloudErrorKind.Unauthorized && SkewOf(answer) is { } skew)
        {
            return skew;
        }

        return code switch
        {
            "AuthFailure" or "InvalidClientTokenId" or "SignatureDoesNotMatch" or "UnrecognizedClientException" =>
                "; the access key is wrong, inactive or of another partition of AWS, or the region is not enabled in the account",
            "RequestExpired" or "ExpiredToken" or "ExpiredTokenException" =>
                "; the credential has expired: log in again, or give Muster one that is renewed, such as a role",
            "UnauthorizedOperation" or "AccessDenied" or "AccessDeniedException" =>
                "; the credential lacks this right: the page of this cloud has a policy with all that Muster needs",
            "UnsupportedHibernationConfiguration" =>
                "; it was launched without the option hibernation=true: stop it in an orderly way",
            "OptInRequired" => "; the account has not signed up for EC2, or is suspended: look at it in the AWS console",
            "PendingVerification" or "Blocked" => "; AWS is looking at this account: its owner has to write to AWS Support",
            "OperationNotPermitted" => "; switch its termination protection (DisableApiTermination) off if it is to go",
            TokenMismatch => "; this launch was asked for before with other words, and nothing shows what came of it",
            "VcpuLimitExceeded" or "InstanceLimitExceeded" or "MaxSpotInstanceCountExceeded" =>
                "; raise the limit in Service Quotas, or take another region",
            "TooManyTargets" or "TooManyRegistrationsForTargetId" =>
                "; raise the limit of Elastic Load Balancing in Service Quotas, or take fewer instances in",
            InvalidTarget when kind is CloudErrorKind.InvalidRequest =>
                "; a target is an instance that is there, in the VPC of the target group",
            _ => "",
        };
    }

    /// <summary>A clock that is off looks like a wrong or an expired key: the server's own date tells them apart.</summary>
    private static string? SkewOf(HttpAnswer answer)
    {
        var skew = answer.Date is { } date ? answer.ReceivedAt - date : TimeSpan.Zero;
        return skew.Duration() <= SkewMax ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"; this machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} "
            + $"Amazon's, and {SkewMax.TotalSeconds:0} s are allowed: set the clock");
    }

    private static string? FieldOf(string code, string text) => Fields.FirstOrDefault(row =>
        code.StartsWith(row.Code, StringComparison.Ordinal) && text.Contains(row.Words, StringComparison.OrdinalIgnoreCase)).Field;

    private static string? ValueOf(string field, Template template) => field switch
    {
        "image" => template.Image,
        "size" => template.Size,
        "network" => string.Join(", ", template.Networks),
        _ when field.Split('.') is ["options", var option] => template.Options.GetValueOrDefault(option),
        _ => null,
    };

    private static string Shown(string text)
    {
        var end = text.IndexOf(EncodedStart, StringComparison.Ordinal);
        return ForeignText.Shown(end >= 0 ? text[..end] : text, TextMax);
    }

    private static AnswerNode? Parse(HttpAnswer answer)
    {
        try
        {
            return AnswerNode.Parse(answer.Body).Find("Error") is { } error && error.TextOf("Code") is not null ? error : null;
        }
        catch (XmlException)
        {
            // Something in front of it answers; the status alone speaks.
            return null;
        }
    }

    private static IEnumerable<ErrorRow> All(CloudErrorKind kind, params string[] codes) =>
        codes.Select(code => new ErrorRow(kind, Code: code));
}

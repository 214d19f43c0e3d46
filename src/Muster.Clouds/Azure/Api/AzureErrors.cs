using System.Collections.Frozen;
using System.Globalization;

using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Azure.Api;

/// <summary>
/// The one place where Azure's refusals, at once or in the end of an operation, become kinds of <see cref="CloudException"/>.
/// </summary>
/// <remarks>
/// learn.microsoft.com: "Troubleshoot common Azure deployment errors", "Understand common error messages when you manage virtual machines",
/// "Throttling Resource Manager requests".
/// </remarks>
internal static class AzureErrors
{
    private const int TextLengthMax = 400;
    private const int DetailsMax = 3;

    private const string Register =
        "register the service: az provider register --namespace Microsoft.Compute, and Microsoft.Network";

    /// <summary>How far a clock may be off before it is worth a word.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(4);

    /// <summary>Codes of Azure, and what they mean.</summary>
    private static readonly ErrorTable Kinds = new(
    [
        new(CloudErrorKind.Throttled, Status: 429),
        .. Rows(
            CloudErrorKind.OutOfStock, "SkuNotAvailable", "AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest",
            "OverconstrainedZonalAllocationRequest", "SpotVMsNotAvailable", "SubnetIsFull"),
        .. Rows(
            CloudErrorKind.QuotaExceeded, "QuotaExceeded", "ResourceQuotaExceeded", "SpotQuotaExceeded", "PublicIPCountLimitReached",
            "NetworkInterfaceCountLimitReached", "MaxResourceGroupResourcesCountReached", "ResourceCountExceedsLimit"),
        new(CloudErrorKind.QuotaExceeded, Code: "OperationNotAllowed", Words: "quota"),
        .. Rows(
            CloudErrorKind.Unauthorized, "AuthorizationFailed", "LinkedAuthorizationFailed", "InvalidAuthenticationToken",
            "InvalidAuthenticationTokenTenant", "ExpiredAuthenticationToken", "AuthenticationFailed", "AuthenticationFailedMissingToken",
            "SubscriptionNotFound", "InvalidSubscriptionId", "ReadOnlyDisabledSubscription", "DisabledSubscription",
            "SubscriptionNotRegistered", "MissingSubscriptionRegistration", "ResourceGroupNotFound", "ResourceGroupBeingDeleted"),
        .. Rows(
            CloudErrorKind.Unavailable, "AnotherOperationInProgress", "RetryableError", "ConflictingConcurrentWriteNotAllowed",
            "OperationPreempted"),
        .. Rows(
            CloudErrorKind.InvalidRequest, "ScopeLocked", "RequestDisallowedByPolicy", "RequestDisallowedByAzure", "PlatformImageNotFound",
            "ImageNotFound", "GalleryImageNotFound", "ImageVersionDeprecated", "InvalidResourceReference", "InvalidParameter",
            "BadRequest", "OperationNotAllowed", "VMMarketplaceInvalidInput", "ResourcePurchaseValidationFailed"),
    ]);

    private static readonly FrozenDictionary<string, string> Hints = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AuthorizationFailed"] = "give the credential the role of docs/clouds/azure.md; a new assignment counts after some minutes",
        ["LinkedAuthorizationFailed"] =
            "the credential may not use what the message names, such as the subnet: give it the role there, too",
        ["InvalidAuthenticationTokenTenant"] = "the subscription is of another tenant: look at tenant_id and subscription_id",
        ["SubscriptionNotFound"] = "look at subscription_id, or give the credential a role in it",
        ["InvalidSubscriptionId"] = "look at subscription_id",
        ["ReadOnlyDisabledSubscription"] = "the subscription is suspended: its owner has to pay or to activate it",
        ["DisabledSubscription"] = "the subscription is suspended: its owner has to pay or to activate it",
        ["SubscriptionNotRegistered"] = Register,
        ["MissingSubscriptionRegistration"] = Register,
        ["ResourceGroupNotFound"] = "make the resource group, or look at resource_group",
        ["ResourceGroupBeingDeleted"] = "somebody deletes the resource group",
        ["ScopeLocked"] = "a lock protects it: nothing was done to it; remove the lock if it is to go",
        ["ResourcePurchaseValidationFailed"] = "accept the image's terms once: az vm image terms accept --urn URN",
        ["VMMarketplaceInvalidInput"] = "an image that is sold needs the option plan",
        ["ExpiredAuthenticationToken"] = "set this machine's clock if that goes on",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Where Azure names a part of the request, the field of the template that it is made of; the longer words first.
    private static readonly (string Target, string Field)[] Fields =
    [
        ("imageReference", "image"), ("plan", "options.plan"), ("vmSize", "size"), ("ssh", "options.ssh_public_key"),
        ("adminUsername", "options.admin_user"), ("customData", "user_data"), ("userData", "metadata"), ("dataDisk", "options.data_disks"),
        ("osDisk", "options.os_disk_type"), ("networkSecurityGroup", "options.network_security_group"), ("subnet", "network"),
        ("networkProfile", "network"), ("maxPrice", "options.max_price"), ("identity", "options.identities"), ("zones", "zone"),
        ("zone", "zone"), ("tags", "tags"),
    ];

    // Codes that are about the image whatever they name.
    private static readonly FrozenSet<string> OfImage = FrozenSet.ToFrozenSet(
        ["PlatformImageNotFound", "ImageNotFound", "GalleryImageNotFound", "ImageVersionDeprecated", "ResourcePurchaseValidationFailed"],
        StringComparer.Ordinal);

    /// <summary>The code of a refusal; null where there is none.</summary>
    public static string? CodeOf(HttpAnswer answer) => Parse(answer)?.Code;

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    /// <param name="valueOf">Says what a field of the template has; null where no template was sent.</param>
    public static CloudException Translate(HttpAnswer answer, Func<string, string?>? valueOf = null)
    {
        var error = Parse(answer);
        if (error?.Code is null)
        {
            return answer.Failure(null);
        }

        var kind = KindOf(error, (int)answer.Status) ?? StatusKinds.Of(answer.Status, answer.Doubt);
        if (valueOf is not null && kind is CloudErrorKind.NotFound)
        {
            // A launch is about nothing that is there: what it names is not.
            kind = CloudErrorKind.InvalidRequest;
        }

        return answer.Failure(kind, $"{Text(error, kind, valueOf)}{SkewHint(answer)}");
    }

    /// <summary>What the failure of an operation means that Azure had taken.</summary>
    /// <param name="call">Which.</param>
    /// <param name="error">Why it failed; null where nothing is said.</param>
    /// <param name="valueOf">Says what a field of the template has.</param>
    public static CloudException Translate(string call, ArmError? error, Func<string, string?> valueOf)
    {
        var known = error ?? new ArmError("Unknown", "nothing is said of why");
        var kind = KindOf(known, 0) ?? CloudErrorKind.Unavailable;
        return new(kind, $"{call} failed in the end: {Text(known, kind, valueOf)}");
    }

    /// <summary>The kind by code and words, or by a code within.</summary>
    public static CloudErrorKind? KindOf(ArmError error, int status) =>
        Kinds.KindOf(error.Message ?? "", error.Code, status)
        ?? (error.Details ?? []).OfType<ArmError>()
            .Select(detail => Kinds.KindOf(detail.Message ?? "", detail.Code, status))
            .FirstOrDefault(kind => kind is not null);

    private static IEnumerable<ErrorRow> Rows(CloudErrorKind kind, params string[] codes) =>
        codes.Select(code => new ErrorRow(kind, Code: code));

    private static string Text(ArmError error, CloudErrorKind kind, Func<string, string?>? valueOf)
    {
        var text = ForeignText.Shown($"{error.Code}: {error.Message}", TextLengthMax);
        var details = (error.Details ?? []).OfType<ArmError>().Where(one => one.Message is not null && one.Message != error.Message);
        foreach (var detail in details.Take(DetailsMax))
        {
            text += ForeignText.Shown($"; {detail.Code}: {detail.Message}", TextLengthMax);
        }

        var hint = error.Code is { } code && Hints.TryGetValue(code, out var known) ? $" ({known})" : "";
        return valueOf is not null && kind is CloudErrorKind.InvalidRequest && FieldOf(error) is { } field
            ? $"{field} is '{valueOf(field)}': {text}{hint}"
            : $"{text}{hint}";
    }

    private static string? FieldOf(ArmError error)
    {
        if (error.Code is { } code && OfImage.Contains(code))
        {
            return "image";
        }

        var target = error.Target ?? (error.Details ?? []).OfType<ArmError>().FirstOrDefault(detail => detail.Target is not null)?.Target;
        return target is null
            ? null
            : Fields.FirstOrDefault(one => target.Contains(one.Target, StringComparison.OrdinalIgnoreCase)).Field;
    }

    /// <summary>A clock that is off makes tokens that are not good yet, or no more: the service's own date tells.</summary>
    private static string SkewHint(HttpAnswer answer)
    {
        var skew = answer.Date is { } date ? answer.ReceivedAt - date : TimeSpan.Zero;
        return (int)answer.Status is 401 && skew.Duration() > SkewMax
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; this machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} "
                + $"Azure's: set it")
            : "";
    }

    private static ArmError? Parse(HttpAnswer answer) =>
        answer.TryRead(ArmErrorAnswer.Of) is not { } said ? null
        : said.Error ?? (said.Code is null ? null : new ArmError(said.Code, said.Message));
}

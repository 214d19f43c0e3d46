using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Clouds.Ec2.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>What is left of the account's limits on vCPUs in the region: EC2 does not tell them, Service Quotas does.</summary>
/// <remarks>docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html</remarks>
internal sealed class Ec2Quota(Ec2Api api, TimeProvider timeProvider)
{
    /// <summary>The families of standard instances, by the first letter of a type; all others have limits of their own.</summary>
    private const string Standard = "acdhimrtz";

    private const string OnDemandCode = "L-1216C47A", SpotCode = "L-34B43A08";

    /// <summary>Families that begin with such a letter and are counted elsewhere.</summary>
    private static readonly ImmutableArray<string> Others = ["dl", "hpc", "inf", "trn"];

    /// <summary>The step; bad where nothing is left.</summary>
    public async Task<CloudStep> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (onDemand, spot) = (
                await LimitAsync(OnDemandCode, cancellationToken), await LimitAsync(SpotCode, cancellationToken));
            var (usedOnDemand, usedSpot) = await UsedAsync(cancellationToken);
            return new(
                "quota", usedOnDemand < onDemand,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"of the standard types (A, C, D, H, I, M, R, T, Z) {usedOnDemand} of {onDemand:0} vCPUs on demand are in use, and "
                    + $"{usedSpot} of {spot:0} of spot instances; others have limits of their own"
                    + $"{(usedOnDemand < onDemand ? "" : ": ask for a higher limit in Service Quotas, or take another region")}"));
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            return new(
                "quota", IsGood: true,
                "not looked at: the credential lacks servicequotas:GetServiceQuota, which nothing else needs");
        }
        catch (CloudException error) when (error.Kind is not CloudErrorKind.Throttled)
        {
            return new("quota", IsGood: true, $"not looked at: {error.Message}");
        }
    }

    private async Task<double> LimitAsync(string code, CancellationToken cancellationToken)
    {
        var body = $$"""{"ServiceCode":"ec2","QuotaCode":"{{code}}"}""";
        var answer = await api.QuotaAsync(body, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (answer.IsGood && root.TryGetProperty("Quota", out var quota) && quota.TryGetProperty("Value", out var value))
            {
                return value.GetDouble();
            }

            var type = root.TryGetProperty("__type", out var typed) ? typed.GetString() ?? "" : "";
            var name = type[(type.LastIndexOf('#') + 1)..];
            throw new CloudException(
                (int)answer.Status is 401 or 403 || Ec2Errors.IsOfCredential(name)
                    ? CloudErrorKind.Unauthorized : CloudErrorKind.Unavailable,
                $"{answer.Call}: {ForeignText.Shown(name.Length > 0 ? name : $"status {(int)answer.Status}")}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{answer.Call} was answered with something that is not understood ({(int)answer.Status})",
                innerException: error);
        }
    }

    /// <summary>The vCPUs of all instances of the account that count, whoever's they are.</summary>
    private async Task<(long OnDemand, long Spot)> UsedAsync(CancellationToken cancellationToken)
    {
        var (onDemand, spot) = (0L, 0L);
        var reservations = await api.LookAllAsync(
            "DescribeInstances", "reservationSet",
            form => form.Filter(("instance-state-name", ["pending", "running"])).Add("MaxResults", 1000), timeProvider, cancellationToken);
        foreach (var node in reservations.SelectMany(reservation => reservation.Items("instancesSet")))
        {
            if (node.TextOf("instanceType") is not { } type || !IsStandard(type))
            {
                continue;
            }

            var count = CountOf(node["cpuOptions"], "coreCount") * CountOf(node["cpuOptions"], "threadsPerCore");
            if (node.TextOf("instanceLifecycle") is "spot")
            {
                spot += count;
            }
            else
            {
                onDemand += count;
            }
        }

        return (onDemand, spot);
    }

    private static bool IsStandard(string type) =>
        Standard.Contains(type[0], StringComparison.Ordinal)
        && !Others.Any(other => type.StartsWith(other, StringComparison.Ordinal));

    private static long CountOf(AnswerNode? node, string name) =>
        long.TryParse(node?.TextOf(name), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, 1024) : 1;
}

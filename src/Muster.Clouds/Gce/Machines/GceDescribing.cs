using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Who the credential is, what it may do, and what is left of the region's quotas. Three calls.</summary>
internal sealed class GceDescribing(GceApi api)
{
    /// <summary>What launching, listing and ending need; the page's role is these.</summary>
    public static readonly string[] Permissions =
    [
        "compute.disks.create", "compute.disks.setLabels", "compute.instances.create", "compute.instances.delete", "compute.instances.get",
        "compute.instances.list", "compute.instances.setLabels", "compute.instances.setMetadata", "compute.networks.get",
        "compute.subnetworks.use", "compute.zoneOperations.get", "compute.zones.list",
    ];

    /// <summary>What taking instances into load balancers and out of them needs beside; the page's role has these, too.</summary>
    public static readonly string[] BalancingPermissions =
    [
        "compute.instances.use", "compute.networkEndpointGroups.attachNetworkEndpoints",
        "compute.networkEndpointGroups.detachNetworkEndpoints", "compute.networkEndpointGroups.get", "compute.networkEndpointGroups.list",
    ];

    // Those that every instance uses one or more of.
    private static readonly string[] Metrics =
        ["INSTANCES", "CPUS", "PREEMPTIBLE_CPUS", "IN_USE_ADDRESSES", "DISKS_TOTAL_GB", "SSD_TOTAL_GB"];

    /// <summary>Looks.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var steps = ImmutableArray.CreateBuilder<CloudStep>();
        try
        {
            await api.ProjectAsync(cancellationToken);
            steps.Add(new("identity", IsGood: true, $"{api.Who}, in project {api.Project}"));
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            steps.Add(new("identity", IsGood: false, $"{api.Who}: {error.Message}"));
            return steps.ToImmutable();
        }

        steps.Add(await PermissionsAsync("permissions", Permissions, "launching, listing and ending need", cancellationToken));
        if (await QuotaAsync(cancellationToken) is { } quota)
        {
            steps.Add(quota);
        }

        return steps.ToImmutable();
    }

    /// <summary>Looks whether the credential may use load balancers. A call.</summary>
    public Task<CloudStep> BalancersAsync(CancellationToken cancellationToken) => PermissionsAsync(
        CloudStep.Balancers, BalancingPermissions, "taking instances into network endpoint groups and out of them needs",
        cancellationToken);

    private async Task<CloudStep> PermissionsAsync(
        string step, string[] permissions, string what, CancellationToken cancellationToken)
    {
        var answer = await api.TestPermissionsAsync(permissions, cancellationToken);
        if (!answer.IsGood)
        {
            // Muster needs that API for nothing else.
            return answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound
                ? new(
                    step, IsGood: true,
                    "not looked at: the Cloud Resource Manager API does not answer; enable it with "
                    + $"`gcloud services enable cloudresourcemanager.googleapis.com --project {api.Project}` to have them looked at")
                : throw api.Errors.Translate(answer);
        }

        var missing = permissions.Except(answer.Read(PermissionList.Of).Permissions ?? []).ToArray();
        return missing.Length == 0
            ? new(step, IsGood: true, $"all that {what}")
            : new(
                step, IsGood: false,
                $"missing are {string.Join(", ", missing)}: give the credential the role on the page of this cloud");
    }

    private async Task<CloudStep?> QuotaAsync(CancellationToken cancellationToken)
    {
        if (await api.FindAsync("look at the region", $"regions/{api.Region}", cancellationToken) is not { } answer)
        {
            return new("quota", IsGood: false, $"region is '{api.Region}': project {api.Project} has no such region");
        }

        var quotas = (answer.Read(GceRegion.Of).Quotas ?? [])
            .Where(quota => quota is { Metric: { } metric, Limit: > 0, Usage: not null } && Metrics.Contains(metric))
            .OrderBy(quota => Array.IndexOf(Metrics, quota.Metric))
            .ToArray();
        if (quotas.Length == 0)
        {
            return null;
        }

        var left = string.Join(", ", quotas.Select(quota => string.Create(
            CultureInfo.InvariantCulture, $"{quota.Metric} {quota.Limit - quota.Usage:0} of {quota.Limit:0}")));
        var spent = quotas.Where(quota => quota.Usage >= quota.Limit).Select(quota => quota.Metric).ToArray();
        return spent.Length == 0
            ? new("quota", IsGood: true, $"left in {api.Region}: {left}")
            : new(
                "quota", IsGood: false,
                $"nothing is left in {api.Region} of {string.Join(", ", spent)}: ask Google for more; left are {left}");
    }
}

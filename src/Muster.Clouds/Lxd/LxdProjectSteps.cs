using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Lxd;

/// <summary>Looks at what a launch will need besides a template: the caller, the project, its limits, the cluster's members.</summary>
internal sealed class LxdProjectSteps(LxdApi api, LxdCloudOptions options)
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;

    private string ProjectPath => $"projects/{Uri.EscapeDataString(options.Project)}";

    /// <summary>The steps; the others only where the first is good.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        LxdServer server;
        try
        {
            server = await api.ServerAsync(cancellationToken);
        }
        catch (CloudException refusal) when (refusal.Kind is CloudErrorKind.Unauthorized)
        {
            return [new("identity", IsGood: false, refusal.Message)];
        }

        var isClustered = server.Environment is { IsClustered: true };
        var project = await ProjectAsync(isClustered, cancellationToken);
        CloudStep?[] steps =
        [
            Identity(server),
            project,
            project.IsGood ? await QuotaAsync(cancellationToken) : null,
            isClustered ? Members(await api.MemberStatesAsync(cancellationToken)) : null,
        ];
        return [.. steps.OfType<CloudStep>()];
    }

    private CloudStep Identity(LxdServer server)
    {
        var daemon = server.Environment;
        var who = server.User is { Length: > 0 } user
            ? $", as {ForeignText.Shown(user)}{(server.Method is { Length: > 0 } method ? $" ({ForeignText.Shown(method)})" : "")}"
            : "";
        var other = daemon?.Server is { } name && name != options.Dialect.Server
            ? $"; this is {ForeignText.Shown(name)}, and the cloud is of kind {options.Dialect.Kind}: servers of images and fields of "
                + "templates differ"
            : "";
        return new(
            "identity", IsGood: true,
            ForeignText.Shown($"{daemon?.Server ?? options.Dialect.Server} {daemon?.Version ?? "of an unknown version"}")
            + $" on {ForeignText.Shown(daemon?.Name ?? "a host without a name")}{who}; it makes instances by "
            + $"{ForeignText.Shown(daemon?.Driver ?? "unknown drivers")}{other}");
    }

    private async Task<CloudStep> ProjectAsync(bool isClustered, CancellationToken cancellationToken)
    {
        LxdProject? project;
        try
        {
            project = await api.FindAsync(ProjectPath, LxdProject.Read, cancellationToken);
        }
        catch (CloudException refusal) when (refusal.Kind is CloudErrorKind.Unauthorized)
        {
            // One that is not there is refused to a confined certificate like one that it may not see.
            project = null;
        }

        if (project is null)
        {
            return new(
                "permissions", IsGood: false,
                $"project is '{options.Project}': it is not there, or the credential may not see it: "
                + $"'{options.Dialect.Client} project list' shows those that there are, "
                + $"'{options.Dialect.Client} config trust list' what a certificate is confined to");
        }

        var isRestricted = IsOn(project.Config.GetValueOrDefault("restricted"));
        // Where a restricted project says nothing, it is blocked.
        var isBound = isRestricted && isClustered && project.Config.GetValueOrDefault("restricted.cluster.target") is not "allow";
        return new(
            "permissions", IsGood: true,
            $"project '{options.Project}' is there"
            + (isRestricted ? "; it is restricted, and a launch of what it forbids is refused" : "")
            + (isBound ? ". It allows no targets (restricted.cluster.target): launches can ask for no zone" : ""));
    }

    private async Task<CloudStep?> QuotaAsync(CancellationToken cancellationToken)
    {
        var state = await api.FindAsync($"{ProjectPath}/state", LxdLimits.Read, cancellationToken);
        if (state is null)
        {
            return null;
        }

        var limits = state.Resources.Where(resource => resource.Value.Limit >= 0)
            .OrderBy(resource => resource.Key, StringComparer.Ordinal).ToArray();
        var full = limits.Where(limit => limit.Key is not "networks" && limit.Value.Usage >= limit.Value.Limit).ToArray();
        return limits.Length == 0 ? new("quota", IsGood: true, $"project '{options.Project}' has no limits")
            : full.Length == 0 ? new("quota", IsGood: true, $"of project '{options.Project}' are used: {Listed(limits)}")
            : new(
                "quota", IsGood: false,
                $"project '{options.Project}' is full: {Listed(full)}; '{options.Dialect.Client} project set {options.Project} "
                + $"limits.{full[0].Key}=VALUE' raises that");
    }

    private static CloudStep Members(ImmutableArray<LxdMember> members)
    {
        var away = members.Where(member => member.Status is not "Online")
            .Select(member => $"{ForeignText.Shown(member.Name)} is {ForeignText.Shown(member.Status ?? "unknown")}").ToArray();
        return away.Length == 0
            ? new(
                "members", IsGood: true,
                $"online members: {string.Join(", ", members.Select(member => ForeignText.Shown(member.Name)))}")
            : new(
                "members", IsGood: away.Length < members.Length,
                $"{string.Join(", ", away)}: nothing can be launched there, and instances of a member that is offline are unknown");
    }

    private static string Listed(IEnumerable<KeyValuePair<string, LxdLimit>> limits) => string.Join(
        ", ",
        from limit in limits
        let name = ForeignText.Shown(limit.Key)
        select $"{name} {Amount(name, limit.Value.Usage)} of {Amount(name, limit.Value.Limit)}");

    // Memory and disks are told in bytes, everything else is counted.
    private static string Amount(string resource, long amount) =>
        resource is "memory" || resource.StartsWith("disk", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{amount / Gibibyte:0.##} GiB")
            : string.Create(CultureInfo.InvariantCulture, $"{amount}");

    private static bool IsOn(string? value) => value?.ToLowerInvariant() is "true" or "1" or "yes" or "on";
}

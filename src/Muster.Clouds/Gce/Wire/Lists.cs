using System.Text.Json;

namespace Muster.Clouds.Gce.Wire;

/// <summary>A page of the instances of a project, by scopes such as <c>zones/us-central1-a</c>.</summary>
internal sealed record InstanceScopes(Dictionary<string, InstanceScope>? Items, string? NextPageToken, string[]? Unreachables);

internal sealed record InstanceScope(GceInstance[]? Instances, ScopeWarning? Warning);

/// <summary>The same with each instance by itself, for a page where one is odd.</summary>
internal sealed record InstanceScopeElements(
    Dictionary<string, InstanceScopeElement>? Items, string? NextPageToken, string[]? Unreachables);

internal sealed record InstanceScopeElement(JsonElement? Instances, ScopeWarning? Warning);

/// <summary>What there is to say of a scope: that it has nothing on this page, or that it could not be asked.</summary>
internal sealed record ScopeWarning(string? Code, string? Message);

/// <summary>A page of the disks of a project.</summary>
internal sealed record DiskScopes(Dictionary<string, DiskScope>? Items, string? NextPageToken, string[]? Unreachables);

internal sealed record DiskScope(GceDisk[]? Disks, ScopeWarning? Warning);

internal sealed record GceDisk
{
    public string? Name { get; init; }

    public string? Zone { get; init; }

    public string? Status { get; init; }

    public string? SourceImage { get; init; }

    public string? SizeGb { get; init; }

    public string? Type { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public string[]? Users { get; init; }
}

internal sealed record ZoneList(GceZone[]? Items, string? NextPageToken);

internal sealed record GceZone(string? Name, string? Region, string? Status);

internal sealed record MachineTypeList(GceMachineType[]? Items, string? NextPageToken);

internal sealed record GceMachineType(string? Name, int? GuestCpus, int? MemoryMb);

internal sealed record ImageList(GceImage[]? Items, string? NextPageToken);

internal sealed record GceImage(string? Name, string? Family, string? Status, string? DiskSizeGb, Deprecation? Deprecated);

internal sealed record Deprecation(string? State, string? Replacement);

internal sealed record GceRegion(string? Name, Quota[]? Quotas);

internal sealed record Quota(string? Metric, double? Limit, double? Usage);

/// <summary>Permissions that are asked about, and those of them that the caller has.</summary>
internal sealed record PermissionList(string[]? Permissions);

/// <summary>Asks for a token of another service account.</summary>
internal sealed record ImpersonationRequest(string[] Scope, string Lifetime, string[]? Delegates);

internal sealed record ImpersonationAnswer(string? AccessToken, DateTimeOffset? ExpireTime);

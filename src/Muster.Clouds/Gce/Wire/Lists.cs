using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Gce.Wire;

/// <summary>A page of the instances of a project, by scopes such as <c>zones/us-central1-a</c>.</summary>
internal sealed record InstanceScopes(Dictionary<string, InstanceScope>? Items, string? NextPageToken, string[]? Unreachables)
{
    public static InstanceScopes Of(JsonFields of) => new(
        of.Map("items", InstanceScope.Of), of.Text("nextPageToken"), of.Texts("unreachables"));
}

/// <summary>The instances of one scope, each still unread, since one may be odd.</summary>
internal sealed record InstanceScope(JsonElement? Instances, ScopeWarning? Warning)
{
    public static InstanceScope Of(JsonFields of) => new(of.Any("instances"), of.Object("warning", ScopeWarning.Of));
}

/// <summary>What there is to say of a scope: that it has nothing on this page, or that it could not be asked.</summary>
internal sealed record ScopeWarning(string? Code, string? Message)
{
    public static ScopeWarning Of(JsonFields of) => new(of.Text("code"), of.Text("message"));
}

/// <summary>A page of the disks of a project.</summary>
internal sealed record DiskScopes(Dictionary<string, DiskScope>? Items, string? NextPageToken, string[]? Unreachables)
{
    public static DiskScopes Of(JsonFields of) => new(of.Map("items", DiskScope.Of), of.Text("nextPageToken"), of.Texts("unreachables"));
}

internal sealed record DiskScope(GceDisk[]? Disks, ScopeWarning? Warning)
{
    public static DiskScope Of(JsonFields of) => new(of.Array("disks", GceDisk.Of), of.Object("warning", ScopeWarning.Of));
}

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

    public static GceDisk Of(JsonFields of) => new()
    {
        Name = of.Text("name"),
        Zone = of.Text("zone"),
        Status = of.Text("status"),
        SourceImage = of.Text("sourceImage"),
        SizeGb = of.Text("sizeGb"),
        Type = of.Text("type"),
        CreationTimestamp = of.Time("creationTimestamp"),
        Labels = of.TextMap("labels"),
        Users = of.Texts("users"),
    };
}

internal sealed record ZoneList(GceZone[]? Items, string? NextPageToken)
{
    public static ZoneList Of(JsonFields of) => new(of.Array("items", GceZone.Of), of.Text("nextPageToken"));
}

internal sealed record GceZone(string? Name, string? Region, string? Status)
{
    public static GceZone Of(JsonFields of) => new(of.Text("name"), of.Text("region"), of.Text("status"));
}

internal sealed record MachineTypeList(GceMachineType[]? Items, string? NextPageToken)
{
    public static MachineTypeList Of(JsonFields of) => new(of.Array("items", GceMachineType.Of), of.Text("nextPageToken"));
}

internal sealed record GceMachineType(string? Name, int? GuestCpus, int? MemoryMb)
{
    public static GceMachineType Of(JsonFields of) => new(of.Text("name"), of.Small("guestCpus"), of.Small("memoryMb"));
}

internal sealed record ImageList(GceImage[]? Items, string? NextPageToken)
{
    public static ImageList Of(JsonFields of) => new(of.Array("items", GceImage.Of), of.Text("nextPageToken"));
}

internal sealed record GceImage(string? Name, string? Family, string? Status, string? DiskSizeGb, Deprecation? Deprecated)
{
    public static GceImage Of(JsonFields of) => new(
        of.Text("name"), of.Text("family"), of.Text("status"), of.Text("diskSizeGb"), of.Object("deprecated", Deprecation.Of));
}

internal sealed record Deprecation(string? State, string? Replacement)
{
    public static Deprecation Of(JsonFields of) => new(of.Text("state"), of.Text("replacement"));
}

internal sealed record GceRegion(string? Name, Quota[]? Quotas)
{
    public static GceRegion Of(JsonFields of) => new(of.Text("name"), of.Array("quotas", Quota.Of));
}

internal sealed record Quota(string? Metric, double? Limit, double? Usage)
{
    public static Quota Of(JsonFields of) => new(of.Text("metric"), of.Fraction("limit"), of.Fraction("usage"));
}

/// <summary>Permissions that are asked about, and those of them that the caller has.</summary>
internal sealed record PermissionList(string[]? Permissions)
{
    public static PermissionList Of(JsonFields of) => new(of.Texts("permissions"));

    public JsonObject ToJson() => new JsonBody()
        .Add("permissions", Permissions)
        .Object;
}

/// <summary>Asks for a token of another service account.</summary>
internal sealed record ImpersonationRequest(string[] Scope, string Lifetime, string[]? Delegates)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("scope", Scope)
        .Add("lifetime", Lifetime)
        .Add("delegates", Delegates)
        .Object;
}

internal sealed record ImpersonationAnswer(string? AccessToken, DateTimeOffset? ExpireTime)
{
    public static ImpersonationAnswer Of(JsonFields of) => new(of.Text("accessToken"), of.Time("expireTime"));
}

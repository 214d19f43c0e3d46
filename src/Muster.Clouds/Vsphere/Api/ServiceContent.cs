using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>Where a vCenter's managers are, and what it is.</summary>
internal sealed record ServiceContent
{
    /// <summary>Whom everybody may ask.</summary>
    public static readonly MoRef Instance = new("ServiceInstance", "ServiceInstance");

    /// <summary>Of properties.</summary>
    public required MoRef PropertyCollector { get; init; }

    /// <summary>Of sessions.</summary>
    public required MoRef SessionManager { get; init; }

    /// <summary>Of names.</summary>
    public required MoRef SearchIndex { get; init; }

    /// <summary>Of rights; null where there is none.</summary>
    public MoRef? AuthorizationManager { get; init; }

    /// <summary>Of customization specifications; null where there is none.</summary>
    public MoRef? CustomizationSpecManager { get; init; }

    /// <summary>What it is, for people: <c>VMware vCenter Server 8.0.2 build-22385739</c>.</summary>
    public required string FullName { get; init; }

    /// <summary>Whether it is a vCenter, and no single host.</summary>
    public required bool IsVCenter { get; init; }

    /// <summary>Reads it; null where a manager is missing that nothing works without.</summary>
    public static ServiceContent? Read(SoapNode? content) =>
        content?.RefOf("propertyCollector") is { } collector
            && content.RefOf("sessionManager") is { } sessions
            && content.RefOf("searchIndex") is { } index
            && content["about"] is { } about
            ? new()
            {
                PropertyCollector = collector,
                SessionManager = sessions,
                SearchIndex = index,
                AuthorizationManager = content.RefOf("authorizationManager"),
                CustomizationSpecManager = content.RefOf("customizationSpecManager"),
                FullName = about.TextOf("fullName") ?? "a server without a name",
                IsVCenter = about.TextOf("apiType") is "VirtualCenter",
            }
            : null;
}

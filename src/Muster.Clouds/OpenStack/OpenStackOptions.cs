using System.Security.Cryptography.X509Certificates;

namespace Muster.Clouds.OpenStack;

/// <summary>How a connection to an OpenStack is set up. <see cref="OpenStackDescription"/> has what holds unless set.</summary>
internal sealed record OpenStackOptions
{
    /// <summary>What templates call the cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>The region; null where the catalogue has one alone.</summary>
    public required string? Region { get; init; }

    /// <summary>Which endpoints of the catalogue to use: <c>public</c>, <c>internal</c> or <c>admin</c>.</summary>
    public required string Interface { get; init; }

    /// <summary>The authorities to believe; null for the system's.</summary>
    public required X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Whether tokens and passwords may go over plain HTTP to other machines.</summary>
    public required bool AllowsHttp { get; init; }

    /// <summary>Whether the compute service is asked for servers by their tags, and not for all of the project.</summary>
    public required bool ListsByTags { get; init; }

    /// <summary>The subnet that members of pools are told to be in; null for none.</summary>
    public required Guid? MemberSubnet { get; init; }

    /// <summary>How late a listing may show a new server.</summary>
    public required TimeSpan ListingLag { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}

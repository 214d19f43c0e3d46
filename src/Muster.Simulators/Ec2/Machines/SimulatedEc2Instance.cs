using System.Collections.Immutable;
using System.Globalization;
using Muster.Simulators.Ec2.Settings;

using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>An instance of the simulated EC2: a record, and nothing that runs.</summary>
public sealed class SimulatedEc2Instance : ParkedMachine<string>
{
    private static readonly ImmutableSortedDictionary<string, int> Codes = new Dictionary<string, int>
    {
        ["pending"] = 0, ["running"] = 16, ["shutting-down"] = 32, ["terminated"] = 48, ["stopping"] = 64, ["stopped"] = 80,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>Its zone.</summary>
    public required string Zone { get; init; }

    /// <summary>Its subnet.</summary>
    public required string Subnet { get; init; }

    /// <summary>The token of its launch; null for none.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Its key pair.</summary>
    public string? KeyName { get; init; }

    /// <summary>Its instance profile's ARN.</summary>
    public string? Profile { get; init; }

    /// <summary>Its security groups.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Whether its metadata service wants tokens.</summary>
    public string HttpTokens { get; init; } = "optional";

    /// <summary>Its tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; internal set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Tags of its disk, which stands and falls with it.</summary>
    public ImmutableSortedDictionary<string, string> VolumeTags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Tags of its network interface, likewise.</summary>
    public ImmutableSortedDictionary<string, string> InterfaceTags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its spot request; null where it is no spot instance.</summary>
    public string? SpotRequest { get; init; }

    /// <summary>Every parameter that it was launched with.</summary>
    public required ImmutableSortedDictionary<string, string> Asked { get; init; }

    /// <summary>Whether it cannot be terminated.</summary>
    public bool IsProtected { get; internal set; }

    /// <summary>When notice was given that it is taken back; null where it was not.</summary>
    public DateTimeOffset? MarkedAt { get; internal set; }

    /// <summary>Why it is in its state.</summary>
    public (string Code, string Message)? Reason { get; internal set; }

    /// <summary>Whether it is there.</summary>
    public bool IsActive => State is not "terminated";

    internal string VolumeId => $"vol-{Id[2..]}";

    internal string InterfaceId => $"eni-{Id[2..]}";

    internal static string StateXml(string element, string state) =>
        $"<{element}>{Xml.Of("code", Codes.GetValueOrDefault(state).ToString(CultureInfo.InvariantCulture))}"
        + $"{Xml.Of("name", state)}</{element}>";

    internal string ToXml()
    {
        var hasAddress = State is not "terminated";
        var octets = Convert.FromHexString(Id[^6..]);
        var address = hasAddress ? $"172.{16 + (octets[0] % 16)}.{octets[1]}.{octets[2]}" : null;
        var groups = Xml.List("groupSet", Groups.Select(group => Xml.Of("groupId", group) + Xml.Of("groupName", "default")));
        return Xml.Of("instanceId", Id) + Xml.Of("imageId", Image) + StateXml("instanceState", State)
            + Xml.Of("privateDnsName", address is null ? "" : $"ip-{address.Replace('.', '-')}.{Ec2Catalogue.Region}.compute.internal")
            + Xml.Of("dnsName", "") + Xml.Of("reason", Reason is null ? "" : Reason.Value.Message) + Xml.Of("keyName", KeyName)
            + Xml.Of("amiLaunchIndex", "0") + "<productCodes/>" + Xml.Of("instanceType", Type) + Xml.Of("launchTime", Xml.Time(Created))
            + $"<placement>{Xml.Of("availabilityZone", Zone)}<groupName/>{Xml.Of("tenancy", "default")}</placement>"
            + "<monitoring><state>disabled</state></monitoring>"
            + (hasAddress ? Xml.Of("subnetId", Subnet) + Xml.Of("vpcId", Ec2Catalogue.Vpc) + Xml.Of("privateIpAddress", address) : "")
            + Xml.Of("sourceDestCheck", "true") + groups
            + (Reason is { } reason ? $"<stateReason>{Xml.Of("code", reason.Code)}{Xml.Of("message", reason.Message)}</stateReason>" : "")
            + Xml.Of("architecture", "x86_64") + Xml.Of("rootDeviceType", "ebs") + Xml.Of("rootDeviceName", "/dev/xvda")
            + Xml.List("blockDeviceMapping", hasAddress
                ?
                [
                    Xml.Of("deviceName", "/dev/xvda")
                        + $"<ebs>{Xml.Of("volumeId", VolumeId)}{Xml.Of("status", "attached")}{Xml.Of("attachTime", Xml.Time(Created))}"
                        + $"{Xml.Of("deleteOnTermination", "true")}</ebs>",
                ]
                : [])
            + Xml.Of("virtualizationType", "hvm") + Xml.Of("clientToken", ClientToken ?? "") + Xml.Tags(Tags) + Xml.Of("hypervisor", "xen")
            + Xml.List("networkInterfaceSet", hasAddress
                ?
                [
                    Xml.Of("networkInterfaceId", InterfaceId) + Xml.Of("subnetId", Subnet) + Xml.Of("vpcId", Ec2Catalogue.Vpc)
                        + Xml.Of("status", "in-use") + Xml.Of("privateIpAddress", address),
                ]
                : [])
            + (Profile is null ? ""
                : $"<iamInstanceProfile>{Xml.Of("arn", Profile)}{Xml.Of("id", "AIPA0000000000000000")}</iamInstanceProfile>")
            + $"<cpuOptions>{Xml.Of("coreCount", "1")}"
            + $"{Xml.Of("threadsPerCore", Ec2Catalogue.VcpusOfEach.ToString(CultureInfo.InvariantCulture))}</cpuOptions>"
            + Xml.Of("ebsOptimized", "false")
            + (SpotRequest is null ? "" : Xml.Of("instanceLifecycle", "spot") + Xml.Of("spotInstanceRequestId", SpotRequest))
            + $"<metadataOptions>{Xml.Of("state", "applied")}{Xml.Of("httpTokens", HttpTokens)}{Xml.Of("httpPutResponseHopLimit", "1")}"
            + $"{Xml.Of("httpEndpoint", "enabled")}</metadataOptions>";
    }
}

using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>DescribeInstances, TerminateInstances, and what belongs to instances.</summary>
internal sealed partial class InstanceEndpoints(Ec2SimulatorOptions options, InstancePark park)
{
    public static ImmutableHashSet<string> DescribeParameters { get; } =
        ["Filter.N.Name", "Filter.N.Value.N", "InstanceId.N", "MaxResults", "NextToken"];

    public static ImmutableHashSet<string> TerminateParameters { get; } = ["InstanceId.N"];

    public static ImmutableHashSet<string> TagParameters { get; } = ["ResourceId.N", "Tag.N.Key", "Tag.N.Value"];

    public static ImmutableHashSet<string> PartParameters { get; } =
        ["Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken", "VolumeId.N", "NetworkInterfaceId.N"];

    public static ImmutableHashSet<string> DeleteParameters { get; } = ["VolumeId", "NetworkInterfaceId"];

    public static ImmutableHashSet<string> SpotParameters { get; } =
        ["Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken", "SpotInstanceRequestId.N"];

    public Reply Describe(AwsForm form)
    {
        var ids = form.All("InstanceId");
        var max = form.Number("MaxResults", 5, 1000);
        if (ids.Length > 0 && max is not null)
        {
            throw new AwsRefusal(
                400, "InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults");
        }

        var shown = park.Shown(instances => instances.Where(instance => form.Fits(filter => Values(instance, filter)))
            .OrderBy(instance => instance.Id, StringComparer.Ordinal).Select(instance => (instance.Id, Xml: instance.ToXml())).ToArray());
        foreach (var id in ids)
        {
            if (!shown.Any(one => one.Id == id))
            {
                throw NotFound(id);
            }
        }

        var after = form.Text("NextToken") is { } token ? Cursor(token) : "";
        var rest = shown.Where(one => (ids.IsEmpty || ids.Contains(one.Id)) && string.CompareOrdinal(one.Id, after) > 0).ToArray();
        var page = rest.Take(Math.Min(max ?? 1000, options.PageMax)).ToArray();
        var reservations = page.Select(one =>
            Xml.Of("reservationId", $"r-{one.Id[2..]}") + Xml.Of("ownerId", Ec2Catalogue.Account) + "<groupSet/>"
            + Xml.List("instancesSet", [one.Xml]));
        return Xml.Answer(
            "DescribeInstances",
            Xml.List("reservationSet", reservations)
            + (page.Length < rest.Length ? Xml.Of("nextToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Id))) : ""));
    }

    public Reply Terminate(AwsForm form, bool isDryRun)
    {
        var ids = Known(form, park);
        foreach (var id in ids)
        {
            if (park.With(id, instance => instance.IsProtected && instance.IsActive ? instance : null) is not null)
            {
                throw new AwsRefusal(
                    400, "OperationNotPermitted",
                    $"The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.");
            }
        }

        if (isDryRun)
        {
            throw new AwsRefusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        return Xml.Answer("TerminateInstances", Xml.List("instancesSet", ids.Select(Terminate)));
    }

    /// <summary>Puts tags on instances, or takes those off that have these values.</summary>
    public Reply Tag(AwsForm form, bool isDryRun, bool takesOff)
    {
        var ids = form.All("ResourceId");
        var known = park.Shown(instances => instances.Where(instance => instance.State is not "terminated")
            .Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal));
        if (ids.FirstOrDefault(id => !known.Contains(id)) is { } missing)
        {
            throw NotFound(missing);
        }

        // The tags of a call stand as those of a specification do.
        var tags = form.Tags("");
        if (isDryRun)
        {
            throw new AwsRefusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        foreach (var id in ids)
        {
            park.Change(id, "tags", instance => instance.Tags = takesOff
                ? instance.Tags.RemoveRange(tags.Where(tag => instance.Tags.GetValueOrDefault(tag.Key) == tag.Value).Select(tag => tag.Key))
                : instance.Tags.SetItems(tags));
        }

        return Xml.Answer(takesOff ? "DeleteTags" : "CreateTags", Xml.Of("return", "true"));
    }

    /// <summary>The instances that a call names: all of them or none, and only those that are known here by now.</summary>
    internal static ImmutableArray<string> Known(AwsForm form, InstancePark park)
    {
        var ids = form.All("InstanceId");
        if (ids.IsEmpty)
        {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter InstanceId");
        }

        var known = park.Shown(instances => instances.Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal));
        foreach (var id in ids)
        {
            if (!Id().IsMatch(id))
            {
                throw new AwsRefusal(400, "InvalidInstanceID.Malformed", $"Invalid id: \"{id}\"");
            }

            if (!known.Contains(id))
            {
                throw NotFound(id);
            }
        }

        return ids;
    }

    public Reply DescribeVolumes(AwsForm form) =>
        Xml.Answer("DescribeVolumes", Xml.List("volumeSet", Parts(form, isVolume: true).Select(part =>
            Xml.Of("volumeId", part.Id) + Xml.Of("size", "8") + Xml.Of("availabilityZone", Ec2Catalogue.Zones[0])
            + Xml.Of("status", part.Status)
            + Xml.Of("createTime", Xml.Time(part.Created)) + Xml.Tags(part.Tags) + Xml.Of("volumeType", "gp3") + "<attachmentSet/>")));

    public Reply DescribeInterfaces(AwsForm form) =>
        Xml.Answer("DescribeNetworkInterfaces", Xml.List("networkInterfaceSet", Parts(form, isVolume: false).Select(part =>
            Xml.Of("networkInterfaceId", part.Id) + Xml.Of("subnetId", Ec2Catalogue.Subnets[0]) + Xml.Of("vpcId", Ec2Catalogue.Vpc)
            + Xml.Of("status", part.Status) + Xml.Tags(part.Tags))));

    public Reply Delete(AwsForm form, bool isVolume)
    {
        var id = form.Text(isVolume ? "VolumeId" : "NetworkInterfaceId") ?? "";
        if (park.Alive.Any(instance => (isVolume ? instance.VolumeId : instance.InterfaceId) == id))
        {
            throw isVolume
                ? new AwsRefusal(400, "VolumeInUse", $"Volume {id} is currently attached")
                : new AwsRefusal(400, "InvalidNetworkInterface.InUse", $"The network interface '{id}' is currently in use.");
        }

        if (!park.Parts.TryRemove(id, out _))
        {
            throw isVolume
                ? new AwsRefusal(400, "InvalidVolume.NotFound", $"The volume '{id}' does not exist.")
                : new AwsRefusal(400, "InvalidNetworkInterfaceID.NotFound", $"The networkInterface ID '{id}' does not exist");
        }

        return Xml.Answer(isVolume ? "DeleteVolume" : "DeleteNetworkInterface", Xml.Of("return", "true"));
    }

    public Reply DescribeSpotRequests(AwsForm form) => Xml.Answer(
        "DescribeSpotInstanceRequests",
        Xml.List("spotInstanceRequestSet", park.Shown(instances => instances.Where(instance => instance.SpotRequest is not null)
            .Where(instance => form.Fits(filter => filter switch
            {
                "state" => [instance.IsActive ? "active" : "closed"],
                "status-code" => [Status(instance)],
                "instance-id" => [instance.Id],
                _ => AwsForm.TagValues(filter, instance.Tags),
            }))
            .Select(instance =>
                Xml.Of("spotInstanceRequestId", instance.SpotRequest) + Xml.Of("type", "one-time")
                + Xml.Of("state", instance.IsActive ? "active" : "closed")
                + $"<status>{Xml.Of("code", Status(instance))}"
                + $"{Xml.Of("updateTime", Xml.Time(instance.MarkedAt ?? instance.Created))}</status>"
                + Xml.Of("instanceId", instance.Id) + Xml.Of("createTime", Xml.Time(instance.Created)) + Xml.Tags(instance.Tags))
            .ToArray())));

    private static string Status(SimulatedEc2Instance instance) => instance.MarkedAt is null ? "fulfilled" : "marked-for-termination";

    private static AwsRefusal NotFound(string id) => new(400, "InvalidInstanceID.NotFound", $"The instance ID '{id}' does not exist");

    private static string Cursor(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new AwsRefusal(400, "InvalidNextToken", "The token is malformed");
    }

    private static IEnumerable<string>? Values(SimulatedEc2Instance instance, string filter) => filter switch
    {
        "instance-state-name" => [instance.State],
        "instance-id" => [instance.Id],
        "client-token" => [instance.ClientToken ?? ""],
        "availability-zone" => [instance.Zone],
        "image-id" => [instance.Image],
        "instance-type" => [instance.Type],
        _ => AwsForm.TagValues(filter, instance.Tags),
    };

    private string Terminate(string id)
    {
        var before = park.With(id, instance => instance.State)!;
        if (before is not ("shutting-down" or "terminated"))
        {
            park.Terminate(id);
        }

        return Xml.Of("instanceId", id) + SimulatedEc2Instance.StateXml("currentState", park.With(id, instance => instance.State)!)
            + SimulatedEc2Instance.StateXml("previousState", before);
    }

    private IEnumerable<(string Id, string Status, ImmutableSortedDictionary<string, string> Tags, DateTimeOffset Created)> Parts(
        AwsForm form, bool isVolume) => park.Alive
        .Select(instance => (
            Id: isVolume ? instance.VolumeId : instance.InterfaceId, Status: "in-use",
            Tags: isVolume ? instance.VolumeTags : instance.InterfaceTags, instance.Created))
        .Concat(park.Parts.Values.Where(part => part.IsVolume == isVolume)
            .Select(part => (part.Id, Status: "available", part.Tags, part.Created)))
        .Where(part => form.Fits(filter => filter is "status" ? [part.Status] : AwsForm.TagValues(filter, part.Tags)))
        .OrderBy(part => part.Id, StringComparer.Ordinal);

    [GeneratedRegex("^i-[0-9a-f]{8}([0-9a-f]{9})?$")]
    private static partial Regex Id();
}

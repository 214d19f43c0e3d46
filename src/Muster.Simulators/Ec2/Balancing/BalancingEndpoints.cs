using System.Collections.Immutable;
using System.Globalization;

using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Balancing;

/// <summary>Target groups, as the second version of Elastic Load Balancing shows and fills them.</summary>
internal sealed class BalancingEndpoints(Ec2SimulatorOptions options, InstancePark park, TimeProvider timeProvider)
{
    /// <summary>The version of the API, by which its calls are told from those of others.</summary>
    public const string Version = "2015-12-01";

    private static readonly ImmutableHashSet<string> GroupParameters =
        ["Names.member.N", "TargetGroupArns.member.N", "LoadBalancerArn", "Marker", "PageSize"];

    private static readonly ImmutableHashSet<string> TargetParameters =
        ["TargetGroupArn", "Targets.member.N.Id", "Targets.member.N.Port", "Targets.member.N.AvailabilityZone"];

    /// <summary>Answers a call.</summary>
    public Reply Answer(AwsForm form)
    {
        form.RefuseUnknown(form.Action is "DescribeTargetGroups" ? GroupParameters : TargetParameters);
        return form.Action switch
        {
            "DescribeTargetGroups" => DescribeGroups(form),
            "DescribeTargetHealth" => DescribeHealth(form),
            "RegisterTargets" => Register(form),
            "DeregisterTargets" => Deregister(form),
            _ => throw Refusal("InvalidAction", $"Could not find operation {form.Action} for version {Version}"),
        };
    }

    public static AwsRefusal Refusal(string code, string message, int status = 400) => new(status, code, message, AwsWire.Balancing);

    private Reply DescribeGroups(AwsForm form)
    {
        var (names, arns) = (form.All("Names.member"), form.All("TargetGroupArns.member"));
        var found = options.TargetGroups.Values
            .Where(group => (names.IsEmpty && arns.IsEmpty) || names.Contains(group.Name) || arns.Contains(group.Arn))
            .OrderBy(group => group.Name, StringComparer.Ordinal).ToArray();
        if (found.Length < names.Length + arns.Length)
        {
            throw NotFound();
        }

        return Xml.BalancingAnswer(form.Action, Xml.Members("TargetGroups", found.Select(group =>
            Xml.Of("TargetGroupArn", group.Arn) + Xml.Of("TargetGroupName", group.Name) + Xml.Of("Protocol", "HTTP")
            + Xml.Of("Port", Text(group.Port)) + Xml.Of("VpcId", Ec2Catalogue.Vpc) + Xml.Of("HealthCheckProtocol", "HTTP")
            + Xml.Of("HealthCheckPort", "traffic-port") + Xml.Of("HealthCheckEnabled", "true")
            + Xml.Of("HealthCheckIntervalSeconds", "30") + Xml.Of("HealthCheckTimeoutSeconds", "5")
            + Xml.Of("HealthyThresholdCount", "5") + Xml.Of("UnhealthyThresholdCount", "2") + Xml.Of("HealthCheckPath", "/")
            + "<Matcher><HttpCode>200</HttpCode></Matcher><LoadBalancerArns/>" + Xml.Of("TargetType", group.Type)
            + Xml.Of("ProtocolVersion", "HTTP1") + Xml.Of("IpAddressType", "ipv4"))));
    }

    private Reply DescribeHealth(AwsForm form)
    {
        var group = GroupOf(form);
        var now = timeProvider.GetUtcNow();
        // As AWS does by itself some time after an instance was terminated.
        group.Forget(id => StateOf(id) is null or "terminated");
        var asked = TargetsOf(form, group, mayBeNone: true);
        RefuseUnknown(asked);
        return Xml.BalancingAnswer(form.Action, Xml.Members(
            "TargetHealthDescriptions",
            (asked.IsEmpty ? group.Targets(now) : asked).Select(target =>
            {
                var health = group.HealthOf(target, StateOf(target.Id) is "running" or "shutting-down", now);
                return $"<Target>{Xml.Of("Id", target.Id)}{Xml.Of("Port", Text(target.Port))}</Target>"
                    + Xml.Of("HealthCheckPort", Text(target.Port))
                    + $"<TargetHealth>{Xml.Of("State", health.State)}{Xml.Of("Reason", health.Reason)}"
                    + $"{Xml.Of("Description", health.Description)}</TargetHealth>";
            })));
    }

    private Reply Register(AwsForm form)
    {
        var group = GroupOf(form);
        var targets = TargetsOf(form, group, mayBeNone: false);
        RefuseUnknown(targets);

        if (targets.Where(target => StateOf(target.Id) is not "running").Select(target => target.Id).ToArray() is { Length: > 0 } resting)
        {
            throw Refusal(
                "InvalidTarget", $"The following targets are not in a running state and cannot be registered: {List(resting)}");
        }

        foreach (var (id, port) in targets)
        {
            if (!group.Register(id, port, timeProvider.GetUtcNow()))
            {
                throw Refusal("TooManyTargets", "You've reached the limit on the number of targets.");
            }
        }

        return Xml.BalancingAnswer(form.Action, "");
    }

    private Reply Deregister(AwsForm form)
    {
        var group = GroupOf(form);
        var targets = TargetsOf(form, group, mayBeNone: false);
        RefuseUnknown(targets);

        foreach (var (id, port) in targets)
        {
            group.Deregister(id, port, timeProvider.GetUtcNow());
        }

        return Xml.BalancingAnswer(form.Action, "");
    }

    private void RefuseUnknown(ImmutableArray<(string Id, int Port)> targets)
    {
        string[] unknown = [.. targets.Where(target => StateOf(target.Id) is null).Select(target => target.Id)];
        if (unknown.Length > 0)
        {
            throw Refusal("InvalidTarget", $"The following instances do not exist: {List(unknown)}");
        }
    }

    private string? StateOf(string id) => park.With(id, instance => instance.State);

    private SimulatedTargetGroup GroupOf(AwsForm form)
    {
        var arn = form.Text("TargetGroupArn")
            ?? throw Refusal("ValidationError", "A target group ARN must be specified");
        return !arn.StartsWith("arn:", StringComparison.Ordinal)
            ? throw Refusal("ValidationError", $"'{arn}' is not a valid target group ARN")
            : options.TargetGroups.Values.FirstOrDefault(group => group.Arn == arn) ?? throw NotFound();
    }

    private static ImmutableArray<(string Id, int Port)> TargetsOf(AwsForm form, SimulatedTargetGroup group, bool mayBeNone)
    {
        ImmutableArray<(string Id, int Port)> targets =
        [
            .. form.Each("Targets.member").Select(target =>
                (form.Text($"{target}.Id") ?? "", form.Number($"{target}.Port", 1, 65535) ?? group.Port)),
        ];
        if (targets.IsEmpty && !mayBeNone)
        {
            throw Refusal("ValidationError", "At least one target must be specified");
        }

        foreach (var (id, _) in targets)
        {
            if (group.Type is "instance" != id.StartsWith("i-", StringComparison.Ordinal))
            {
                throw Refusal("ValidationError", group.Type is "instance"
                    ? $"Instance ID '{id}' is not valid"
                    : $"The IP address '{id}' is not a valid IPv4 address");
            }
        }

        return targets;
    }

    private static AwsRefusal NotFound() => Refusal("TargetGroupNotFound", "One or more target groups not found");

    private static string List(string[] ids) => string.Join(", ", ids.Select(id => $"'{id}'"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2;

/// <summary>The calls of Elastic Load Balancing, of its second version, that are made. Never repeats one.</summary>
/// <remarks><see href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html"/></remarks>
/// <param name="callAsync">Sends a call: by GET what only looks, by POST what changes something.</param>
internal sealed class BalancingApi(Func<HttpMethod, QueryForm, CancellationToken, Task<HttpAnswer>> callAsync)
{
    /// <summary>What AWS calls the service, in addresses, signatures and rights.</summary>
    public const string Service = "elasticloadbalancing";

    private const string Version = "2015-12-01";

    /// <summary>Finds a target group.</summary>
    /// <param name="name">Its name, or its ARN.</param>
    /// <param name="isArn">Which of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>It; null where there is none.</returns>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task<TargetGroup?> FindAsync(string name, bool isArn, CancellationToken cancellationToken)
    {
        var form = new QueryForm("DescribeTargetGroups", Version).AddAll(isArn ? "TargetGroupArns.member" : "Names.member", [name]);
        var answer = await callAsync(HttpMethod.Get, form, cancellationToken);
        if (!answer.IsGood && Ec2Errors.CodeOf(answer) is "TargetGroupNotFound")
        {
            return null;
        }

        return GroupsOf(answer, form).FirstOrDefault(group => isArn ? group.Arn == name : group.Name == name);
    }

    /// <summary>The target groups of the region, as far as one page shows them, and whether that is all.</summary>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task<(ImmutableArray<TargetGroup> Groups, bool IsAll)> LookAsync(CancellationToken cancellationToken)
    {
        var form = new QueryForm("DescribeTargetGroups", Version);
        var answer = await callAsync(HttpMethod.Get, form, cancellationToken);
        return ([.. GroupsOf(answer, form)], ResultOf(answer, form).TextOf("NextMarker") is null);
    }

    /// <summary>What a target group says of targets.</summary>
    /// <param name="group">The target group.</param>
    /// <param name="targets">Which, that need not be registered; none for all that are registered or on their way out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task<ImmutableArray<TargetHealth>> DescribeAsync(
        TargetGroup group, IReadOnlyCollection<Target> targets, CancellationToken cancellationToken)
    {
        var form = Form("DescribeTargetHealth", group, targets);
        var answer = await callAsync(HttpMethod.Get, form, cancellationToken);
        return targets.Count > 0 && IsNone(answer)
            ? []
            : [.. ResultOf(answer, form).Items("TargetHealthDescriptions").Select(node => TargetHealth.Read(node)
                ?? throw new CloudException(
                    answer.Doubt, $"{answer.Call} was answered with a target that has no instance, no port or no state"))
                // A drain deregisters what is shown here: a service that shows more than it was asked for must not empty the target group.
                .Where(health => targets.Count == 0 || targets.Contains(health.Target))];
    }

    /// <summary>Registers a target; also one that is on its way out. One that is registered stays so.</summary>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task RegisterAsync(TargetGroup group, Target target, CancellationToken cancellationToken)
    {
        var form = Form("RegisterTargets", group, [target]);
        ResultOf(await callAsync(HttpMethod.Post, form, cancellationToken), form);
    }

    /// <summary>Deregisters targets: they get nothing new, and finish what they have. What is not registered stays so.</summary>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task DeregisterAsync(TargetGroup group, IReadOnlyCollection<Target> targets, CancellationToken cancellationToken)
    {
        var form = Form("DeregisterTargets", group, targets);
        var answer = await callAsync(HttpMethod.Post, form, cancellationToken);
        if (!IsNone(answer))
        {
            ResultOf(answer, form);
        }
    }

    // An instance that is gone cannot be a target, which is what is asked for.
    private static bool IsNone(HttpAnswer answer) => !answer.IsGood && Ec2Errors.CodeOf(answer) is Ec2Errors.InvalidTarget;

    private static IEnumerable<TargetGroup> GroupsOf(HttpAnswer answer, QueryForm form) => ResultOf(answer, form).Items("TargetGroups")
        .Where(node => node.TextOf("TargetGroupArn") is not null)
        .Select(node => new TargetGroup(
            node.TextOf("TargetGroupArn")!, node.TextOf("TargetGroupName") ?? "", node.TextOf("TargetType") ?? "instance"));

    private static AnswerNode ResultOf(HttpAnswer answer, QueryForm form) => Ec2Api.ReadGood(answer)[$"{form.Action}Result"]
        ?? throw new CloudException(answer.Doubt, $"{answer.Call} was answered without a result");

    private static QueryForm Form(string action, TargetGroup group, IEnumerable<Target> targets)
    {
        var form = new QueryForm(action, Version).Add("TargetGroupArn", group.Arn);
        var number = 0;
        foreach (var target in targets)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"Targets.member.{++number}");
            form.Add($"{prefix}.Id", target.Instance).Add($"{prefix}.Port", target.Port);
        }

        return form;
    }
}

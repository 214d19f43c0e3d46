using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>What a check of the cloud tells beside that a listing works.</summary>
internal sealed class Ec2Steps(Ec2Api api, Ec2Quota quota, string region)
{
    // No instance has it: what is tried on it changes nothing even where DryRun is not heeded.
    private const string NoInstance = "i-00000000000000000";

    /// <summary>
    /// Who the credential is, whether it may look and terminate, and what is left of its limits; launching is tried with a template.
    /// </summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var (identity, permissions) = (await IdentityAsync(cancellationToken), await PermissionsAsync(cancellationToken));
        // Whoever may not even look is told so once.
        return identity.IsGood && permissions.IsGood
            ? [identity, permissions, await quota.LookAsync(cancellationToken)]
            : [identity, permissions];
    }

    /// <summary>
    /// Whether it may look at target groups, and how many there are. Changing one cannot be tried: that service knows no dry run.
    /// </summary>
    public async Task<CloudStep> BalancersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (groups, isAll) = await api.Balancing.LookAsync(cancellationToken);
            var usable = groups.Count(group => group.Type is "instance");
            return usable > 0 || !isAll
                ? new(CloudStep.Balancers, IsGood: true, string.Create(
                    CultureInfo.InvariantCulture, $"it may look at target groups; {usable}{(isAll ? "" : " or more")} of type instance"))
                : new(
                    CloudStep.Balancers, IsGood: false,
                    $"{region} has no target group of type instance: make one with `aws elbv2 create-target-group --target-type instance`");
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            CallPace.Survived(error);
            return new(
                CloudStep.Balancers, IsGood: false,
                "it may not look at target groups: give it what the policy on the page of this cloud has for load balancers. "
                + error.Message);
        }
    }

    private async Task<CloudStep> IdentityAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.WhoAmIAsync(cancellationToken);
            var (who, account) = (answer.Find("Arn")?.Text ?? "somebody", answer.Find("Account")?.Text ?? "unknown");
            return new("identity", IsGood: true, $"{ForeignText.Shown(who)} of account {ForeignText.Shown(account)}");
        }
        catch (CloudException error)
        {
            return new("identity", IsGood: false, error.Message);
        }
    }

    private async Task<CloudStep> PermissionsAsync(CancellationToken cancellationToken)
    {
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var form in new[]
        {
            Ec2Api.Form("DescribeInstances"),
            Ec2Api.Form("DescribeAvailabilityZones"),
            Ec2Api.Form("DescribeImages"),
            Ec2Api.Form("TerminateInstances").AddAll("InstanceId", [NoInstance]),
        })
        {
            // A dry run changes nothing, whatever it is of.
            var answer = await api.TryLookAsync(form.Add("DryRun", true), cancellationToken);
            if (answer.IsGood || Ec2Errors.CodeOf(answer) is Ec2Errors.WouldWork or "InvalidInstanceID.NotFound")
            {
                continue;
            }

            if (Ec2Errors.CodeOf(answer) is not "UnauthorizedOperation")
            {
                return new("permissions", IsGood: false, Ec2Errors.Translate(answer).Message);
            }

            refused.Add($"ec2:{form.Action}");
        }

        return refused.Count == 0
            ? new("permissions", IsGood: true, "it may list and terminate (tried by dry run); launching is tried with a template")
            : new(
                "permissions", IsGood: false,
                $"it may not {string.Join(", ", refused)}: give it the policy in the page of this cloud");
    }
}

using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Azure.Checks;

/// <summary>Looks, step by step, at what a launch needs besides a template.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
internal sealed class CloudSteps(AzureApi api, AzureCloudOptions options)
{
    /// <summary>What the credential must be allowed to do on the resource group, whatever templates say.</summary>
    private static readonly string[] Needed =
    [
        "Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/delete",
        "Microsoft.Compute/disks/write", "Microsoft.Compute/disks/delete", "Microsoft.Network/networkInterfaces/read",
        "Microsoft.Network/networkInterfaces/write", "Microsoft.Network/networkInterfaces/delete",
        "Microsoft.Network/networkInterfaces/join/action",
    ];

    /// <summary>Limits that every instance counts against.</summary>
    private static readonly string[] Limits = ["cores", "virtualMachines", "lowPriorityCores"];

    /// <inheritdoc cref="ISelfDescribingCloud.DescribeAsync"/>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var steps = ImmutableArray.CreateBuilder<CloudStep>();
        steps.Add(await StepAsync(
            "identity", async stop => (true, WhoIs(await api.TokenAsync(stop))), cancellationToken));
        if (!steps[0].IsGood)
        {
            // Without a token every further step would say the same.
            return steps.ToImmutable();
        }

        steps.Add(await StepAsync("subscription", SubscriptionAsync, cancellationToken));
        steps.Add(await StepAsync("resource group", GroupAsync, cancellationToken));
        steps.Add(await StepAsync("permissions", PermissionsAsync, cancellationToken));
        steps.Add(await StepAsync("power states", PowerAsync, cancellationToken));
        steps.Add(await StepAsync("quota", QuotaAsync, cancellationToken));
        return steps.ToImmutable();
    }

    /// <summary>Who a token's owner is, in its own words; nobody here checks its signature, since Azure gave it.</summary>
    private string WhoIs(AccessToken token)
    {
        try
        {
            var claims = token.Value.Split('.') is [_, var body, ..]
                ? JsonFields.Parse(Base64Url.DecodeFromChars(body), TokenClaims.Of)
                : null;
            var who = claims?.ManagedIdentity is { } identity ? $"the managed identity {ForeignText.Shown(identity)}"
                : (claims?.Appid ?? claims?.Azp) is { } application ? $"the application {ForeignText.Shown(application)}"
                : "somebody that the token does not name";
            return $"{who}{(claims?.Oid is { } id ? $" (object {ForeignText.Shown(id)})" : "")}"
                + $"{(claims?.Tid is { } tenant ? $" of the tenant {ForeignText.Shown(tenant)}" : "")}, "
                + $"by {options.Tokens.Way.ToString().ToLowerInvariant()}";
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return "a token that says nothing of its owner";
        }
    }

    private static async Task<CloudStep> StepAsync(
        string name, Func<CancellationToken, Task<(bool IsGood, string Message)>> look, CancellationToken cancellationToken)
    {
        try
        {
            var (isGood, message) = await look(cancellationToken);
            return new(name, isGood, message);
        }
        catch (CloudException error) when (
            error.Kind is CloudErrorKind.Unauthorized or CloudErrorKind.NotFound or CloudErrorKind.InvalidRequest)
        {
            return new(name, IsGood: false, error.Message);
        }
    }

    private async Task<(bool, string)> SubscriptionAsync(CancellationToken cancellationToken)
    {
        var subscription = (await api.GetAsync(
            "look at the subscription", AzureApi.At(options.SubscriptionScope, AzureApi.Subscriptions), cancellationToken))
            .Read(Subscription.Of);
        var name = $"{ForeignText.Shown(subscription.DisplayName ?? "")} ({options.Subscription})";
        return subscription.State is "Enabled" or "Warned" or "PastDue"
            ? (true, $"{name} is {subscription.State}")
            : (false, $"{name} is {ForeignText.Shown(subscription.State ?? "in no state")}: its owner has to pay or to activate it");
    }

    private async Task<(bool, string)> GroupAsync(CancellationToken cancellationToken)
    {
        var group = (await api.GetAsync("look at the resource group", AzureApi.At(options.GroupScope, AzureApi.Groups), cancellationToken))
            .Read(ResourceGroup.Of);
        return (true, $"{options.ResourceGroup} is in {ForeignText.Shown(group.Location ?? "")}, instances are made in {options.Location}");
    }

    private async Task<(bool, string)> PermissionsAsync(CancellationToken cancellationToken)
    {
        var permissions = new List<ArmPermission>();
        var path = AzureApi.At($"{options.GroupScope}/providers/Microsoft.Authorization/permissions", AzureApi.Permissions);
        await foreach (var permission in api.AllAsync("list permissions", path, ArmPermission.Of, cancellationToken))
        {
            permissions.Add(permission);
        }

        string[] missing = [.. Needed.Where(action => !permissions.Exists(one => Allows(one, action)))];
        return missing.Length == 0
            ? (true, $"the credential may make and end instances in {options.ResourceGroup}")
            : (false, $"the credential may not {string.Join(", ", missing)} in {options.ResourceGroup}: "
                + "give it the role of docs/clouds/azure.md");
    }

    /// <summary>Whether one assignment allows an action: what it leaves out it does not allow, and another one may all the same.</summary>
    internal static bool Allows(ArmPermission permission, string action) =>
        (permission.Actions ?? []).Any(pattern => Fits(pattern, action))
        && !(permission.NotActions ?? []).Any(pattern => Fits(pattern, action));

    private static bool Fits(string pattern, string action)
    {
        var parts = pattern.Split('*');
        var at = 0;
        for (var index = 0; index < parts.Length; index++)
        {
            var found = action.IndexOf(parts[index], at, StringComparison.OrdinalIgnoreCase);
            if (found < 0 || (index == 0 && found > 0))
            {
                return false;
            }

            at = found + parts[index].Length;
        }

        return parts[^1].Length == 0 || action.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    private async Task<(bool, string)> PowerAsync(CancellationToken cancellationToken)
    {
        // One page says whether it may be read.
        await api.GetAsync(
            "list power states",
            AzureApi.At($"{options.SubscriptionScope}/providers/Microsoft.Compute/virtualMachines", AzureApi.Compute, "&statusOnly=true"),
            cancellationToken);
        return (true, "power states of the subscription's virtual machines can be read");
    }

    private async Task<(bool, string)> QuotaAsync(CancellationToken cancellationToken)
    {
        var path = AzureApi.At(
            $"{options.SubscriptionScope}/providers/Microsoft.Compute/locations/{options.Location}/usages", AzureApi.Compute);
        var (told, isGood) = (new StringBuilder(), true);
        await foreach (var usage in api.AllAsync("list usages", path, ComputeUsage.Of, cancellationToken))
        {
            if (usage.Name?.Value is { } name && Limits.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                told.Append(
                    CultureInfo.InvariantCulture,
                    $"{(told.Length > 0 ? "; " : "")}{ForeignText.Shown(usage.Name.LocalizedValue ?? name)}: "
                    + $"{usage.CurrentValue} of {usage.Limit}");
                isGood &= usage.CurrentValue < usage.Limit || name.Equals("lowPriorityCores", StringComparison.OrdinalIgnoreCase);
            }
        }

        return (isGood, $"used in {options.Location}: {told}{(isGood ? "" : "; ask for more in the portal, under quotas")}");
    }
}

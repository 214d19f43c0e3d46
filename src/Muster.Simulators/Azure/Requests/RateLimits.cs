using System.Globalization;

using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Requests;

/// <summary>How often it may be asked: the limits of its Resource Manager, and those of Microsoft.Compute.</summary>
/// <remarks>
/// learn.microsoft.com, "Understand how Azure Resource Manager throttles requests" and "Compute throttling limits for virtual machines".
/// </remarks>
internal sealed class RateLimits(AzureSimulatorOptions options, TimeProvider timeProvider)
{
    private const double PerMinute = 1.0 / 60;

    private readonly TokenBuckets<string> _buckets = new(timeProvider);

    /// <summary>Takes a request's share.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="isMachines">Whether it is about virtual machines, and nothing beside.</param>
    /// <param name="isList">Whether it is about many.</param>
    /// <returns>The header that tells what is left, and its value.</returns>
    /// <exception cref="ArmRefusal">There is none left; the answer says when there will be.</exception>
    public (string Header, string Left) Take(string method, bool isMachines, bool isList)
    {
        var family = method switch { "GET" => "reads", "DELETE" => "deletes", _ => "writes" };
        var header = $"x-ms-ratelimit-remaining-subscription-{family}";
        if (options.PerSecond is { } perSecond)
        {
            return perSecond <= 0 ? (header, "11999") : (header, TakeFrom("all", options.Burst ?? 3 * perSecond, perSecond, family));
        }

        var left = TakeFrom(family, family is "reads" ? 250 : 200, family is "reads" ? 25 : 10, family);
        if (isMachines)
        {
            var (name, aMinute) = (method, isList) switch
            {
                ("GET", true) => ("HighCostGet", 300),
                ("GET", false) => ("LowCostGet", 8000),
                ("DELETE", _) => ("DeleteVM", 500),
                _ => ("PutVM", 500),
            };
            TakeFrom(name, 3 * aMinute, aMinute * PerMinute, name);
        }

        return (header, left);
    }

    private string TakeFrom(string bucket, double burst, double perSecond, string what)
    {
        var (isGiven, left) = _buckets.Take(bucket, burst, perSecond);
        if (isGiven)
        {
            return ((int)left).ToString(CultureInfo.InvariantCulture);
        }

        var refusal = new ArmRefusal(
            429, "SubscriptionRequestsThrottled", $"Number of '{what}' requests exceeded the limit. Please try again later.");
        refusal.Reply.Headers["Retry-After"] =
            Math.Max(1, (int)Math.Ceiling((1 - left) / perSecond)).ToString(CultureInfo.InvariantCulture);
        throw refusal;
    }
}

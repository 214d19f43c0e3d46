using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>A cloud that can say more of its connection than that a listing works. Throws as <see cref="ICloud"/> does.</summary>
public interface ISelfDescribingCloud
{
    /// <summary>
    /// Looks, step by step, at what a launch will need besides a template: who the credential is (<c>identity</c>), what it may do
    /// (<c>permissions</c>, by a dry run where there is one), what is left of the account's limits (<c>quota</c>).
    /// </summary>
    /// <returns>
    /// Each step in the order in which an operator would look; a bad one says what to do. Nothing is changed in the cloud. What the cloud
    /// does not tell has no step.
    /// </returns>
    Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken);
}

/// <summary>One step of a check of a cloud.</summary>
/// <param name="Name">What was looked at: <c>identity</c>, <c>permissions</c>, <c>quota</c>, <c>load balancers</c>.</param>
/// <param name="IsGood">The verdict.</param>
/// <param name="Message">What was found, or what is wrong and what to do. No secrets.</param>
public sealed record CloudStep(string Name, bool IsGood, string Message)
{
    /// <summary>The name of the step that looks at the cloud's own load balancers.</summary>
    public const string Balancers = "load balancers";
}

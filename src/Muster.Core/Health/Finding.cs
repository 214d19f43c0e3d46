namespace Muster.Core.Health;

/// <summary>What one source says of one instance's health.</summary>
/// <param name="Source">Who says so: the name of a probe, a balancer, a reporter.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Since">When it first said so without a break.</param>
/// <param name="Detail">Why, in the source's words; null when it does not say.</param>
public sealed record Finding(string Source, Verdict Verdict, DateTimeOffset Since, string? Detail = null);

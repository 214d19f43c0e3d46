namespace Muster.Core.Health;

/// <summary>What is to be thought of an instance's health.</summary>
public enum Verdict
{
    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It does not work, and will not by itself.</summary>
    Unhealthy,

    /// <summary>Nobody can tell: it is neither trusted nor replaced.</summary>
    Unknown,
}

/// <summary>What one source says of one instance's health.</summary>
/// <param name="Source">Who says so: <see cref="CloudSource"/>, or the name of a probe, a balancer, a reporter.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Since">When it first said so without a break.</param>
/// <param name="Detail">Why, in the source's words; null when it does not say.</param>
public sealed record Finding(string Source, Verdict Verdict, DateTimeOffset Since, string? Detail = null)
{
    /// <summary>The cloud's own state as a source.</summary>
    public const string CloudSource = "cloud";
}

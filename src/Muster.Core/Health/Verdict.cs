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

namespace Muster.Metrics.Cloud;

/// <summary>What of an instance's work is read.</summary>
public enum UsageFigure
{
    /// <summary>Its processors, in percent: the metric <c>cpu</c>.</summary>
    Cpu,

    /// <summary>Its memory, in percent: the metric <c>memory</c>.</summary>
    Memory,
}

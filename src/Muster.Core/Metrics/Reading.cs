namespace Muster.Core.Metrics;

/// <summary>The value of a metric at a time.</summary>
/// <param name="At">When it was so.</param>
/// <param name="Value">Finite; of several instances their mean.</param>
/// <param name="Instances">The instances that it covers; 0 where it is one number for all.</param>
public readonly record struct Reading(DateTimeOffset At, double Value, int Instances = 0)
{
    /// <summary>What the instances that it covers carry together.</summary>
    public double Load => Value * Math.Max(1, Instances);
}

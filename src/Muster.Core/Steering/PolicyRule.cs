using System.Collections.Immutable;

using Muster.Core.Placements;
using Muster.Core.Schedules;

namespace Muster.Core.Steering;

/// <summary>What a policy goes by. Closed: the private constructor admits only the kinds nested here.</summary>
public abstract record PolicyRule
{
    /// <summary>How old a reading may be before it says nothing any more, unless the policy says.</summary>
    public static readonly TimeSpan MaxAgeDefault = TimeSpan.FromMinutes(5);

    /// <summary>How long a lower level must have been enough before a group shrinks to it, unless the policy says.</summary>
    public static readonly TimeSpan StabilizeDefault = TimeSpan.FromMinutes(5);

    private PolicyRule()
    {
    }

    /// <summary>The metrics that it reads, by name; none of those that read none.</summary>
    public virtual ImmutableArray<string> Metrics => [];

    /// <summary>How old a reading may be before it says nothing any more.</summary>
    public TimeSpan MaxAge { get; init; } = MaxAgeDefault;

    /// <summary>Whether it takes a single value for the mean of the group's instances.</summary>
    public bool ReadsMean => this is Target { IsTotal: false } or Predictive { IsTotal: false };

    /// <summary>Frames the level by the clock.</summary>
    /// <param name="Schedule">When what holds.</param>
    public sealed record Calendar(Schedule Schedule) : PolicyRule;

    /// <summary>Moves the level by steps, once a comparison has held for a time.</summary>
    public sealed record Step : PolicyRule
    {
        /// <summary>What it reads.</summary>
        public required string Metric { get; init; }

        /// <summary>Whether it speaks up above the threshold, or below it.</summary>
        public required bool IsAbove { get; init; }

        /// <summary>Where the breach begins; a reading that is equal is none.</summary>
        public required double Threshold { get; init; }

        /// <summary>How long every reading must have been a breach; zero for a single one.</summary>
        public TimeSpan For { get; init; }

        /// <summary>What is done, by how far the threshold is passed; in order, without holes, the first from 0.</summary>
        public required ImmutableArray<PolicyStep> Steps { get; init; }

        /// <summary>How long it does nothing more once it has moved the level.</summary>
        public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(5);

        /// <inheritdoc/>
        public override ImmutableArray<string> Metrics => [Metric];

        /// <summary>By content: record equality would compare the steps by reference.</summary>
        public bool Equals(Step? other) =>
            other is not null && Metric == other.Metric && IsAbove == other.IsAbove && Threshold.Equals(other.Threshold) && For == other.For
            && Steps.SequenceEqual(other.Steps) && Cooldown == other.Cooldown && MaxAge == other.MaxAge;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Metric, IsAbove, Threshold, For, Steps.Length, Cooldown, MaxAge);
    }

    /// <summary>Keeps the value of a metric for each instance at a target.</summary>
    public sealed record Target : PolicyRule
    {
        /// <summary>What it reads.</summary>
        public required string Metric { get; init; }

        /// <summary>The value for each instance; above zero.</summary>
        public required double Value { get; init; }

        /// <summary>Whether the metric is the whole group's sum; otherwise it is the mean of its instances.</summary>
        public bool IsTotal { get; init; }

        /// <summary>How far from the target nothing is done, as a part of it.</summary>
        public double Tolerance { get; init; } = 0.1;

        /// <summary>The window whose highest recommendation counts for shrinking.</summary>
        public TimeSpan Stabilize { get; init; } = StabilizeDefault;

        /// <summary>How long a new instance's values say nothing; null for as long as the group's instances take to boot.</summary>
        public TimeSpan? Warmup { get; init; }

        /// <summary>Most that one round adds; null for no limit.</summary>
        public Portion? GrowMax { get; init; }

        /// <summary>Most that one round takes away; null for no limit.</summary>
        public Portion? ShrinkMax { get; init; }

        /// <inheritdoc/>
        public override ImmutableArray<string> Metrics => [Metric];
    }

    /// <summary>Goes by the work that waits in a queue.</summary>
    public sealed record Backlog : PolicyRule
    {
        /// <summary>The queue's length.</summary>
        public required string Metric { get; init; }

        /// <summary>How much waiting work each instance takes on; above zero.</summary>
        public required double PerInstance { get; init; }

        /// <summary>The age of the oldest item, in seconds; null where nobody looks at it.</summary>
        public string? AgeMetric { get; init; }

        /// <summary>The age of the oldest item from which one instance more is wanted; null where nobody looks at it.</summary>
        public TimeSpan? AgeMax { get; init; }

        /// <summary>How long the queue must have been empty before the group goes to zero.</summary>
        public TimeSpan EmptyFor { get; init; } = StabilizeDefault;

        /// <summary>The window whose highest recommendation counts for shrinking.</summary>
        public TimeSpan Stabilize { get; init; } = StabilizeDefault;

        /// <summary>Most that one round adds; null for no limit.</summary>
        public Portion? GrowMax { get; init; }

        /// <summary>Most that one round takes away; null for no limit.</summary>
        public Portion? ShrinkMax { get; init; }

        /// <inheritdoc/>
        public override ImmutableArray<string> Metrics => AgeMetric is null ? [Metric] : [Metric, AgeMetric];
    }

    /// <summary>Learns the load's shape of days and weeks, and has the instances up before it comes. Only ever grows.</summary>
    public sealed record Predictive : PolicyRule
    {
        /// <summary>What it reads.</summary>
        public required string Metric { get; init; }

        /// <summary>The value for each instance; above zero.</summary>
        public required double Value { get; init; }

        /// <summary>Whether the metric is the whole group's sum; otherwise it is the mean of its instances.</summary>
        public bool IsTotal { get; init; }

        /// <summary>How far ahead it looks; null for as long as the group's instances take to boot.</summary>
        public TimeSpan? Ahead { get; init; }

        /// <inheritdoc/>
        public override ImmutableArray<string> Metrics => [Metric];
    }

    /// <summary>Says what an outside system tells it.</summary>
    public sealed record Receiver : PolicyRule
    {
        /// <summary>The SHA-256 of its secret, in hexadecimal digits: the secret itself is kept nowhere.</summary>
        public required string SecretHash { get; init; }

        /// <summary>What an alarm that fires does to the level.</summary>
        public Adjustment OnAlarm { get; init; } = new(AdjustmentKind.Add, 1);

        /// <summary>How long it takes no further adjustment once it has made one.</summary>
        public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(5);

        /// <summary>How long a number that it was told stands.</summary>
        public TimeSpan StandsFor { get; init; } = TimeSpan.FromHours(1);

        /// <summary>The metric that a reading it is told is kept as; null where it takes none.</summary>
        public string? Metric { get; init; }
    }
}

using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Kit.Usage;

/// <summary>What one look at an instance shows of its work.</summary>
internal sealed record UsageCounters
{
    /// <summary>Which.</summary>
    public required InstanceId Instance { get; init; }

    /// <summary>The group in its tags.</summary>
    public GroupId? Group { get; init; }

    /// <summary>When that was so, in seconds since any moment that stays the same.</summary>
    public required double AtSeconds { get; init; }

    /// <summary>The processors' time that it has used since it began, in seconds; null where it is not known.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>The processors that it may use; 1 where there is no limit.</summary>
    public double Cpus { get; init; } = 1;

    /// <summary>The memory that it uses, of what it may; null where one of them is not known.</summary>
    public double? MemoryShare { get; init; }
}

using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>A cloud that knows, or may know, how hard its instances work. Throws as <see cref="ICloud"/> does.</summary>
public interface IMeteredCloud
{
    /// <summary>False where it is known without a call that the cloud tells nothing; constant for the life of the object.</summary>
    bool MayHaveUsage { get; }

    /// <summary>What the running instances of an installation use now, each once: all groups in as few calls as the cloud allows.</summary>
    /// <remarks>
    /// Work is measured between two looks. A first call makes both, and takes about a second for it; a later one measures since the call
    /// before. Of an instance that came in between only the memory is known.
    /// </remarks>
    Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>How hard an instance works, as its cloud tells. Not believed before it is looked at.</summary>
/// <param name="Instance">Which.</param>
/// <param name="Group">The group in its tags; null where the cloud does not tell.</param>
/// <param name="CpuPercent">
/// Of its processors: 100 is one whole processor, or, for an instance that may have more or less than one, all that it may have. Null where
/// it is not known.
/// </param>
/// <param name="MemoryPercent">Of the memory that it may have; null where that is not known.</param>
public sealed record InstanceUsage(InstanceId Instance, GroupId? Group, double? CpuPercent, double? MemoryPercent);

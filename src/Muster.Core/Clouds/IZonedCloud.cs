using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>A cloud that has, or may have, zones: parts that run out and fail apart from each other, in which a launch can be asked for.</summary>
/// <remarks>
/// <see cref="LaunchRequest.Zone"/> asks for one, and <see cref="Instances.Instance.Zone"/> says where an instance is. A cloud without this
/// ability refuses every launch that asks for a zone. Throws as <see cref="ICloud"/> does.
/// </remarks>
public interface IZonedCloud
{
    /// <summary>False where it is known without a call that the cloud has none; constant for the life of the object.</summary>
    bool MayHaveZones { get; }

    /// <summary>
    /// Every zone that a launch may ask for, each once, by the rule of <see cref="EntityName"/>; empty where the cloud has none. They stay
    /// in one order from one call to the next.
    /// </summary>
    Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken);
}

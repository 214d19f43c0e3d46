using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>What a cloud offers where Muster takes over instances that another program made; not every cloud does.</summary>
/// <remarks>
/// Muster counts and ends only what carries its own tags. So nothing is adopted by a rule: somebody who was asked puts the tags on, once.
/// Throws as <see cref="ICloud"/> does.
/// </remarks>
public interface IInstanceAdoption
{
    /// <summary>
    /// Every instance that carries this tag with exactly this value, whoever's it is, but for those gone; whole or an exception.
    /// </summary>
    Task<ImmutableArray<Instance>> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken);

    /// <summary>Puts tags on an instance, in place of those of the same key; others stay. May be repeated.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: the instance is gone.</exception>
    Task TagAsync(InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken);
}

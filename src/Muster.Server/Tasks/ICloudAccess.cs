using Muster.Core;
using Muster.Core.Storage;
using Muster.Remote.Wire;

namespace Muster.Server.Tasks;

/// <summary>Gives level checks that run elsewhere what opens a cloud.</summary>
public interface ICloudAccess
{
    /// <summary>What opens one cloud as one account uses it, read anew: a key that was changed meanwhile is the new one.</summary>
    /// <exception cref="InputException">There is no such cloud, or a file that its options name cannot be read.</exception>
    /// <exception cref="Core.Clouds.CloudException">The account has no key for it.</exception>
    /// <exception cref="StoreException">The account's key cannot be read.</exception>
    Task<CloudAccess> GrantAsync(SweepKey sweep, CancellationToken cancellationToken);
}

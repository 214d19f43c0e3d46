using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>
/// Gives each of several servers the same part of every credential's calls: for a pulse whose checks may ask any of them.
/// </summary>
/// <remarks>A part that shrinks does so at once, one that grows a round later, when the others have seen why.</remarks>
/// <param name="clouds">The connections.</param>
public sealed class EvenShares(ICloudDirectory clouds)
{
    private int _before;

    /// <summary>Sets every governor's share; called by one at a time.</summary>
    /// <param name="servers">Servers that live, this one included; 1 or more.</param>
    public void Set(int servers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(servers, 1);
        var part = 1.0 / Math.Max(_before, servers);
        _before = servers;
        foreach (var own in clouds.Entries.Select(entry => entry.Cloud.Governor).OfType<CallGovernor>())
        {
            own.Share = part;
        }
    }
}

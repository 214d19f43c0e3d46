using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Which part of each credential's calls a second is this server's, so that all servers together keep to the budget.</summary>
/// <remarks>
/// (1 + sweeps it holds of that cloud) / (living servers + all sweeps of that cloud): the parts add up to one, whoever looks most may call
/// most, and one who holds none can still act on a user's change. A part that shrinks does so at once, one that grows a round later,
/// when the others have seen why theirs shrink. A newcomer's first part, a small one, is used at once.
/// </remarks>
internal sealed class CallShares(PulseParts parts)
{
    private readonly Dictionary<string, double> last = new(StringComparer.Ordinal);

    /// <summary>Sets every governor's share.</summary>
    public void Set(int servers, ImmutableArray<SweepShare> shares)
    {
        var all = shares.CountBy(share => share.Sweep.Cloud).ToDictionary(StringComparer.Ordinal);
        var held = parts.Schedule.Leases.CountBy(lease => lease.Sweep.Cloud).ToDictionary(StringComparer.Ordinal);
        foreach (var entry in parts.Clouds.Entries)
        {
            var part = Math.Min(1, (1.0 + held.GetValueOrDefault(entry.Name)) / (servers + all.GetValueOrDefault(entry.Name)));
            var before = last.GetValueOrDefault(entry.Name, part);
            last[entry.Name] = part;
            entry.Cloud.Governor.Share = servers == 1 ? 1 : Math.Min(before, part);
        }
    }
}

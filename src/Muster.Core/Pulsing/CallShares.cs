using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Which part of each credential's calls a second is this server's, so that all servers together keep to the budget.</summary>
/// <remarks>
/// (1 + sweeps it holds of that credential) / (living servers + all sweeps of that credential): the parts add up to one, whoever looks most
/// may call most, and one who holds none can still act on a user's change. A part that shrinks does so at once, one that grows a round
/// later, when the others have seen why theirs shrink. A newcomer's first part, a small one, is used at once.
/// </remarks>
internal sealed class CallShares(PulseParts parts)
{
    private readonly Dictionary<CloudEntry, double> _last = [];

    /// <summary>Sets every governor's share.</summary>
    public void Set(int servers, ImmutableArray<SweepShare> shares)
    {
        var all = new SweepCounts(shares.Select(share => share.Sweep));
        var held = new SweepCounts(parts.Schedule.Sweeps.Leases.Select(lease => lease.Sweep));
        foreach (var entry in parts.Clouds.Entries)
        {
            var part = Math.Min(1, (1.0 + held.By(entry)) / (servers + all.By(entry)));
            var before = _last.GetValueOrDefault(entry, part);
            _last[entry] = part;
            if (entry.Cloud.Governor is CallGovernor own)
            {
                own.Share = servers == 1 ? 1 : Math.Min(before, part);
            }
        }
    }

    /// <summary>How many sweeps go by a connection: those of its cloud, or the one of its cloud and account.</summary>
    private sealed class SweepCounts(IEnumerable<SweepKey> sweeps)
    {
        private readonly HashSet<SweepKey> _keys = [.. sweeps];
        private Dictionary<string, int>? _byCloud;

        public int By(CloudEntry entry)
        {
            if (entry.Account is { } account)
            {
                return _keys.Contains(new(account, entry.Name)) ? 1 : 0;
            }

            _byCloud ??= _keys.CountBy(sweep => sweep.Cloud).ToDictionary(StringComparer.Ordinal);
            return _byCloud.GetValueOrDefault(entry.Name);
        }
    }
}

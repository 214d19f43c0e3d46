using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;

namespace Muster.Health.Keeping;

/// <summary>How many findings say what of the instances that a look showed.</summary>
/// <param name="Healthy">That they work.</param>
/// <param name="Unhealthy">That they do not.</param>
/// <param name="Unknown">That nobody can tell.</param>
internal readonly record struct FindingCounts(int Healthy, int Unhealthy, int Unknown)
{
    /// <summary>How many counts there are.</summary>
    public const int Length = 3;

    /// <summary>Counts; null where nobody says anything.</summary>
    public static FindingCounts? Of(IEnumerable<MemberNote> notes, HashSet<InstanceId> seen, DateTimeOffset now)
    {
        var counts = default(FindingCounts);
        foreach (var finding in notes.Where(note => seen.Contains(note.Instance)).SelectMany(note => note.Findings))
        {
            counts = finding.At(now) switch
            {
                Verdict.Healthy => counts with { Healthy = counts.Healthy + 1 },
                Verdict.Unhealthy => counts with { Unhealthy = counts.Unhealthy + 1 },
                _ => counts with { Unknown = counts.Unknown + 1 },
            };
        }

        return counts == default ? null : counts;
    }

    /// <summary>Adds them to counts by verdict.</summary>
    public void AddTo(int[] byVerdict)
    {
        byVerdict[(int)Verdict.Healthy] += Healthy;
        byVerdict[(int)Verdict.Unhealthy] += Unhealthy;
        byVerdict[(int)Verdict.Unknown] += Unknown;
    }
}

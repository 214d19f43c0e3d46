using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Health.Probes;

namespace Muster.Health.Keeping;

/// <summary>A group that is probed, or of whose instances something is to be said. Guarded by the keeper's gate.</summary>
/// <param name="id">Which.</param>
internal sealed class KeptGroup(GroupId id)
{
    private readonly Dictionary<(string Cloud, InstanceId Instance), NoteChange> _pending = [];

    public GroupId Id { get; } = id;

    /// <summary>Its name, as the last look had it.</summary>
    public string Name { get; set; } = "";

    /// <summary>How it is probed; null for not at all.</summary>
    public ProbePlan? Plan { get; set; }

    /// <summary>How long nobody may see it before another server is thought to have it.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>When a look at any of its clouds was last heard of.</summary>
    public TimeSpan SeenAt { get; set; }

    /// <summary>What is probed of it, by cloud.</summary>
    public Dictionary<string, KeptPart> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>Instances of which something is said and which a look did not show, with the beginning of the first such look.</summary>
    public Dictionary<(string Cloud, InstanceId Instance), DateTimeOffset> Missing { get; } = [];

    /// <summary>Whose it is.</summary>
    public AccountId Account { get; set; }

    /// <summary>Heartbeats whose silence means something.</summary>
    public KeptBeats Beats { get; } = new();

    /// <summary>What sources say of what the last look at each cloud showed; nothing of a cloud where none says anything.</summary>
    public Dictionary<string, FindingCounts> Findings { get; } = new(StringComparer.Ordinal);

    /// <summary>When the next of them will have stopped unless it comes; null where the loop is not to come back for any.</summary>
    public TimeSpan? SilenceAt { get; set; }

    /// <summary>Whether heartbeats may have stopped, and nobody has noted it.</summary>
    public bool HasSilence { get; set; }

    /// <summary>Whether a write is in flight.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Whether it waits for its next write.</summary>
    public bool IsInLine { get; set; }

    /// <summary>No write of it begins before that.</summary>
    public TimeSpan NextWriteAt { get; set; }

    /// <summary>Writes in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Whether the check is to hear of what is written next.</summary>
    public bool Wakes { get; set; }

    /// <summary>Whether it is forgotten; what is under way for it ends it.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether there is something to write.</summary>
    public bool HasPending => _pending.Count > 0 || HasSilence;

    /// <summary>How much there is to write.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether something is about to be said of an instance.</summary>
    public bool IsPending(string cloud, InstanceId instance) => _pending.ContainsKey((cloud, instance));

    /// <summary>Says something, in place of what was about to be said of the same instance.</summary>
    public void Pend(NoteChange change) => _pending[(change.Cloud, change.Instance)] = change;

    /// <summary>Says nothing of what was found of an instance that is probed no more.</summary>
    public void Unsay(string cloud, InstanceId instance)
    {
        if (_pending.GetValueOrDefault((cloud, instance)) is { Finding: not null })
        {
            _pending.Remove((cloud, instance));
        }
    }

    /// <summary>Takes what is to be written next, in order of clouds and instances.</summary>
    public ImmutableArray<NoteChange> Take(int most)
    {
        ImmutableArray<NoteChange> taken =
        [
            .. _pending.Values
                .OrderBy(change => change.Cloud, StringComparer.Ordinal)
                .ThenBy(change => change.Instance)
                .Take(most),
        ];
        foreach (var change in taken)
        {
            _pending.Remove((change.Cloud, change.Instance));
        }

        return taken;
    }

    /// <summary>Takes back what was not written, as far as nothing else was said since, nor an instance let go.</summary>
    public void PutBack(ImmutableArray<NoteChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Listened is not null)
            {
                // It is noted anew when this server has listened for long enough again.
                continue;
            }

            if (change.Finding is null || Find(change.Cloud, change.Instance) is not null)
            {
                _pending.TryAdd((change.Cloud, change.Instance), change);
            }
        }
    }

    /// <summary>An instance that is probed; null for one that is not.</summary>
    public KeptInstance? Find(string cloud, InstanceId instance) => Parts.GetValueOrDefault(cloud)?.Instances.GetValueOrDefault(instance);
}

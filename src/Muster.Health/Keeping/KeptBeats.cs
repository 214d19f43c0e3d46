using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;

namespace Muster.Health.Keeping;

/// <summary>
/// The heartbeats of a group's instances, as far as this server knows: newer ones may be in the store. Guarded by the keeper's gate.
/// </summary>
internal sealed class KeptBeats
{
    private readonly Dictionary<(string Cloud, InstanceId Instance), ImmutableArray<Finding>> _beats = [];

    /// <summary>Whether nobody's silence means anything.</summary>
    public bool IsEmpty => _beats.Count == 0;

    /// <summary>Takes in what is said of an instance now; null for nothing.</summary>
    public void Know(string cloud, InstanceId instance, MemberNote? note)
    {
        ImmutableArray<Finding> beats = note is null ? [] : note.Findings.RemoveAll(finding => !finding.IsBeating);
        if (beats.IsEmpty)
        {
            _beats.Remove((cloud, instance));
        }
        else
        {
            _beats[(cloud, instance)] = beats;
        }
    }

    /// <summary>Takes in a look at a cloud: of what it does not show, nobody's silence means anything.</summary>
    public void Know(string cloud, Dictionary<InstanceId, MemberNote> notes, HashSet<InstanceId> seen)
    {
        foreach (var key in _beats.Keys
            .Where(key => key.Cloud == cloud && !(seen.Contains(key.Instance) && notes.ContainsKey(key.Instance))).ToList())
        {
            _beats.Remove(key);
        }

        foreach (var (instance, note) in notes)
        {
            if (seen.Contains(instance))
            {
                Know(cloud, instance, note);
            }
        }
    }

    /// <summary>Forgets those of all clouds but these.</summary>
    public void KeepOnly(ImmutableArray<string> clouds)
    {
        foreach (var key in _beats.Keys.Where(key => !clouds.Contains(key.Cloud)).ToList())
        {
            _beats.Remove(key);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _beats.Clear();

    /// <summary>When the first of them will have stopped unless it comes, for whoever listens from an instant on; null for none.</summary>
    public DateTimeOffset? NextEnd(DateTimeOffset listensFrom)
    {
        DateTimeOffset? next = null;
        foreach (var beats in _beats.Values)
        {
            next = EndOf(beats, listensFrom) is { } end && !(next <= end) ? end : next;
        }

        return next;
    }

    /// <summary>What is said of those that have stopped, as far as this server knows, in order of clouds and instances.</summary>
    /// <param name="listened">When this server listened.</param>
    /// <param name="most">Most of them.</param>
    public ImmutableArray<NoteChange> Ended(Listening listened, int most) =>
    [
        .. _beats.Where(each => EndOf(each.Value, listened.From) <= listened.To)
            .OrderBy(each => each.Key.Cloud, StringComparer.Ordinal)
            .ThenBy(each => each.Key.Instance)
            .Take(most)
            .Select(each => new NoteChange(each.Key.Cloud, each.Key.Instance) { Listened = listened }),
    ];

    /// <summary>Whether what is said of an instance now says that a heartbeat has stopped that was known to beat.</summary>
    public bool IsNews(MemberNote? note) =>
        note is not null && _beats.TryGetValue((note.Cloud, note.Instance), out var beats)
        && note.Findings.Any(finding => finding.HasStopped && beats.Any(beat => beat.Source == finding.Source));

    private static DateTimeOffset? EndOf(ImmutableArray<Finding> beats, DateTimeOffset listensFrom)
    {
        DateTimeOffset? first = null;
        foreach (var beat in beats)
        {
            first = Listening.EndOf(beat, listensFrom) is { } end && !(first <= end) ? end : first;
        }

        return first;
    }
}

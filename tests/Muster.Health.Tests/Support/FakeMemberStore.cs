using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Health.Tests.Support;

/// <summary>Keeps notes in memory, fails when a test says so, and remembers what was written when.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class FakeMemberStore(TimeProvider timeProvider) : IMemberStore
{
    private readonly Dictionary<GroupId, ImmutableArray<MemberNote>> _notes = [];

    public List<(DateTimeOffset At, GroupId Group, ImmutableArray<NoteChange> Changes)> Writes { get; } = [];

    /// <summary>What every write fails with; null for none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>How many writes were tried.</summary>
    public int Tries { get; private set; }

    /// <summary>How long a write takes.</summary>
    public TimeSpan Delay { get; set; }

    public ImmutableArray<MemberNote> Of(GroupId group) => _notes.GetValueOrDefault(group, []);

    /// <summary>Somebody else writes.</summary>
    public void Set(GroupId group, params ImmutableArray<MemberNote> notes) => _notes[group] = notes;

    public async Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken)
    {
        Tries++;
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, timeProvider, cancellationToken);
        }

        if (Failure is not null)
        {
            throw Failure;
        }

        Writes.Add((timeProvider.GetUtcNow(), group, changes));
        return _notes[group] = MemberNotes.Apply(Of(group), changes);
    }
}

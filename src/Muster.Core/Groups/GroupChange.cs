using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Members;

namespace Muster.Core.Groups;

/// <summary>A changed group, and the entry of its audit trail that says so; kept together or not at all.</summary>
/// <param name="Group">After the change; its version is one more.</param>
/// <param name="Activity">What changed, by whom and why.</param>
public sealed record GroupChange(Group Group, Activity Activity)
{
    /// <summary>What is said of one of its instances together with it, in the same breath, and told; null for nothing.</summary>
    public MemberChange? Member { get; init; }

    /// <summary>What is said of its instances with it, and told with its own entry; of most changes nothing.</summary>
    public ImmutableArray<NoteChange> Notes { get; init; } = [];
}

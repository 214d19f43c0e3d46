using Muster.Core.Activities;
using Muster.Core.Members;

namespace Muster.Core.Groups;

/// <summary>What a person says of one instance, and what the audit trail says of that.</summary>
/// <param name="Change">For the notes.</param>
/// <param name="Activity">For the trail.</param>
public sealed record MemberChange(NoteChange Change, Activity Activity);

namespace Muster.Core.Members;

/// <summary>What somebody has said to a gate of one instance.</summary>
/// <param name="Gate">Which: a hook's name, or <c>drain</c> for the drain.</param>
/// <param name="Answer">What.</param>
/// <param name="At">When.</param>
/// <param name="Until">
/// Until when the gate waits from then on, of <see cref="GateAnswer.Extend"/>. Of <see cref="GateAnswer.Continue"/> to the drain, when
/// what the group waits at least was said to be over; null where that goes on. Null of the others.
/// </param>
public sealed record GateWord(string Gate, GateAnswer Answer, DateTimeOffset At, DateTimeOffset? Until);

namespace Muster.Core.Members;

/// <summary>What somebody has said to a gate of one instance.</summary>
/// <param name="Gate">Which: a hook's name, or <c>drain</c> for the drain.</param>
/// <param name="Answer">What.</param>
/// <param name="At">When.</param>
/// <param name="Until">Until when the gate waits from then on, of <see cref="GateAnswer.Extend"/>; null of the others.</param>
public sealed record GateWord(string Gate, GateAnswer Answer, DateTimeOffset At, DateTimeOffset? Until);

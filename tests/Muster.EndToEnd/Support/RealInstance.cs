namespace Muster.EndToEnd.Support;

/// <summary>An instance whose process really runs.</summary>
/// <param name="Group">Its group's name.</param>
/// <param name="Launch">What it answers.</param>
/// <param name="IsOrderedToEnd">Whether the local cloud was told to end it, and it takes its time.</param>
internal sealed record RealInstance(string Group, string Launch, bool IsOrderedToEnd);

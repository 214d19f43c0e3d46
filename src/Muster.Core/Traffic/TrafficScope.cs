namespace Muster.Core.Traffic;

/// <summary>Whose members a call to a source is about.</summary>
/// <param name="Group">The group.</param>
/// <param name="Account">Whose.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Use">What it says of the source.</param>
public sealed record TrafficScope(GroupId Group, AccountId Account, string Name, TrafficUse Use);

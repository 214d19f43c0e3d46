namespace Muster.Core.Life;

/// <summary>A gate that one instance waits at, or has waited at.</summary>
/// <param name="Name">A hook's name, or <see cref="Gates.Drain"/>.</param>
/// <param name="Since">Since when it holds the instance.</param>
/// <param name="DueAt">When it changes by itself, unless somebody says something before.</param>
/// <param name="State">How it stands.</param>
/// <param name="IsSilent">Whether it stands so, and does not wait, since nobody said anything in time.</param>
public sealed record Gate(string Name, DateTimeOffset Since, DateTimeOffset DueAt, GateState State, bool IsSilent = false);

using Muster.Core.Groups;

namespace Muster.Triton.Import;

/// <summary>What became of a living group, or would.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Group">Which.</param>
/// <param name="Machines">How many machines are its own; null where nobody could look.</param>
/// <param name="Held">Why it stays suspended; null when it is kept from now on.</param>
public sealed record GroupOutcome(string Account, Group Group, int? Machines, string? Held);

namespace Muster.Bench;

/// <summary>One row of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The median.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Beside">What it is compared with, measured in the same run.</param>
/// <param name="IsMet">Whether the target is met; null when there is none.</param>
/// <param name="Target">The target, in words.</param>
internal sealed record Figure(string What, double Value, string Unit, string Beside, bool? IsMet = null, string Target = "");

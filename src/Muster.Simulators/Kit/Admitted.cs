namespace Muster.Simulators.Kit;

/// <summary>A request that passed the credential and the limits.</summary>
/// <param name="Path">What it is about, below what every path begins with: <c>machines/ID</c>.</param>
internal record Admitted(string Path);

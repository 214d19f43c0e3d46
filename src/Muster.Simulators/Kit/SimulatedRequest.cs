namespace Muster.Simulators.Kit;

/// <summary>What a request asks.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">Below the account: <c>machines/ID</c>.</param>
/// <param name="Number">How many requests there were with it.</param>
public sealed record SimulatedRequest(string Method, string Path, int Number);

using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Requests;

/// <summary>A request that passed: with a good token, or one that asks for a token.</summary>
/// <param name="Path">Its path.</param>
/// <param name="AsksForToken">Whether it is about a token, and shows its proof within.</param>
internal sealed record CallerOfAzure(string Path, bool AsksForToken) : Admitted(Path);

using Muster.Core.Accounts;

namespace Muster.Triton.Authentication;

/// <summary>What callers with their own SSH key need: the cloud that knows them, and who seals the keys they leave.</summary>
/// <param name="Authority">Says who they are. Owned by whoever built the server.</param>
/// <param name="Sealer">Seals their accounts' service keys.</param>
public sealed record SignedCallerParts(ICallerAuthority Authority, ISecretSealer Sealer);

namespace Muster.Core.Pulsing;

/// <summary>What a server says of itself to people who ask which servers there are.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Version">Its version.</param>
public sealed record ServerIdentity(string Address, string Version);

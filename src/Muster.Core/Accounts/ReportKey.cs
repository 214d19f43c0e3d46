namespace Muster.Core.Accounts;

/// <summary>A key of the installation, of which the tokens are made by which instances report of themselves.</summary>
/// <param name="Number">Which; from 1, and never used twice.</param>
/// <param name="Since">Launches from then on are given tokens of it.</param>
/// <param name="Sealed">The key itself, sealed: a store never knows it.</param>
public sealed record ReportKey(int Number, DateTimeOffset Since, SealedSecret Sealed);

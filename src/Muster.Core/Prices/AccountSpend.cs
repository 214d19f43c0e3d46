namespace Muster.Core.Prices;

/// <summary>What an account may spend, and what its groups cost already.</summary>
/// <param name="Max">Most that all groups of the account together may cost an hour.</param>
/// <param name="Others">What its other groups cost an hour: all that they hold, and all that they may launch right now.</param>
public sealed record AccountSpend(decimal Max, decimal Others);

/// <summary>What a group may come to cost, set aside for it.</summary>
/// <param name="Account">What the account may spend, at the moment when it was set aside.</param>
/// <param name="Granted">What the group may come to cost an hour, with what it holds.</param>
public sealed record SpendGrant(AccountSpend Account, decimal Granted);

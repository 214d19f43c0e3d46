using Muster.Core.Prices;

namespace Muster.Storage.Rules;

/// <summary>How much of what a group wants to spend its account still has.</summary>
internal static class SpendRule
{
    /// <summary>What the group may come to cost: no more than it wants, and no less than it holds already.</summary>
    /// <param name="account">What the account may spend, and what its other groups cost.</param>
    /// <param name="held">What the group costs now.</param>
    /// <param name="wanted">What it would cost with all that it wants to launch.</param>
    public static decimal Grant(AccountSpend account, decimal held, decimal wanted) =>
        Math.Max(held, Math.Min(wanted, account.Max - account.Others));
}

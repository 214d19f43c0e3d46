namespace Muster.Core.Accounts;

/// <summary>A secret that only an <see cref="ISecretSealer"/> can read: what may lie in a store.</summary>
/// <param name="Scheme">Who sealed it: <c>keyring</c>, <c>vault</c>.</param>
/// <param name="Data">The sealed bytes, as text of the scheme's own.</param>
public sealed record SealedSecret(string Scheme, string Data)
{
    /// <summary>Without the data.</summary>
    public override string ToString() => $"sealed by {Scheme}";
}

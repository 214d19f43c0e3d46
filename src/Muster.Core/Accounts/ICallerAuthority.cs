namespace Muster.Core.Accounts;

/// <summary>The cloud as a judge of callers: their own proof is shown to it unchanged, and acts with their own rights.</summary>
/// <remarks>
/// Every method throws <see cref="Clouds.CloudException"/>: <see cref="Clouds.CloudErrorKind.Unauthorized"/> for a proof that is refused or
/// does not suffice, and whatever else keeps the cloud from answering. A call never takes longer than the configured time-out.
/// </remarks>
public interface ICallerAuthority
{
    /// <summary>What the credential is called in each account; see <see cref="AccountCredential.Name"/>.</summary>
    string KeyName { get; }

    /// <summary>Whom the cloud takes the caller for.</summary>
    Task<CloudAccount> IdentifyAsync(CallerProof caller, CancellationToken cancellationToken);

    /// <summary>The fingerprint of the credential that the caller's account has; null when it has none.</summary>
    Task<string?> FindKeyAsync(CallerProof caller, CancellationToken cancellationToken);

    /// <summary>Gives the caller's account the public half of a credential.</summary>
    /// <returns>False when it has one of that name or that key already.</returns>
    Task<bool> AddKeyAsync(CallerProof caller, string publicKey, CancellationToken cancellationToken);

    /// <summary>Takes a credential from the caller's account; one that is gone is no matter.</summary>
    Task RemoveKeyAsync(CallerProof caller, string fingerprint, CancellationToken cancellationToken);

    /// <summary>A fresh credential of the configured type; tells nobody.</summary>
    NewKey MakeKey();
}

/// <summary>An account as the cloud knows it.</summary>
/// <param name="Id">Its id, which no other ever has.</param>
/// <param name="Login">Its name, as the cloud writes it.</param>
public sealed record CloudAccount(string Id, string Login);

/// <summary>A credential that nobody has yet.</summary>
/// <param name="Fingerprint">As <see cref="AccountCredential.Fingerprint"/>.</param>
/// <param name="PublicKey">As <see cref="AccountCredential.PublicKey"/>.</param>
/// <param name="PrivateKey">The private half; to be cleared once it is sealed.</param>
public sealed record NewKey(string Fingerprint, string PublicKey, byte[] PrivateKey)
{
    /// <summary>Without the private half.</summary>
    public override string ToString() => Fingerprint;
}

using Muster.Core.Accounts;

namespace Muster.Core.Clouds;

/// <summary>
/// A configured cloud that is spoken to as the account that owns the group, with a credential of that account's own
/// (<see cref="AccountCredential"/>).
/// </summary>
public interface ICloudByAccount : IAsyncDisposable
{
    /// <summary>What it can and cannot do, whoever speaks.</summary>
    CloudTraits Traits { get; }

    /// <summary>What the credential is called in each account; see <see cref="AccountCredential.Name"/>.</summary>
    string KeyName { get; }

    /// <summary>Says who a caller is, and lets callers give Muster a credential of their account.</summary>
    ICallerAuthority Authority { get; }

    /// <summary>A connection as an account; the cloud itself is not called yet.</summary>
    /// <param name="login">The account's name at the cloud.</param>
    /// <param name="privateKey">The private half of its credential, as <see cref="NewKey.PrivateKey"/> was.</param>
    /// <exception cref="FormatException">That is none.</exception>
    ICloud Open(string login, ReadOnlySpan<byte> privateKey);
}

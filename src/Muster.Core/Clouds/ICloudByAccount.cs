using Muster.Core.Accounts;

namespace Muster.Core.Clouds;

/// <summary>A configured cloud that is spoken to as the account that owns the group, with that account's service key.</summary>
public interface ICloudByAccount : IAsyncDisposable
{
    /// <summary>What it can and cannot do, whoever speaks.</summary>
    CloudTraits Traits { get; }

    /// <summary>What the service key is called in each account.</summary>
    string KeyName { get; }

    /// <summary>Says who a caller is, and lets callers give Muster a key of their account.</summary>
    ICallerAuthority Authority { get; }

    /// <summary>A connection as an account; the cloud itself is not called yet.</summary>
    /// <param name="login">The account's name at the cloud.</param>
    /// <param name="privateKey">Its service key, as <see cref="NewKey.PrivateKey"/> was.</param>
    /// <exception cref="FormatException">That is no private key.</exception>
    ICloud Open(string login, ReadOnlySpan<byte> privateKey);
}

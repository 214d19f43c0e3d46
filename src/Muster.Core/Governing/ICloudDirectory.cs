using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>The configured clouds, by name. Each connection is already behind its credential's governor.</summary>
/// <remarks>
/// A cloud has one credential for all, or one for each account: then each account has a connection and a governor of its own.
/// </remarks>
public interface ICloudDirectory
{
    /// <summary>Every connection there is until now, by name, then account; another list once another was made.</summary>
    IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>Every configured cloud as that account uses it, by name.</summary>
    IReadOnlyList<CloudEntry> EntriesOf(AccountId account) => Entries;

    /// <summary>The cloud of that name as that account uses it, made when first asked for; null when none is configured.</summary>
    CloudEntry? Find(AccountId account, string name);

    /// <summary>The credential by which that account uses that cloud. Asks nobody, and does not change while the process lives.</summary>
    CredentialKey CredentialOf(AccountId account, string name) => new(name, Find(account, name) is { Account: null } ? null : account);

    /// <summary>
    /// The account has another credential, which its cloud was seen to have:
    /// connections made with an older one change over with their next call.
    /// </summary>
    void OnCredentialConfirmed(AccountId account)
    {
    }
}

/// <summary>One configured cloud, as its accounts use it.</summary>
/// <param name="Name">What templates call it; see <see cref="EntityName"/>.</param>
/// <param name="Kind">What drives it: <c>local</c>, <c>triton</c>, ...</param>
/// <param name="Cloud">The connection, behind the governor of its credential.</param>
/// <param name="Account">Whose credential it is; null for one that serves every account.</param>
public sealed record CloudEntry(string Name, string Kind, GovernedCloud Cloud, AccountId? Account = null)
{
    /// <summary>Whether a sweep goes by this connection.</summary>
    public bool Serves(AccountId account, string name) => Name == name && (Account is null || Account == account);
}

using System.Collections.Immutable;

namespace Muster.Triton.Import;

/// <summary>What a database of the original Triton Service Groups holds, at one moment. The private keys in it are not read.</summary>
/// <param name="Accounts">Who owns the rest.</param>
/// <param name="Keys">The service's keys in the accounts, by name and fingerprint.</param>
/// <param name="Templates">Archived ones too.</param>
/// <param name="Groups">Archived ones too.</param>
public sealed record TsgContents(
    ImmutableArray<TsgAccount> Accounts,
    ImmutableArray<TsgKey> Keys,
    ImmutableArray<TsgTemplate> Templates,
    ImmutableArray<TsgGroup> Groups);

/// <summary>A row of <c>tsg_accounts</c>.</summary>
/// <param name="Id">The original's own id.</param>
/// <param name="Name">The login.</param>
/// <param name="TritonId">Triton's id of the account, as written; null when it was never seen.</param>
/// <param name="KeyId">Which of the keys is in use; null for none.</param>
/// <param name="IsArchived">Whether it is gone.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record TsgAccount(Guid Id, string Name, string? TritonId, Guid? KeyId, bool IsArchived, DateTimeOffset CreatedAt);

/// <summary>A row of <c>tsg_keys</c>, without its material.</summary>
/// <param name="Id">The original's own id.</param>
/// <param name="Name">What it is called in the account.</param>
/// <param name="Fingerprint">MD5, with colons; null when it was never settled.</param>
/// <param name="IsArchived">Whether it is gone.</param>
public sealed record TsgKey(Guid Id, string Name, string? Fingerprint, bool IsArchived);

/// <summary>A row of <c>tsg_templates</c>.</summary>
/// <param name="Id">The id that clients know.</param>
/// <param name="Account">Whose.</param>
/// <param name="Name">Any text at all.</param>
/// <param name="Package">As sent.</param>
/// <param name="Image">As sent.</param>
/// <param name="FirewallEnabled">As sent.</param>
/// <param name="Networks">With commas between.</param>
/// <param name="UserData">As sent.</param>
/// <param name="Metadata">JSON text; empty for none.</param>
/// <param name="Tags">JSON text; empty for none.</param>
/// <param name="IsArchived">Whether it was deleted.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record TsgTemplate(
    Guid Id, Guid Account, string Name, string Package, string Image,
    bool FirewallEnabled, string Networks, string UserData, string Metadata,
    string Tags, bool IsArchived, DateTimeOffset CreatedAt);

/// <summary>A row of <c>tsg_groups</c>.</summary>
/// <param name="Id">The id that clients know.</param>
/// <param name="Account">Whose.</param>
/// <param name="Template">What its machines are made from.</param>
/// <param name="Name">Any text of 1 to 182 bytes; the tag <c>tsg.name</c> of its machines.</param>
/// <param name="Capacity">How many.</param>
/// <param name="IsArchived">Whether it was deleted.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed; for an archived one, when that was.</param>
public sealed record TsgGroup(
    Guid Id, Guid Account, Guid Template, string Name, int Capacity, bool IsArchived, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

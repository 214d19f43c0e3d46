namespace Muster.Server.Secrets;

/// <summary>Which Vault seals, and how it is entered.</summary>
public sealed class VaultSealerOptions
{
    /// <summary>Where it is. HTTPS, or HTTP on this machine only.</summary>
    public required Uri Url { get; set; }

    /// <summary>The transit engine's key; its type must take associated data, such as <c>aes256-gcm96</c>, Vault's default.</summary>
    public required string Key { get; set; }

    /// <summary>The file that holds the token.</summary>
    public required string TokenFile { get; set; }
}

namespace Muster.Cli.Configuration;

/// <summary>How callers who sign with their own SSH keys are let in.</summary>
internal sealed class AccountsConfig
{
    /// <summary>Whether only allowed accounts are let in.</summary>
    public bool Whitelist { get; set; } = true;

    /// <summary>How long a good proof is good without another question; null for the default.</summary>
    public TimeSpan? VerdictFor { get; set; }

    /// <summary>How long a refused proof is refused without another question; null for the default.</summary>
    public TimeSpan? RefusalFor { get; set; }
}

/// <summary>Who seals what the store keeps of secrets.</summary>
internal sealed class SecretsConfig
{
    /// <summary>The key ring's directory; absolute. Of no meaning when there is a <see cref="VaultUrl"/>.</summary>
    public string Keyring { get; set; } = "";

    /// <summary>Where Vault is; null for the key ring.</summary>
    public Uri? VaultUrl { get; set; }

    /// <summary>The key of its transit engine.</summary>
    public string VaultKey { get; set; } = "muster";

    /// <summary>The file of the token for it; absolute.</summary>
    public string VaultTokenFile { get; set; } = "";
}

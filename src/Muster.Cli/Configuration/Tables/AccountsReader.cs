using Muster.Cli.Toml;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[accounts]</c> and <c>[secrets]</c>.</summary>
internal static class AccountsReader
{
    /// <summary>A signed date lives as long at CloudAPI.</summary>
    private static readonly TimeSpan VerdictMax = TimeSpan.FromMinutes(5);

    public static void ReadAccounts(TomlFields fields, AccountsConfig accounts)
    {
        accounts.Whitelist = fields.Flag("whitelist") ?? accounts.Whitelist;
        accounts.VerdictFor = fields.Duration("verdict_for", TimeSpan.Zero, VerdictMax);
        accounts.RefusalFor = fields.Duration("refusal_for", TimeSpan.Zero, VerdictMax);
        fields.RefuseOthers();
    }

    public static void ReadSecrets(TomlFields fields, MusterConfig config, string directory)
    {
        config.Secrets.Keyring = ConfigPath.Full(directory, fields.Text("keyring")) ?? DataDirectory.Keyring(config.Data);
        if (fields.Text("vault_url") is { } text)
        {
            fields.Forbid("keyring", "left out where there is a 'vault_url': secrets are sealed by one or the other");
            config.Secrets.VaultUrl = Url(text);
            if (config.Secrets.VaultUrl is null)
            {
                fields.Refuse("vault_url", "Vault's address: https://...; http:// only on this machine");
            }

            config.Secrets.VaultKey = fields.Text("vault_key") ?? config.Secrets.VaultKey;
            config.Secrets.VaultTokenFile = ConfigPath.Full(
                directory, fields.RequiredText("vault_token_file", "the file that holds the token"))!;
        }
        else
        {
            fields.Forbid("vault_key", "left out where there is no 'vault_url'");
            fields.Forbid("vault_token_file", "left out where there is no 'vault_url'");
        }

        fields.RefuseOthers();
    }

    private static Uri? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Query.Length == 0 && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) ? url : null;
}

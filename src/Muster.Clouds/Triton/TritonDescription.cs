using System.Security.Cryptography;

using Muster.Clouds.Kit;
using Muster.Clouds.Triton.Signing;
using Muster.Clouds.Triton.Templates;
using Muster.Core;
using Muster.Core.Options;

namespace Muster.Clouds.Triton;

/// <summary>What there is to say of Triton.</summary>
internal static class TritonDescription
{
    /// <summary>What a login of CloudAPI is.</summary>
    public const string LoginAllowed = "a login: 3 to 32 characters, a letter first, then letters, digits, _ . @ -";

    /// <summary>The word for clouds that are spoken to as each account.</summary>
    public const string ByAccount = "account";

    private const string UrlAllowed = "CloudAPI's address: https://...; http:// only on this machine";
    private const string KeyPartAllowed = "1 to 64 of A-Z a-z 0-9 . _ -";
    private const string WithAccount = "with `credential = \"account\"`: ";

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    // So that a call is over before a launch's outcome is called ambiguous.
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>Where CloudAPI is.</summary>
    public static ConfigOption<Uri?> Url { get; } = new()
    {
        Name = "url",
        Meaning = "CloudAPI; `https://`, or `http://` on this machine only",
        UnlessSet = "required",
        Allowed = UrlAllowed,
        Parse = TryUrl,
        Default = null,
        IsRequired = true,
    };

    /// <summary>Whether each account is spoken for with a service key of its own.</summary>
    public static ConfigOption<bool> Credential { get; } = Option.Choice(
        "credential",
        "`key`: all groups belong to the one account below. `account`: each group belongs to the account that made it on `/v1/tsg`, "
        + "and Muster speaks as that account with a [service key](../tsg-authentication.md) of its own; "
        + "the account and key options are then left out",
        ("key", false), (ByAccount, true));

    /// <summary>The account.</summary>
    public static ConfigOption<string?> Account { get; } = Option.Of<string?>(
        "account", "the login whose machines these are", "required", LoginAllowed, TryLogin, null);

    /// <summary>The account's sub-user.</summary>
    public static ConfigOption<string?> User { get; } = Option.Of<string?>(
        "user", "the account's sub-user whose key signs", "the account itself", LoginAllowed, TryLogin, null);

    /// <summary>The private key's file.</summary>
    public static ConfigOption<string?> KeyFile { get; } = Option.Text(
        "key_file",
        "private key: RSA of 2048 bits or more, ECDSA or Ed25519; PEM or OpenSSH's form, without a passphrase; mode 0600", "ssh-agent");

    /// <summary>Which key.</summary>
    public static ConfigOption<string?> KeyId { get; } = Option.Text(
        "key_id", "MD5 or SHA256 fingerprint: which key of ssh-agent; with `key_file`, a check", allowed: "an MD5 or SHA256 fingerprint");

    /// <summary>The agent's socket.</summary>
    public static ConfigOption<string?> AgentSocket { get; } = Option.Text("agent_socket", "ssh-agent's socket", "`SSH_AUTH_SOCK`");

    /// <summary>The first part of the service keys' name.</summary>
    public static ConfigOption<string> KeyPrefix { get; } = Option.Of(
        "key_prefix",
        WithAccount + "the first part of the service keys' name, `PREFIX_DATACENTER`",
        "`TSG_Management`",
        KeyPartAllowed,
        TryKeyPart,
        "TSG_Management");

    /// <summary>The second part.</summary>
    public static ConfigOption<string> DataCenter { get; } = Option.Of(
        "datacenter", WithAccount + "the second part of that name", "`us-east-1`", KeyPartAllowed, TryKeyPart, "us-east-1");

    /// <summary>What kind of service keys are made: CloudAPI before 9.18 knows no Ed25519.</summary>
    public static ConfigOption<KeyType> TypeOfKey { get; } = Option.Choice(
        "key_type", WithAccount + "service keys are `rsa` (3072 bits) or `ed25519`, which CloudAPI knows from 9.18",
        ("rsa", KeyType.Rsa), ("ed25519", KeyType.Ed25519));

    /// <summary>The CloudAPI that says who a caller is.</summary>
    public static ConfigOption<Uri?> AuthorityUrl { get; } = Option.Of<Uri?>(
        "auth_url", WithAccount + "the CloudAPI that says who callers are", "`url`", UrlAllowed, TryUrl, null);

    /// <summary>How long a caller waits for CloudAPI's word.</summary>
    public static ConfigOption<TimeSpan> AuthorityTimeout { get; } = Option.Time(
        "auth_timeout",
        WithAccount + "how long a caller waits for its word, 1s to 100s",
        TimeSpan.FromSeconds(10),
        TimeoutMin,
        TimeoutMax,
        "1s to 100s");

    /// <summary>What an RSA key hashes with.</summary>
    public static ConfigOption<HashAlgorithmName> RsaHash { get; } = Option.Choice(
        "rsa_hash", "`sha256` or `sha512`", ("sha256", HashAlgorithmName.SHA256), ("sha512", HashAlgorithmName.SHA512));

    /// <summary>Certificates to trust.</summary>
    public static ConfigOption<string?> AuthorityFile { get; } = Option.Text(
        "ca_file", "certificates to trust instead of the system's, PEM", "the system's");

    /// <summary>Which versions are spoken: 9 refuses images that others share with the account unless each launch asks for them.</summary>
    public static ConfigOption<string> AcceptVersion { get; } = Option.TextOr(
        "accept_version", "versions of CloudAPI that are spoken", "~8", "a range of versions: ~8");

    /// <summary>Machines on a page; no CloudAPI gives more than the default.</summary>
    public static ConfigOption<int> PageSize { get; } =
        Option.Number("page_size", "machines on a page of a listing, 2 to 1000", 1000, 2, 1000);

    /// <summary>Whether changes are listened to.</summary>
    public static ConfigOption<bool> ChangeFeed { get; } = Option.Choice(
        "change_feed", "`on`: listen to changes where CloudAPI offers it; `off`", ("on", true), ("off", false));

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeoutMin, TimeoutMax, "1s to 100s");

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            Url, Credential, Account, User, KeyFile, KeyId, AgentSocket, KeyPrefix, DataCenter, TypeOfKey, AuthorityUrl, AuthorityTimeout,
            RsaHash, AuthorityFile, AcceptVersion, PageSize, ChangeFeed, Timeout,
        ],
        Fields =
        [
            new("image", "an image's id"),
            new("size", "a package's name or id; required"),
            new("network", "a network's id, any number of them"),
            new("firewall", "`firewall_enabled`"),
            new("metadata", "as they are; not `credentials` and `root_authorized_keys`, which CloudAPI writes itself"),
            new("user_data", "the metadatum `user-data`, which cloud-init reads"),
            new("tags", "as they are; not the names that CloudAPI keeps for itself"),
        ],
        TemplateOptions = TritonOptions.All,
        Abilities = [CloudAbility.LaunchTokens, CloudAbility.Watch, CloudAbility.Stop],
        Credential =
            "Every call is signed with a private key of the account, or of a sub-user of it (user). "
            + "The account's own key may do everything; a sub-user's may do what its roles allow, and needs the calls below.",
        LeastPrivilege =
        [
            new("`GET /machines`", "every look"),
            new("`POST /machines`, `DELETE /machines/ID`", "launching and terminating"),
            new("`GET /machines/ID`, `POST /machines/ID`", "stopping and starting, where a pool of stopped instances is kept"),
            new("`POST /machines/ID/tags`", "only to take over machines of the original Triton Service Groups"),
            new(
                "`GET /images/ID`, `/packages/NAME`, `/networks/ID`, `/keys/FINGERPRINT`, `/limits`",
                "`muster cloud check`, and checks of templates"),
            new("`GET /changefeed`", "hearing of changes; without the right to it set `change_feed = \"off\"`"),
        ],
    };

    private static bool TryUrl(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Query.Length == 0 && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool TryLogin(string text, out string? login)
    {
        login = text;
        return text.Length is >= 3 and <= 32 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-');
    }

    private static bool TryKeyPart(string text, out string part)
    {
        part = text;
        return text.Length <= 64 && EntityName.IsValid(text);
    }
}

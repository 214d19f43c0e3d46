namespace Muster.Triton.Scaling;

/// <summary>The flags of the original's <c>tsg-cli scale</c>, and one of Muster's own.</summary>
public static class TsgFlags
{
    public const string Account = "account", Url = "url", KeyId = "key-id", KeyMaterial = "key-material";

    public const string Name = "tsg-name", Template = "template-id", Count = "count";

    public const string Package = "pkg-id", Image = "img-id", Networks = "networks", Tag = "tag", Metadata = "metadata";

    public const string Affinity = "affinity", Firewall = "firewall", UserData = "userdata", State = "state";

    public const string Adopt = "adopt", Help = "help";

    private const string CloudPrefix = $"clouds.{TsgScaleRequest.CloudName}.";

    /// <summary>All of them, in the order of help.</summary>
    public static IReadOnlyList<GoFlag> All { get; } =
    [
        new(Account, "The account's login; TRITON_ACCOUNT or SDC_ACCOUNT unless set.") { Letter = 'A' },
        new(Url, "CloudAPI; TRITON_URL or SDC_URL unless set.") { Letter = 'U' },
        new(KeyId, "MD5 or SHA256 fingerprint of the key; TRITON_KEY_ID or SDC_KEY_ID unless set.") { Letter = 'K' },
        new(KeyMaterial, "Base64 of the path of a private key, or of the key itself, which others can then read; ssh-agent unless set."),
        new(Name, "The group's name; required."),
        new(Template, "The template's id; required."),
        new(Count, "How many machines there must be; required.") { Letter = 'c' },
        new(Package, "The package's id; required."),
        new(Image, "The image's id; required."),
        new(Networks, "Networks' ids, with commas between; may be repeated.") { Letter = 'N' },
        new(Tag, "A tag, KEY=VALUE; may be repeated.") { Letter = 't', Alias = "tags" },
        new(Metadata, "A metadatum, base64 of KEY=VALUE; may be repeated.") { Letter = 'm' },
        new(Affinity, "Rules of placement, with commas between; may be repeated."),
        new(Firewall, "Turn the machines' firewall on.") { IsSwitch = true },
        new(UserData, "User data, base64."),
        new(State, "Accepted, and of no meaning."),
        new(Adopt, "Take over machines of the group that carry another template's tag, too.") { IsSwitch = true },
        new(Help, "Show help.") { Letter = 'h', IsSwitch = true },
    ];

    /// <summary>The flag behind an option of the cloud, which refuses in the words of a configuration file that nobody here has.</summary>
    public static string Typed(string field) => field switch
    {
        $"{CloudPrefix}url" => $"--{Url}",
        $"{CloudPrefix}account" => $"--{Account}",
        $"{CloudPrefix}key_id" => $"--{KeyId}",
        $"{CloudPrefix}key_file" => $"--{KeyMaterial}",
        _ => field,
    };

    /// <summary>Flags that tell a call of the original from one of <c>muster scale</c>, which has none of them.</summary>
    public static IEnumerable<string> Telling =>
        [Account, Url, KeyId, KeyMaterial, Name, Template, Package, Image, Networks, Affinity, UserData, State];
}

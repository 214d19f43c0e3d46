using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.Azure.Templates;

/// <summary>What there is to say of Azure.</summary>
internal static partial class AzureDescription
{
    private const string UrlAllowed = "an address of https://, without a path";
    private const string IdAllowed = "a UUID";
    private const string Required = "required";

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    // So that a call is over before a launch's outcome is called ambiguous.
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>The subscription.</summary>
    public static ConfigOption<string?> Subscription { get; } = Option.Of<string?>(
        "subscription_id", "the subscription", "`AZURE_SUBSCRIPTION_ID`", IdAllowed, TryUuid, null);

    /// <summary>The resource group.</summary>
    public static ConfigOption<string?> ResourceGroup { get; } = new()
    {
        Name = "resource_group", Meaning = "the resource group where all instances are made; it must be there, and best holds nothing else",
        UnlessSet = Required, Allowed = "1 to 90 letters, digits and . _ ( ) -, no dot at the end", Parse = TryGroup, Default = null,
        IsRequired = true,
    };

    /// <summary>The region.</summary>
    public static ConfigOption<string?> Location { get; } = new()
    {
        Name = "location", Meaning = "the region: `westeurope`", UnlessSet = Required,
        Allowed = "a region's name, of small letters and digits: westeurope (az account list-locations)", Parse = TryLocation,
        Default = null,
        IsRequired = true,
    };

    /// <summary>How Muster proves itself; null for whatever is set.</summary>
    public static ConfigOption<TokenWay?> Credential { get; } = Option.Choice<TokenWay?>(
        "credential",
        "`secret`, `certificate`, `workload` (a federated token, as on Kubernetes), `managed` (the identity of this machine or app); "
        + "`auto`: the first of them that is set here or in the environment, and `managed` otherwise",
        ("auto", null), ("secret", TokenWay.Secret), ("certificate", TokenWay.Certificate), ("workload", TokenWay.Workload),
        ("managed", TokenWay.Managed));

    /// <summary>The tenant.</summary>
    public static ConfigOption<string?> Tenant { get; } = Option.Of<string?>(
        "tenant_id", "the directory of the application: its id or a domain of it", "`AZURE_TENANT_ID`", "a UUID or a domain", TryTenant,
        null);

    /// <summary>The application.</summary>
    public static ConfigOption<string?> Client { get; } = Option.Of<string?>(
        "client_id", "the application; with `managed`, which of the identities that are assigned by hand", "`AZURE_CLIENT_ID`", IdAllowed,
        TryUuid, null);

    /// <summary>The file with the secret.</summary>
    public static ConfigOption<string?> SecretFile { get; } = Option.Text(
        "client_secret_file", "a file with the application's secret; mode 0600", "`AZURE_CLIENT_SECRET`, the secret itself");

    /// <summary>The file with the certificate.</summary>
    public static ConfigOption<string?> CertificateFile { get; } = Option.Text(
        "certificate_file", "a file with the application's certificate and its RSA key, PEM without a passphrase; mode 0600",
        "`AZURE_CLIENT_CERTIFICATE_PATH`");

    /// <summary>The file with another issuer's token.</summary>
    public static ConfigOption<string?> FederatedTokenFile { get; } = Option.Text(
        "federated_token_file", "a file with the token that the application trusts", "`AZURE_FEDERATED_TOKEN_FILE`");

    /// <summary>Where Azure Resource Manager is.</summary>
    public static ConfigOption<Uri> Endpoint { get; } = Option.Of(
        "endpoint", "Azure Resource Manager; other ones are for Azure's separate clouds, such as `https://management.usgovcloudapi.net`",
        "`https://management.azure.com`", UrlAllowed, TryUrl, new Uri("https://management.azure.com/"));

    /// <summary>Where Entra is.</summary>
    public static ConfigOption<Uri?> Authority { get; } = Option.Of<Uri?>(
        "authority", "Microsoft Entra, which gives tokens", "`AZURE_AUTHORITY_HOST`, or `https://login.microsoftonline.com`", UrlAllowed,
        TryUrl, null);

    /// <summary>Certificates to trust.</summary>
    public static ConfigOption<string?> AuthoritiesFile { get; } = Option.Text(
        "ca_file", "certificates to trust instead of the system's, PEM; for both of these addresses", "the system's");

    /// <summary>The key of templates that name none.</summary>
    public static ConfigOption<string?> SshPublicKeyFile { get; } = Option.Text(
        "ssh_public_key_file", "a file with the public key that may log in where a template names none");

    /// <summary>Which addresses are shown.</summary>
    public static ConfigOption<ShownAddresses> Addresses { get; } = Option.Choice(
        "addresses", "of instances, where they are reached: `private` (a list more for each look), `public` before these (two lists more), "
        + "`none`",
        ("private", ShownAddresses.Private), ("public", ShownAddresses.Public), ("none", ShownAddresses.None));

    /// <summary>How long a launch follows its operation.</summary>
    public static ConfigOption<TimeSpan> LaunchWait { get; } = Option.Time(
        "launch_wait",
        "how long a launch waits to hear that Azure found room for it; a group with other placements goes on at once where it hears that "
        + "there is none. `0s`: not at all, and such an instance is listed as failed; up to 90s",
        TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(90), "0s to 90s");

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeoutMin, TimeoutMax, "1s to 100s");

    /// <summary>Who logs in.</summary>
    public static ConfigOption<string> AdminUser { get; } = Option.Of(
        "admin_user", "who may log in", "`azureuser`",
        "1 to 32 small letters, digits, _ and -, a letter or _ first; not one that Azure keeps, such as admin or root", TryUser,
        "azureuser");

    /// <summary>With which key.</summary>
    public static ConfigOption<string?> SshPublicKey { get; } = Option.Of<string?>(
        "ssh_public_key", "with this key, as in `authorized_keys`; passwords are off", "the cloud's `ssh_public_key_file`",
        "a public key: ssh-rsa or ssh-ed25519, a blank, and its base64", TryKey, null);

    /// <summary>Whether the image brings users along.</summary>
    public static ConfigOption<bool> Specialized { get; } = Option.Choice(
        "specialized", "`true` for a specialized image, which has its users already: no user, key and user data are given",
        ("false", false), ("true", true));

    /// <summary>What guards the instance.</summary>
    public static ConfigOption<string?> SecurityGroup { get; } = Option.Text(
        "network_security_group", "what guards its network interfaces: a name in the resource group, or an id", allowed: "a name or an id");

    /// <summary>Whether it has a public address.</summary>
    public static ConfigOption<bool> PublicIp { get; } = Option.Choice(
        "public_ip", "`on`: a public address for its first network interface, which goes with it; `off`", ("off", false), ("on", true));

    /// <summary>Who sends it traffic.</summary>
    public static ConfigOption<string?> BackendPools { get; } = Option.Text(
        "backend_pools",
        "backend pools of load balancers, in which its first network interface is for as long as it lives: `BALANCER/POOL` in the resource "
        + "group, or ids; with blanks between",
        allowed: "BALANCER/POOL and ids, with blanks between");

    /// <summary>Its identities.</summary>
    public static ConfigOption<string?> Identities { get; } = Option.Text(
        "identities", "identities for it: `system` for one of its own, names in the resource group, ids; with blanks between",
        allowed: "system, names and ids, with blanks between");

    /// <summary>What its disk is kept on.</summary>
    public static ConfigOption<string?> OsDiskType { get; } = Option.Of<string?>(
        "os_disk_type", "what the disk is kept on: `Premium_LRS`, `StandardSSD_LRS`, ...", "what suits the size",
        "Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS", TryOsDiskType, null);

    /// <summary>How large its disk is.</summary>
    public static ConfigOption<int> OsDiskSize { get; } = Option.Number(
        "os_disk_gb", "how large that disk is, in GiB; 0 for the image's size", 0, 0, 4095);

    /// <summary>Its further disks.</summary>
    public static ConfigOption<ImmutableArray<(int Gb, string? Type)>> DataDisks { get; } =
        Option.Of<ImmutableArray<(int Gb, string? Type)>>(
            "data_disks", "empty disks that go with it, as `GIB` or `GIB:TYPE`, with blanks between: `64 128:Premium_LRS`", "none",
            "up to 64 of GIB (1 to 32767) or GIB:TYPE, with blanks between", TryDisks, []);

    /// <summary>Where it may be.</summary>
    public static ConfigOption<ImmutableArray<string>> Zones { get; } = Option.Of<ImmutableArray<string>>(
        "zones", "zones among which an instance is put by its launch's id where no placement asks for one: `1 2 3`", "in none of them",
        "numbers of zones, with blanks between: 1 2 3", TryZones, []);

    /// <summary>What it may cost.</summary>
    public static ConfigOption<decimal> MaxPrice { get; } = Option.Of(
        "max_price", "the most that an interruptible instance may cost an hour, in US dollars; `-1` for the price of others", "`-1`",
        "-1, or more than 0 with up to 5 decimals", TryPrice, -1m);

    /// <summary>What is bought with the image.</summary>
    public static ConfigOption<string?> Plan { get; } = Option.Of<string?>(
        "plan", "`publisher:product:name` of an image that is sold; its terms must have been accepted", "none", "publisher:product:name",
        TryPlan, null);

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            Subscription, ResourceGroup, Location, Credential, Tenant, Client, SecretFile, CertificateFile, FederatedTokenFile, Endpoint,
            Authority, AuthoritiesFile, SshPublicKeyFile, Addresses, LaunchWait, Timeout,
        ],
        Fields =
        [
            new("image", "`publisher:offer:sku:version`, the id of an image or of one in a gallery (shared and community ones too), "
                + "or the name of an image in the resource group"),
            new("size", "a VM size: `Standard_D2s_v5`; required"),
            new("network", "subnets, a network interface in each: `VNET/SUBNET` in the resource group, or an id; one at least"),
            new("firewall", "on: `option network_security_group` must be set, too"),
            new("metadata", "`userData`, one JSON object: the instance reads it from the metadata service, at "
                + "`/metadata/instance/compute/userData`"),
            new("user_data", "`customData`, which cloud-init reads; 65,535 bytes at most"),
            new("tags", "as they are, on its parts too; up to 39, names without `< > % & \\ ? /` that differ by more than their case, "
                + "values up to 256 characters"),
        ],
        TemplateOptions =
        [
            AdminUser, SshPublicKey, Specialized, SecurityGroup, PublicIp, BackendPools, Identities, OsDiskType, OsDiskSize,
            DataDisks, Zones, MaxPrice, Plan,
        ],
        Credential =
            "Muster proves itself to Microsoft Entra as an application (a secret, a certificate, or a token of another issuer), "
            + "or as the managed identity of the machine that it runs on, and gets a token for an hour. "
            + "Files are read anew for each token. "
            + "A role of its own on the resource group is enough, and one that reads virtual machines of the subscription.",
        LeastPrivilege =
        [
            new("`Microsoft.Compute/virtualMachines/read` on the subscription",
                "the power state of instances: Azure lists it for a subscription only"),
            new("`Microsoft.Compute/virtualMachines/write`, `/delete`", "launching and terminating"),
            new("`Microsoft.Compute/virtualMachines/deallocate/action`, `/start/action`",
                "stopping and starting, where a pool of stopped instances is kept"),
            new("`Microsoft.Compute/disks/read`, `/write`, `/delete`", "their disks, and what is left over of them"),
            new("`Microsoft.Network/networkInterfaces/read`, `/write`, `/delete`, `/join/action`",
                "their network interfaces and addresses, and what is left over of them"),
            new("`Microsoft.Network/publicIPAddresses/read`, `/write`, `/delete`, `/join/action`",
                "public addresses; only where templates have them"),
            new("`Microsoft.Network/virtualNetworks/subnets/read`, `/join/action`, `Microsoft.Network/networkSecurityGroups/read`, "
                + "`/join/action`",
                "being in the subnets; on the network's own resource group where that is another"),
            new("`Microsoft.Network/loadBalancers/backendAddressPools/read`, `/join/action`",
                "being in backend pools; only where templates name them"),
            new("`Microsoft.Compute/images/read`, `Microsoft.Compute/galleries/images/read`, `/versions/read`", "images of your own"),
            new("`Microsoft.ManagedIdentity/userAssignedIdentities/assign/action`", "only where templates give identities"),
            new("`Microsoft.Resources/subscriptions/resourceGroups/read`, `Microsoft.Authorization/permissions/read`, "
                + "`Microsoft.Authorization/locks/read`",
                "`muster cloud check`, and what locks protect"),
            new(
                "`Microsoft.Compute/skus/read`, `Microsoft.Compute/locations/usages/read`, "
                + "`Microsoft.Compute/locations/publishers/*/read`, "
                + "`Microsoft.Resources/subscriptions/read`, `/locations/read` on the subscription",
                "zones, and checks of templates and of quota"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Interruptible, CloudAbility.Stop, CloudAbility.Retag,
            CloudAbility.Leftovers,
            CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    /// <summary>Whether it is a public key that Azure takes.</summary>
    public static bool TryKey(string text, out string? key)
    {
        key = text.Trim();
        return PublicKey().IsMatch(key);
    }

    /// <summary>An address, as an option or the environment gives it.</summary>
    public static bool TryUrl(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme == Uri.UriSchemeHttps && url.PathAndQuery == "/"
            && url.UserInfo.Length == 0;

    private static bool TryUuid(string text, out string? id)
    {
        id = text.ToLowerInvariant();
        return Guid.TryParseExact(text, "D", out _);
    }

    private static bool TryTenant(string text, out string? tenant)
    {
        tenant = text;
        return Domain().IsMatch(text);
    }

    private static bool TryGroup(string text, out string? group)
    {
        group = text;
        return Group().IsMatch(text) && !text.EndsWith('.');
    }

    private static bool TryLocation(string text, out string? location)
    {
        location = text;
        return text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
    }

    // learn.microsoft.com, "FAQ about Linux virtual machines": names that are not allowed.
    private static bool TryUser(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string user)
    {
        user = text;
        return User().IsMatch(text) && text is not (
            "administrator" or "admin" or "user" or "user1" or "test" or "user2" or "test1" or "user3" or "admin1" or "1" or "123" or "a"
            or "actuser" or "adm" or "admin2" or "aspnet" or "backup" or "console" or "david" or "guest" or "john" or "owner" or "root"
            or "server" or "sql" or "support" or "support_388945a0" or "sys" or "test2" or "test3" or "user4" or "user5");
    }

    private static bool TryOsDiskType(string text, out string? type)
    {
        type = text;
        return text is "Standard_LRS" or "StandardSSD_LRS" or "StandardSSD_ZRS" or "Premium_LRS" or "Premium_ZRS";
    }

    private static bool TryDisks(string text, out ImmutableArray<(int Gb, string? Type)> disks)
    {
        var read = ImmutableArray.CreateBuilder<(int, string?)>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split(':');
            var type = parts.Length > 1 ? parts[1] : null;
            if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var gb)
                || gb is < 1 or > 32767
                || (type is not (null or "UltraSSD_LRS" or "PremiumV2_LRS") && !TryOsDiskType(type, out _)))
            {
                disks = [];
                return false;
            }

            read.Add((gb, type));
        }

        disks = read.ToImmutable();
        return disks.Length is >= 1 and <= 64;
    }

    private static bool TryZones(string text, out ImmutableArray<string> zones)
    {
        zones = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return zones.Length is >= 1 and <= 9 && zones.All(IsZone) && zones.Distinct(StringComparer.Ordinal).Count() == zones.Length;
    }

    /// <summary>Whether it has the form of a zone's name.</summary>
    public static bool IsZone(string zone) => zone is [>= '1' and <= '9'];

    private static bool TryPrice(string text, out decimal price) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out price)
        && (price == -1 || (price is > 0 and < 10_000 && price.Scale <= 5));

    private static bool TryPlan(string text, out string? plan)
    {
        plan = text;
        return PlanWords().IsMatch(text);
    }

    [GeneratedRegex(@"\A(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]{40,2000}={0,3}( [^\r\n]{0,300})?\z")]
    private static partial Regex PublicKey();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.-]{0,252}\z")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\A[A-Za-z0-9._()-]{1,90}\z")]
    private static partial Regex Group();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex User();

    [GeneratedRegex(@"\A[\w.-]{1,128}(:[\w.-]{1,128}){2}\z")]
    private static partial Regex PlanWords();
}

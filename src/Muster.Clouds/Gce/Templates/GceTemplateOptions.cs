using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Gce.Naming;
using Muster.Core.Options;

namespace Muster.Clouds.Gce.Templates;

/// <summary>The options of templates, in Google's words.</summary>
internal static class GceTemplateOptions
{
    private const int DiskGbMin = 1, DiskGbMax = 65_536;
    private const int DisksMax = 16, TagsMax = 64;
    private const string ScopePrefix = "https://www.googleapis.com/auth/";

    /// <summary>Whose image it is.</summary>
    public static ConfigOption<string?> ImageProject { get; } = Option.Of<string?>(
        "image_project", "the project of an `image` that names none: `debian-cloud`",
        "the cloud's project", "a project's id", TryName, null);

    /// <summary>Where it may be launched.</summary>
    public static ConfigOption<ImmutableArray<string>> Zones { get; } = List(
        "zones", "the zones of the region that launches may go to, with commas between", "all that are up",
        "names of zones with commas between: us-central1-a,us-central1-b", GceNames.IsName, TagsMax);

    /// <summary>By which the rules of firewalls choose.</summary>
    public static ConfigOption<ImmutableArray<string>> NetworkTags { get; } = List(
        "network_tags", "network tags, with commas between: the firewall's rules and routes choose by them", "none",
        "up to 64 tags of a-z 0-9 - with commas between, each beginning with a letter", GceNames.IsName, TagsMax);

    /// <summary>Whether it is reached from outside.</summary>
    public static ConfigOption<bool> ExternalIp { get; } = Option.Choice(
        "external_ip", "`on`: an external address each, as `gcloud` makes them; `off`: none", ("on", true), ("off", false));

    /// <summary>Who it is to other services of Google's.</summary>
    public static ConfigOption<string?> ServiceAccount { get; } = Option.Of<string?>(
        "service_account",
        "the service account that the instance acts as: an email, or `default`; the credential must be allowed to act as it",
        "none", "a service account's email, or default", TryAccount, null);

    /// <summary>What it may do as that.</summary>
    public static ConfigOption<ImmutableArray<string>> Scopes { get; } = List(
        "scopes", "the service account's access scopes, with commas between: `cloud-platform,logging.write`", "`cloud-platform`",
        "scopes with commas between, each a word such as devstorage.read_only or its whole address", IsScope, TagsMax);

    /// <summary>The boot disk's size.</summary>
    public static ConfigOption<int?> DiskSize { get; } = Option.Of<int?>(
        "disk_size", "the boot disk's size in GB", "the image's", "1 to 65536", TrySize, null);

    /// <summary>The boot disk's type.</summary>
    public static ConfigOption<string?> DiskType { get; } = Option.Of<string?>(
        "disk_type", "the boot disk's type: `pd-balanced`, `pd-ssd`, `hyperdisk-balanced`", "`pd-standard`, or what the machine type needs",
        "a disk type: pd-standard, pd-balanced, pd-ssd, hyperdisk-balanced", TryName, null);

    /// <summary>Further disks.</summary>
    public static ConfigOption<ImmutableArray<ExtraDisk>> Disks { get; } = Option.Of(
        "disks", "further empty disks, as `SIZE_GB` or `SIZE_GB:TYPE` with commas between: `100:pd-ssd,500`; they go with the instance",
        "none",
        "up to 16 disks as SIZE_GB or SIZE_GB:TYPE with commas between, each of 1 to 65536 GB", TryDisks, ImmutableArray<ExtraDisk>.Empty);

    /// <summary>What is taken over.</summary>
    public static ConfigOption<string?> InstanceTemplate { get; } = Option.Of<string?>(
        "instance_template",
        "an instance template of the project to begin with; what is said here replaces what it says. Its image is taken where `image` is "
        + "`instance-template`, and its machine type where there is no `size`",
        "none", "an instance template's name", TryName, null);

    /// <summary>Whether Google may take it back.</summary>
    public static ConfigOption<bool> ProvisioningModel { get; } = Option.Choice(
        "provisioning_model",
        "`standard`, or `spot`: cheaper, and Google may end it; an interruptible placement launches spot whatever is said",
        ("standard", false), ("spot", true));

    /// <summary>Who may log in.</summary>
    public static ConfigOption<ImmutableArray<string>> SshKeys { get; } = Option.Of(
        "ssh_keys", "public keys as `USER:KEY`, one a line: the metadatum `ssh-keys`", "the project's",
        "lines of USER:KEY, as admin:ssh-ed25519 AAAA...", TryKeys, ImmutableArray<string>.Empty);

    /// <summary>All of them.</summary>
    public static ImmutableArray<ConfigOption> All { get; } =
    [
        ImageProject, Zones, NetworkTags, ExternalIp, ServiceAccount, Scopes, DiskSize, DiskType, Disks, InstanceTemplate,
        ProvisioningModel, SshKeys,
    ];

    /// <summary>A scope as Google takes it.</summary>
    public static string ScopeOf(string word) => word.StartsWith("https://", StringComparison.Ordinal) ? word : ScopePrefix + word;

    /// <summary>A scope as people say it.</summary>
    public static string WordOf(string scope) =>
        scope.StartsWith(ScopePrefix, StringComparison.Ordinal) ? scope[ScopePrefix.Length..] : scope;

    private static ConfigOption<ImmutableArray<string>> List(
        string name, string meaning, string unlessSet, string allowed, Predicate<string> isOne, int max) => Option.Of(
        name, meaning, unlessSet, allowed,
        (string text, out ImmutableArray<string> words) =>
        {
            words = [.. text.Split(',', StringSplitOptions.TrimEntries)];
            return words.Length <= max && words.All(word => isOne(word)) && words.Distinct(StringComparer.Ordinal).Count() == words.Length;
        },
        ImmutableArray<string>.Empty);

    private static bool TryName(string text, out string? name)
    {
        name = text;
        // Projects of a domain have a colon in them: example.com:project.
        return text.Length is > 0 and <= 100 && char.IsAsciiLetterLower(text[0])
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ':');
    }

    private static bool TryAccount(string text, out string? account)
    {
        account = text;
        return text == "default"
            || (text.Length <= 200 && text.Split('@') is [{ Length: > 0 }, { Length: > 0 }]
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '@'));
    }

    private static bool IsScope(string word) =>
        word.Length is > 0 and <= 200 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or ':');

    private static bool TrySize(string text, out int? size)
    {
        size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return size is >= DiskGbMin and <= DiskGbMax;
    }

    private static bool TryDisks(string text, out ImmutableArray<ExtraDisk> disks)
    {
        var read = ImmutableArray.CreateBuilder<ExtraDisk>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = word.Split(':');
            if (parts.Length > 2 || !TrySize(parts[0], out var size) || (parts.Length == 2 && !GceNames.IsName(parts[1])))
            {
                disks = [];
                return false;
            }

            read.Add(new(size!.Value, parts.Length == 2 ? parts[1] : null));
        }

        disks = read.ToImmutable();
        return disks.Length <= DisksMax;
    }

    private static bool TryKeys(string text, out ImmutableArray<string> keys)
    {
        keys = [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        return !keys.IsEmpty && keys.All(
            key => key.IndexOf(':', StringComparison.Ordinal) is > 0 and < 64 && key.Contains(' ', StringComparison.Ordinal));
    }
}

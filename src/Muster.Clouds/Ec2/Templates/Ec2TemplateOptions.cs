using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Core.Options;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>The options of a template that only EC2 knows, in its own words.</summary>
internal static partial class Ec2TemplateOptions
{
    private const string OfLaunchTemplate = "the launch template's, else EC2's default";

    /// <summary>Security groups.</summary>
    public static ConfigOption<ImmutableArray<string>> SecurityGroups { get; } = Option.Of(
        "security_groups", "ids of security groups, with blanks or commas between", "the launch template's, else the VPC's default group",
        "ids of security groups, sg-..., with blanks or commas between",
        (string text, out ImmutableArray<string> groups) => TryWords(text, GroupId(), out groups), []);

    /// <summary>The key pair.</summary>
    public static ConfigOption<string?> KeyName { get; } = Option.Text(
        "key_name", "a key pair's name", "the launch template's, else none", "a key pair's name");

    /// <summary>The instance profile.</summary>
    public static ConfigOption<string?> Profile { get; } = Option.Text(
        "iam_instance_profile", "an instance profile's name or ARN", "the launch template's, else none",
        "an instance profile's name or ARN");

    /// <summary>Disks.</summary>
    public static ConfigOption<ImmutableArray<BlockDevice>> Devices { get; } = Option.Of(
        "block_devices",
        "disks with blanks between: `/dev/xvda:size=20,type=gp3,iops=3000,throughput=125,encrypted=true`; also `snapshot` and `kms_key`. "
        + "Each is deleted with its instance",
        "the image's",
        "disks with blanks between, each DEVICE:KEY=VALUE,...: size 1 to 65536 (GiB), type standard, gp2, gp3, io1, io2, st1 or sc1, "
        + "iops 100 to 256000, throughput 125 to 2000 (MiB/s), encrypted true or false, snapshot snap-..., kms_key",
        (string text, out ImmutableArray<BlockDevice> devices) => TryDevices(text, out devices), []);

    /// <summary>The launch template that all stands on.</summary>
    public static ConfigOption<LaunchTemplateChoice?> LaunchTemplate { get; } = Option.Of<LaunchTemplateChoice?>(
        "launch_template",
        "a launch template that all else is put on, by name or id; `NAME:VERSION` with a number, `$Latest` or `$Default`", "none",
        "a launch template's name or lt-... id, and after a colon a version: a number, $Latest or $Default",
        TryLaunchTemplate, null);

    /// <summary>IMDSv2.</summary>
    public static ConfigOption<string?> HttpTokens { get; } = Words(
        "http_tokens", "`required` (IMDSv2 alone) or `optional`: what the instance's metadata service wants",
        "`required`, unless there is a launch template", "required", "optional");

    /// <summary>Its hop limit.</summary>
    public static ConfigOption<int?> HopLimit { get; } = Option.Of<int?>(
        "http_put_response_hop_limit", "how many network hops its answers go, 1 to 64: 2 where containers ask", OfLaunchTemplate, "1 to 64",
        (string text, out int? hops) =>
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            hops = number;
            return isNumber && number is >= 1 and <= 64;
        },
        null);

    /// <summary>The highest price of a spot instance.</summary>
    public static ConfigOption<string?> SpotMaxPrice { get; } = Option.Of<string?>(
        "spot_max_price", "the most that an hour of an interruptible instance may cost, in US dollars: `0.03`", "the price of others",
        "an amount of US dollars an hour, such as 0.03",
        (string text, out string? price) =>
        {
            price = text;
            return Price().IsMatch(text) && decimal.Parse(text, CultureInfo.InvariantCulture) > 0;
        },
        null);

    /// <summary>A public address.</summary>
    public static ConfigOption<bool?> PublicAddress { get; } = Switch(
        "associate_public_ip_address", "whether it gets a public IPv4 address: `true` or `false`", "the subnet's setting");

    /// <summary>Watching each minute.</summary>
    public static ConfigOption<bool?> Monitoring { get; } = Switch(
        "monitoring", "detailed monitoring, which costs: `true` or `false`", OfLaunchTemplate);

    /// <summary>Hibernation.</summary>
    public static ConfigOption<bool?> Hibernation { get; } = Switch(
        "hibernation",
        "whether it can be hibernated, for which its root disk must be encrypted and have room for the memory: `true` or `false`",
        "the launch template's, else `false`");

    /// <summary>Credits of burstable types.</summary>
    public static ConfigOption<string?> CpuCredits { get; } = Words(
        "cpu_credits", "of burstable types: `standard` or `unlimited`", "the launch template's, else the type's default",
        "standard", "unlimited");

    /// <summary>Whose hardware.</summary>
    public static ConfigOption<string?> Tenancy { get; } = Words(
        "tenancy", "`default` or `dedicated`", "the launch template's, else the VPC's", "default", "dedicated");

    /// <summary>A placement group.</summary>
    public static ConfigOption<string?> PlacementGroup { get; } = Option.Text(
        "placement_group", "a placement group's name", "the launch template's, else none", "a placement group's name");

    /// <summary>All of them.</summary>
    public static ImmutableArray<ConfigOption> All { get; } =
    [
        SecurityGroups, KeyName, Profile, Devices, LaunchTemplate, HttpTokens, HopLimit, SpotMaxPrice, PublicAddress, Monitoring,
        Hibernation, CpuCredits, Tenancy, PlacementGroup,
    ];

    private static readonly ImmutableSortedDictionary<string, (string Ec2, Predicate<string> Takes)> DeviceKeys =
        new Dictionary<string, (string, Predicate<string>)>
        {
            ["size"] = ("VolumeSize", text => IsNumber(text, 1, 65536)),
            ["type"] = ("VolumeType", text => text is "standard" or "gp2" or "gp3" or "io1" or "io2" or "st1" or "sc1"),
            ["iops"] = ("Iops", text => IsNumber(text, 100, 256_000)),
            ["throughput"] = ("Throughput", text => IsNumber(text, 125, 2000)),
            ["encrypted"] = ("Encrypted", text => text is "true" or "false"),
            ["snapshot"] = ("SnapshotId", text => SnapshotId().IsMatch(text)),
            ["kms_key"] = ("KmsKeyId", text => text.Length > 0),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static ConfigOption<string?> Words(string name, string meaning, string unlessSet, string one, string other) =>
        Option.Of<string?>(name, meaning, unlessSet, $"{one} or {other}", (string text, out string? word) =>
        {
            word = text;
            return text == one || text == other;
        }, null);

    private static ConfigOption<bool?> Switch(string name, string meaning, string unlessSet) =>
        Option.Of<bool?>(name, meaning, unlessSet, "true or false", (string text, out bool? isOn) =>
        {
            isOn = text is "true";
            return text is "true" or "false";
        }, null);

    private static bool TryWords(string text, Regex form, out ImmutableArray<string> words)
    {
        words = [.. text.Split([' ', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)];
        return !words.IsEmpty && words.All(word => form.IsMatch(word));
    }

    private static bool TryLaunchTemplate(string text, [NotNullWhen(true)] out LaunchTemplateChoice? choice)
    {
        var match = LaunchTemplateForm().Match(text);
        var name = match.Groups["name"].Value;
        var version = match.Groups["version"] is { Success: true } given ? given.Value : "$Default";
        choice = !match.Success ? null
            : LaunchTemplateId().IsMatch(name) ? new(name, Name: null, version)
            : new(Id: null, name, version);
        return choice is not null;
    }

    private static bool TryDevices(string text, out ImmutableArray<BlockDevice> devices)
    {
        var read = ImmutableArray.CreateBuilder<BlockDevice>();
        devices = [];
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var (device, settings) = word.Split(':', 2) is [var name, var rest] ? (name, rest) : (word, "");
            var taken = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var setting in settings.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (setting.Split('=', 2) is not [var key, var value] || !DeviceKeys.TryGetValue(key, out var known)
                    || !known.Takes(value) || !taken.TryAdd(known.Ec2, value))
                {
                    return false;
                }
            }

            if (!DeviceName().IsMatch(device) || taken.Count == 0 || read.Any(one => one.Device == device))
            {
                return false;
            }

            read.Add(new(device, taken.ToImmutable()));
        }

        devices = read.ToImmutable();
        return read.Count > 0;
    }

    private static bool IsNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;

    [GeneratedRegex(@"\Asg-[0-9a-f]{8}([0-9a-f]{9})?\z")]
    private static partial Regex GroupId();

    [GeneratedRegex(@"\Asnap-[0-9a-f]{8}([0-9a-f]{9})?\z")]
    private static partial Regex SnapshotId();

    [GeneratedRegex(@"\A[A-Za-z0-9/_-]{1,64}\z")]
    private static partial Regex DeviceName();

    [GeneratedRegex(@"\Alt-[0-9a-f]{17}\z")]
    private static partial Regex LaunchTemplateId();

    [GeneratedRegex(@"\A(?<name>[A-Za-z0-9().\-/_]{3,128})(:(?<version>[0-9]{1,18}|\$Latest|\$Default))?\z")]
    private static partial Regex LaunchTemplateForm();

    [GeneratedRegex(@"\A[0-9]{1,6}(\.[0-9]{1,6})?\z")]
    private static partial Regex Price();
}

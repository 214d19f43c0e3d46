using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Local.Templates;
using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>Turns a template into an instance to be made, or says everything that is wrong with it. The daemon is not asked.</summary>
/// <param name="remotes">Servers of images, by name.</param>
/// <param name="allowance">What of it may reach the host.</param>
internal sealed partial class TemplateReader(ImmutableSortedDictionary<string, string> remotes, HostAllowance allowance)
{
    private const string ConfigPrefix = "config.";
    private const string KnownOptions = "type, profiles, pool, disk_size, target, placement_group or config.KEY";

    private static readonly string[] Known = ["type", "profiles", "pool", "disk_size", "target", "placement_group"];

    /// <returns>The bad findings, and what to make, without name and tags, when there are none.</returns>
    public (ImmutableArray<TemplateFinding> Wrong, LxdInstanceCreate? Create) Read(Template template)
    {
        var wrong = ImmutableArray.CreateBuilder<TemplateFinding>();
        void Refuse(string field, string? value, string why) => wrong.Add(new TemplateFinding(field, IsGood: false, $"{field} is '{value}': {why}"));

        foreach (var (name, value) in template.Options)
        {
            if (!Known.Contains(name) && !name.StartsWith(ConfigPrefix, StringComparison.Ordinal))
            {
                Refuse($"options.{name}", value, $"no such option; allowed are {KnownOptions}");
            }
            else if (name.StartsWith(ConfigPrefix + LxdTags.ReservedPrefix, StringComparison.Ordinal))
            {
                Refuse($"options.{name}", value, "Muster's own tags are kept there");
            }
            else if (name.StartsWith(ConfigPrefix, StringComparison.Ordinal) && LxdReach.Reaches(name[ConfigPrefix.Length..], value)
                && !allowance.Allows(name, value))
            {
                Refuse($"options.{name}", value, allowance.Refusal("it reaches the host, or may", name));
            }
        }

        var type = template.Options.GetValueOrDefault("type", "container");
        if (type is not ("container" or "virtual-machine"))
        {
            Refuse("options.type", type, "container or virtual-machine");
        }

        if (template.FirewallEnabled)
        {
            Refuse("firewall", "on", "LXD guards a network, not an instance: give the network an ACL and leave it off");
        }

        if (template.Options.TryGetValue("disk_size", out var diskSize) && !template.Options.ContainsKey("pool"))
        {
            // The root disk is a profile's then, and a size cannot be set on it without its pool.
            Refuse("options.disk_size", diskSize, "only together with options.pool, the root disk's storage pool");
        }

        var config = Config(template);
        var instanceType = ReadSize(template.Size, type, config, Refuse);
        var source = ReadImage(template.Image, Refuse);
        return wrong.Count > 0
            ? (wrong.ToImmutable(), null)
            : ([], new LxdInstanceCreate
            {
                Name = "",
                Type = type,
                Source = source!,
                InstanceType = instanceType,
                Profiles = Profiles(template),
                Config = config,
                Devices = Devices(template),
            });
    }

    /// <summary>The profiles that a template names; null for LXD's own default.</summary>
    public static string[]? Profiles(Template template) =>
        template.Options.GetValueOrDefault("profiles")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string> Config(Template template)
    {
        var config = template.Options
            .Where(option => option.Key.StartsWith(ConfigPrefix, StringComparison.Ordinal))
            .ToDictionary(option => option.Key[ConfigPrefix.Length..], option => option.Value);
        foreach (var (key, value) in template.Metadata)
        {
            config[LxdTags.MetadataPrefix + key] = value;
        }

        if (template.UserData is { } userData)
        {
            config["cloud-init.user-data"] = userData;
        }

        if (template.Options.TryGetValue("placement_group", out var group))
        {
            config["placement.group"] = group;
        }

        return config;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(Template template)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        for (var i = 0; i < template.Networks.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"eth{i}");
            devices[name] = new Dictionary<string, string> { ["type"] = "nic", ["name"] = name, ["network"] = template.Networks[i] };
        }

        if (template.Options.TryGetValue("pool", out var pool))
        {
            var root = new Dictionary<string, string> { ["type"] = "disk", ["path"] = "/", ["pool"] = pool };
            if (template.Options.TryGetValue("disk_size", out var size))
            {
                root["size"] = size;
            }

            devices["root"] = root;
        }

        return devices;
    }

    /// <summary>Limits go into the configuration.</summary>
    /// <returns>The instance type when the size is one.</returns>
    private static string? ReadSize(string? size, string type, Dictionary<string, string> config, Action<string, string?, string> refuse)
    {
        if (size is not null && InstanceType().IsMatch(size))
        {
            return size;
        }

        if (!SizeLimits.TryParse(size, out var limits, out var error))
        {
            refuse("size", size, $"{error}; or an instance type, such as c2-m4 or aws:t2.micro");
            return null;
        }

        if (limits?.MemoryBytes is { } bytes)
        {
            config["limits.memory"] = string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
        }

        if (limits?.Cpus is { } cpus && decimal.IsInteger(cpus))
        {
            config["limits.cpu"] = string.Create(CultureInfo.InvariantCulture, $"{cpus:0}");
        }
        else if (limits?.Cpus is { } part)
        {
            if (type is "virtual-machine")
            {
                refuse("size", size, "a virtual machine has whole processors");
            }

            // A share of time out of each 100 ms, as the kernel counts it.
            config["limits.cpu.allowance"] = string.Create(CultureInfo.InvariantCulture, $"{decimal.Truncate(part * 100)}ms/100ms");
        }

        return null;
    }

    private LxdSource? ReadImage(string image, Action<string, string?, string> refuse)
    {
        var split = image.IndexOf(':', StringComparison.Ordinal);
        if (split < 0)
        {
            return Fingerprint().IsMatch(image) ? new LxdSource { Fingerprint = image } : new LxdSource { Alias = image };
        }

        if (remotes.TryGetValue(image[..split], out var server) && image.Length > split + 1)
        {
            return new LxdSource { Alias = image[(split + 1)..], Server = server, Protocol = "simplestreams", Mode = "pull" };
        }

        refuse("image", image, $"an alias or fingerprint, or one of {string.Join(", ", remotes.Keys.Select(name => $"{name}:"))} and an alias there");
        return null;
    }

    [GeneratedRegex("^([a-z]+:)?([a-z][a-z0-9-]*\\.[a-z0-9.-]+|c[0-9]+-m[0-9]+)$")]
    private static partial Regex InstanceType();

    [GeneratedRegex("^[0-9a-f]{12,64}$")]
    private static partial Regex Fingerprint();
}

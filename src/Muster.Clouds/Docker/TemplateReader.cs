using System.Collections.Immutable;
using System.Text.RegularExpressions;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Local.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Docker;

/// <summary>Turns a template into a container, or says everything that is wrong with it. The daemon is not asked.</summary>
internal static partial class TemplateReader
{
    /// <summary>Where user data lies in the container.</summary>
    public const string UserDataPath = "/etc/muster/user-data";

    private const string KnownOptions = "command, entrypoint, publish or pull";

    /// <summary>What an entry of <c>allow</c> may be, for error messages.</summary>
    public const string KnownEntries = "network=NAME, as in network=host or network=container:NAME, a * at the end for anything; with blanks between";

    private const string NetworkPrefix = "network=";

    /// <summary>Whether an entry of <c>allow</c> names something here.</summary>
    public static bool IsEntry(string entry) =>
        entry.StartsWith(NetworkPrefix, StringComparison.Ordinal) && entry.Length > NetworkPrefix.Length && entry != "network=container:";

    /// <returns>The bad findings, and what to make when there are none.</returns>
    public static (ImmutableArray<TemplateFinding> Wrong, ContainerSpec? Spec) Read(Template template, HostAllowance allowance)
    {
        var wrong = ImmutableArray.CreateBuilder<TemplateFinding>();
        void Refuse(string field, string? value, string why) => wrong.Add(new TemplateFinding(field, IsGood: false, $"{field} is '{value}': {why}"));

        if (!SizeLimits.TryParse(template.Size, out var limits, out var error))
        {
            Refuse("size", template.Size, error!);
        }

        if (template.FirewallEnabled)
        {
            Refuse("firewall", "on", "Docker guards nothing but the ports that are published; leave it off");
        }

        foreach (var name in template.Options.Keys.Where(name => name is not ("command" or "entrypoint" or "publish" or "pull")))
        {
            Refuse($"options.{name}", template.Options[name], $"no such option; allowed are {KnownOptions}");
        }

        foreach (var network in template.Networks.Where(network => ReachesHost(network) && !allowance.Allows("network", network)))
        {
            Refuse("network", network, allowance.Refusal("it is the host's own network, or another container's, or no network's name", $"network={network}"));
        }

        var command = Words(template, "command", Refuse);
        var entrypoint = Words(template, "entrypoint", Refuse);
        var publish = template.Options.GetValueOrDefault("publish");
        var ports = publish is null ? null : PortMap.Parse(publish);
        if (publish is not null && ports is null)
        {
            Refuse("options.publish", publish, PortMap.Allowed);
        }

        PullPolicy? pull = template.Options.GetValueOrDefault("pull", "missing") switch
        {
            "missing" => PullPolicy.Missing,
            "always" => PullPolicy.Always,
            "never" => PullPolicy.Never,
            _ => null,
        };
        if (pull is null)
        {
            Refuse("options.pull", template.Options["pull"], "missing, always or never");
        }

        var metadata = MetadataVariables.Read(template.Metadata, wrong);
        if (wrong.Count > 0)
        {
            return (wrong.ToImmutable(), null);
        }

        return ([], new ContainerSpec(
            new ContainerCreate
            {
                Image = template.Image,
                Cmd = command,
                Entrypoint = entrypoint,
                Env =
                [
                    .. metadata.Select(variable => $"{variable.Key}={variable.Value}"),
                    .. template.UserData is null ? ImmutableArray<string>.Empty : [$"{MetadataVariables.UserDataFile}={UserDataPath}"],
                ],
                ExposedPorts = ports?.Keys.ToDictionary(port => port, _ => new EmptyObject()),
                HostConfig = new ContainerHost
                {
                    NetworkMode = template.Networks.FirstOrDefault(),
                    Memory = limits?.MemoryBytes ?? 0,
                    NanoCpus = (long)((limits?.Cpus ?? 0) * 1_000_000_000),
                    PortBindings = ports,
                },
            },
            pull!.Value,
            [.. template.Networks.Skip(1)]));
    }

    // NetworkMode in Docker's API knows words beside the names of networks, and other engines know more ("ns:/proc/1/ns/net"): only a plain name passes.
    private static bool ReachesHost(string network) => network.Equals("host", StringComparison.OrdinalIgnoreCase) || !NetworkName().IsMatch(network);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex NetworkName();

    private static ImmutableArray<string>? Words(Template template, string option, Action<string, string?, string> refuse)
    {
        if (!template.Options.TryGetValue(option, out var text))
        {
            return null;
        }

        if (CommandLine.TrySplit(text, out var words, out var error))
        {
            return words;
        }

        refuse($"options.{option}", text, error!);
        return null;
    }
}

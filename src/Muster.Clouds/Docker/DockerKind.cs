using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Docker;

/// <summary>Reads the configuration of a cloud of kind <c>docker</c>.</summary>
internal static class DockerKind
{
    private const string DefaultEndpoint = "unix:///var/run/docker.sock";
    private const int DefaultPort = 2376;

    private static readonly string[] Known = ["endpoint", "certificate_file", "key_file", "authority_file", "stop_grace", HostAllowance.Option];

    /// <summary>Opens it; the daemon is not called.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    public static ICloud Open(CloudSetup setup) => new DockerCloud(Read(setup), setup.Time, setup.Say);

    internal static DockerCloudOptions Read(CloudSetup setup)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var (name, value) in setup.Options.Where(option => !Known.Contains(option.Key)))
        {
            errors.Add(new InputError($"clouds.{setup.Name}.{name}", value, $"no such option; allowed are {string.Join(", ", Known)}"));
        }

        var grace = setup.Options.TryGetValue("stop_grace", out var text) ? Grace.Parse(text) : TimeSpan.FromSeconds(10);
        if (grace is null)
        {
            errors.Add(new InputError($"clouds.{setup.Name}.stop_grace", text, Grace.Allowed));
        }

        var endpoint = DaemonEndpoint.Read(setup, DefaultEndpoint, DefaultPort, errors);
        var allowance = HostAllowance.Read(setup, TemplateReader.IsEntry, TemplateReader.KnownEntries, errors);
        InputException.ThrowIfAny(errors);
        return new DockerCloudOptions { Endpoint = endpoint! with { Programs = ["dockerd"] }, StopGrace = grace!.Value, Allowance = allowance };
    }
}

using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>Reads the configuration of a cloud of kind <c>lxd</c>, which is Incus too.</summary>
internal static class LxdKind
{
    private const int DefaultPort = 8443;

    private static readonly string[] Known =
        ["endpoint", "certificate_file", "key_file", "authority_file", "project", "token_file", "stop_grace", "remotes", HostAllowance.Option];

    // Of Debian's package, of the snap, and of Incus; the first is the one named when there is none.
    private static readonly string[] Sockets =
        ["/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket", "/var/lib/incus/unix.socket"];

    /// <summary>Opens it; the daemon is not called.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    public static ICloud Open(CloudSetup setup) => new LxdCloud(Read(setup), setup.Time, setup.Say);

    internal static LxdCloudOptions Read(CloudSetup setup)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        void Refuse(string name, string? value, string allowed) => errors.Add(new InputError($"clouds.{setup.Name}.{name}", value, allowed));

        foreach (var (name, value) in setup.Options.Where(option => !Known.Contains(option.Key)))
        {
            Refuse(name, value, $"no such option; allowed are {string.Join(", ", Known)}");
        }

        var grace = setup.Options.TryGetValue("stop_grace", out var text) ? Grace.Parse(text) : TimeSpan.FromSeconds(10);
        if (grace is null)
        {
            Refuse("stop_grace", text, Grace.Allowed);
        }

        var token = setup.Options.GetValueOrDefault("token_file");
        if (token is not null && !setup.Files.Exists(token))
        {
            Refuse("token_file", token, "a file that exists");
        }

        var remotes = setup.Options.TryGetValue("remotes", out var servers) ? ReadRemotes(servers) : LxdCloudOptions.KnownRemotes;
        if (remotes is null)
        {
            Refuse("remotes", servers, "name=https://server with blanks between");
        }

        var allowance = HostAllowance.Read(setup, LxdReach.IsEntry, LxdReach.KnownEntries, errors);
        var socket = Sockets.FirstOrDefault(File.Exists) ?? Sockets[0];
        var endpoint = DaemonEndpoint.Read(setup, $"unix://{socket}", DefaultPort, errors);
        InputException.ThrowIfAny(errors);
        return new LxdCloudOptions
        {
            Endpoint = endpoint! with { Programs = ["lxd", "incusd"] },
            Project = setup.Options.GetValueOrDefault("project", "default"),
            TokenFile = token,
            StopGrace = grace!.Value,
            Remotes = remotes!,
            Allowance = allowance,
        };
    }

    private static ImmutableSortedDictionary<string, string>? ReadRemotes(string text)
    {
        var remotes = LxdCloudOptions.KnownRemotes;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !Uri.TryCreate(word[(split + 1)..], UriKind.Absolute, out var server) || server.Scheme is not "https")
            {
                return null;
            }

            remotes = remotes.SetItem(word[..split], word[(split + 1)..]);
        }

        return remotes;
    }
}

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>The kind <c>lxd</c>, which is Incus too.</summary>
internal sealed class LxdKind : ICloudKind
{
    private const int DefaultPort = 8443;

    // Of Debian's package, of the snap, and of Incus; the first is the one named when there is none.
    private static readonly string[] Sockets =
        ["/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket", "/var/lib/incus/unix.socket"];

    /// <inheritdoc/>
    public string Name => "lxd";

    /// <inheritdoc/>
    public KindDescription Description => LxdDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new LxdCloud(Read(setup), setup.Time, setup.Say));

    internal static LxdCloudOptions Read(CloudSetup setup)
    {
        var options = new SetupReader(setup, LxdDescription.Kind.Options);
        var (grace, project) = (options.Read(LxdDescription.StopGrace), options.Read(LxdDescription.Project));
        var token = options.Read(LxdDescription.TokenFile);
        if (token is not null && !setup.Files.Exists(token))
        {
            options.Refuse(LxdDescription.TokenFile.Name, token, "a file that exists");
        }

        var remotes = options.Read(LxdDescription.Remotes);
        var allowance = HostAllowance.Read(options, LxdReach.IsEntry, LxdReach.KnownEntries);
        var socket = Sockets.FirstOrDefault(File.Exists) ?? Sockets[0];
        var endpoint = DaemonEndpoint.Read(options, $"unix://{socket}", DefaultPort);
        options.ThrowIfWrong();
        return new LxdCloudOptions
        {
            Endpoint = endpoint! with { Programs = ["lxd", "incusd"] },
            Project = project,
            TokenFile = token,
            StopGrace = grace,
            Remotes = remotes,
            Allowance = allowance,
        };
    }
}

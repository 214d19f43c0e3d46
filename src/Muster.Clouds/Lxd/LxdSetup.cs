using System.Globalization;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Lxd;

/// <summary>Reads the configuration of a cloud of LXD's family.</summary>
internal static class LxdSetup
{
    private const int DefaultPort = 8443;
    private const string DefaultProject = "default";

    // incus-user speaks for whoever opens the socket, and gives each user a project.
    private const string UserSocketEnd = ".socket.user";

    /// <exception cref="Core.InputException">An option is wrong; names every one.</exception>
    public static LxdCloudOptions Read(CloudSetup setup, LxdDialect dialect)
    {
        var options = new SetupReader(setup, dialect.Description.Options);
        var (grace, project) = (options.Read(LxdDescription.StopGrace), options.Read(LxdDescription.ProjectOf(dialect)));
        var token = options.Read(LxdDescription.TokenFile);
        if (token is not null && !setup.Files.Exists(token))
        {
            options.Refuse(LxdDescription.TokenFile.Name, token, "a file that exists");
        }

        var remotes = options.Read(LxdDescription.RemotesOf(dialect));
        var allowance = HostAllowance.Read(options, LxdReach.IsEntry, LxdReach.KnownEntries);
        var endpoint = DaemonEndpoint.Read(options, $"unix://{Socket(dialect)}", DefaultPort);
        options.ThrowIfWrong();
        return new LxdCloudOptions
        {
            Dialect = dialect,
            Endpoint = endpoint! with { Programs = dialect.Programs },
            Project = project ?? ProjectAt(endpoint.SocketPath, dialect),
            TokenFile = token,
            StopGrace = grace,
            Remotes = remotes,
            Allowance = allowance,
        };
    }

    /// <summary>The socket that is taken unless set: that for users where there is one and the other may not be opened.</summary>
    private static string Socket(LxdDialect dialect)
    {
        var socket = dialect.Sockets.FirstOrDefault(File.Exists) ?? dialect.Sockets[0];
        return SocketFile.MayOpen(socket) ? socket : dialect.UserSockets.FirstOrDefault(SocketFile.MayOpen) ?? socket;
    }

    private static string ProjectAt(string? socket, LxdDialect dialect) =>
        !dialect.UserSockets.IsEmpty && socket?.EndsWith(UserSocketEnd, StringComparison.Ordinal) is true
            ? string.Create(CultureInfo.InvariantCulture, $"user-{ProcessUser.EffectiveId()}")
            : DefaultProject;
}

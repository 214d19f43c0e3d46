using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Clouds;

namespace Muster.Clouds.Docker;

/// <summary>The kind <c>docker</c>: containers of one engine.</summary>
internal sealed class DockerKind : ICloudKind
{
    private const string DefaultEndpoint = "unix:///var/run/docker.sock";
    private const int DefaultPort = 2376;

    /// <inheritdoc/>
    public string Name => "docker";

    /// <inheritdoc/>
    public KindDescription Description => DockerDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new DockerCloud(Read(setup), setup.Time, setup.Say));

    internal static DockerCloudOptions Read(CloudSetup setup)
    {
        var options = new SetupReader(setup, DockerDescription.Kind.Options);
        var grace = options.Read(DockerDescription.StopGrace);
        var endpoint = DaemonEndpoint.Read(options, DefaultEndpoint, DefaultPort);
        var allowance = HostAllowance.Read(options, ContainerTemplates.IsEntry, ContainerTemplates.KnownEntries);
        options.ThrowIfWrong();
        return new DockerCloudOptions { Endpoint = endpoint! with { Programs = ["dockerd"] }, StopGrace = grace, Allowance = allowance };
    }
}

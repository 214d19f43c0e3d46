using System.Collections.Immutable;

using Muster.Clouds.Docker;
using Muster.Clouds.Kit;
using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Docker;

public sealed class DockerKindTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-kind-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Unless_said_otherwise_it_is_the_engine_of_this_machine()
    {
        var options = DockerKind.Read(Setup());

        Assert.Equal("/var/run/docker.sock", options.Endpoint.SocketPath);
        Assert.Equal(TimeSpan.FromSeconds(10), options.StopGrace);
    }

    [Fact]
    public void Over_TCP_it_is_TLS_with_a_certificate()
    {
        Certificates.Make(_directory);
        string In(string name) => Path.Combine(_directory, name);

        var options = DockerKind.Read(Setup(
            ("endpoint", "tcp://docker.example"), ("certificate_file", In("client.crt")), ("key_file", In("client.key")),
            ("authority_file", In("ca.crt")), ("stop_grace", "3s")));

        Assert.Equal("https://docker.example:2376", options.Endpoint.Shown);
        Assert.Equal(TimeSpan.FromSeconds(3), options.StopGrace);
    }

    [Fact]
    public void Every_wrong_option_is_named_with_what_is_allowed()
    {
        var error = Assert.Throws<InputException>(() => DockerKind.Read(Setup(
            ("endpoint", "https://docker.example"), ("key_file", "/nowhere.key"), ("stop_grace", "soon"), ("zone", "a"))));

        Assert.Equal(
            [
                "clouds.here.zone is 'a': no such option; allowed are endpoint, certificate_file, key_file, "
                + "authority_file, allow, stop_grace",
                "clouds.here.stop_grace is 'soon': a time from 0s to 1h, such as 10s",
                "clouds.here.key_file is '/nowhere.key': a PEM file that exists",
                "clouds.here.certificate_file is missing: certificate_file and key_file go together",
                "clouds.here.certificate_file is missing: the client's certificate, since the endpoint is a TCP port",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public void An_allowance_that_names_nothing_is_refused()
    {
        var error = Assert.Throws<InputException>(() => DockerKind.Read(Setup(("allow", "network=host privileged network=container:"))));

        Assert.Equal(
            [
                "clouds.here.allow is 'privileged': network=NAME, as in network=host or network=container:NAME, "
                + "a * at the end for anything; with blanks between",
                "clouds.here.allow is 'network=container:': network=NAME, as in network=host or network=container:NAME, "
                + "a * at the end for anything; with blanks between",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused()
    {
        var error = Assert.Throws<InputException>(() => DockerKind.Read(Setup(("endpoint", $"unix:///{new string('x', 200)}"))));

        Assert.Contains("with a path of 107 bytes at most", Assert.Single(error.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_for_TCP_is_refused_with_a_socket()
    {
        Certificates.Make(_directory);
        string In(string name) => Path.Combine(_directory, name);

        var error = Assert.Throws<InputException>(() => DockerKind.Read(Setup(
            ("endpoint", "unix:///run/docker.sock"), ("certificate_file", In("client.crt")), ("key_file", In("client.key")),
            ("authority_file", In("ca.crt")))));

        Assert.Equal(
            [
                $"clouds.here.certificate_file is '{In("client.crt")}': only with a TCP port; the endpoint is unix:///run/docker.sock",
                $"clouds.here.key_file is '{In("client.key")}': only with a TCP port; the endpoint is unix:///run/docker.sock",
                $"clouds.here.authority_file is '{In("ca.crt")}': only with a TCP port; the endpoint is unix:///run/docker.sock",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Theory]
    [InlineData("certificate_file")]
    [InlineData("authority_file")]
    public void A_file_that_holds_no_certificate_is_named_as_in_the_configuration(string field)
    {
        Certificates.Make(_directory);
        string In(string name) => Path.Combine(_directory, name);
        File.WriteAllText(In("empty.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        (string Name, string Value)[] options =
        [
            ("endpoint", "https://docker.example"), ("certificate_file", In("client.crt")), ("key_file", In("client.key")),
            ("authority_file", In("ca.crt")),
        ];

        var error = Assert.Throws<InputException>(
            () => Opened.Now("docker", Setup([.. options.Select(option => option.Name == field ? (field, In("empty.pem")) : option)])));

        Assert.StartsWith(
            $"clouds.here.{field} is '{In("empty.pem")}': ", Assert.Single(error.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_unavailable_and_nothing_happened()
    {
        await using var cloud = Opened.Now("docker", Setup(("endpoint", "unix:///nowhere/docker.sock")));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.TerminateAsync(new InstanceId(new string('a', 64)), TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("docker at unix:///nowhere/docker.sock cannot be reached", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80", "80/tcp", "", "")]
    [InlineData("8080:80", "80/tcp", "", "8080")]
    [InlineData("127.0.0.1:8080:80/udp", "80/udp", "127.0.0.1", "8080")]
    [InlineData("[::1]::53/udp", "53/udp", "::1", "")]
    public void Ports_are_written_as_docker_takes_them(string text, string port, string ip, string host)
    {
        Assert.True(PortMap.TryParse(text, out var ports));
        var (key, bindings) = Assert.Single(ports);

        Assert.Equal((port, ip, host), (key, bindings[0].HostIp, bindings[0].HostPort));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("80/icmp")]
    [InlineData("a:80")]
    public void Other_ports_are_refused(string text) => Assert.False(PortMap.TryParse(text, out _));

    private CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "here",
        DataDirectory = _directory,
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}

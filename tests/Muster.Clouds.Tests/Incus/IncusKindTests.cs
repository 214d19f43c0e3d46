using System.Globalization;

using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Lxd;
using Muster.Core;

namespace Muster.Clouds.Tests.Incus;

public sealed class IncusKindTests
{
    private const string Images = "https://images.linuxcontainers.org";

    [Fact]
    public void Incus_has_an_image_server_of_its_own_and_LXD_has_Canonical_s()
    {
        Assert.Equal(Images, Assert.Single(IncusSetups.Read().Remotes).Value);
        Assert.Equal(
            ["https://images.lxd.canonical.com", "https://cloud-images.ubuntu.com/releases", "https://cloud-images.ubuntu.com/daily"],
            LxdSetup.Read(IncusSetups.Make(), LxdKind.Dialect).Remotes.Values);
    }

    [Fact]
    public void Further_servers_may_be_registries_of_OCI_images()
    {
        var remotes = IncusSetups.Read(("remotes", "own=https://images.example docker=oci+https://docker.io")).Remotes;

        Assert.Equal(
            [("docker", "oci+https://docker.io"), ("images", Images), ("own", "https://images.example")],
            remotes.Select(remote => (remote.Key, remote.Value)));
    }

    [Theory]
    [InlineData("docker=oci+http://docker.io")]
    [InlineData("docker=oci+docker.io")]
    [InlineData("own=http://images.example")]
    [InlineData("=https://images.example")]
    [InlineData("own")]
    public void A_server_that_is_none_is_refused_with_what_it_may_be(string remotes)
    {
        var error = Assert.Throws<InputException>(() => IncusSetups.Read(("remotes", remotes)));

        Assert.Equal(
            $"clouds.here.remotes is '{remotes}': name=https://server, or name=oci+https://server for a registry of OCI images, "
            + "with blanks between",
            error.Message);
    }

    [Fact]
    public void LXD_takes_no_registries() => Assert.Throws<InputException>(
        () => LxdSetup.Read(IncusSetups.Make(("remotes", "docker=oci+https://docker.io")), LxdKind.Dialect));

    [Theory]
    [InlineData("unix:///run/incus/unix.socket", "default")]
    [InlineData("unix:///var/lib/incus/unix.socket", "default")]
    [InlineData("unix:///var/lib/incus/unix.socket.user", "user-UID")]
    public void Over_the_socket_for_users_the_project_is_the_user_s_own(string endpoint, string project)
    {
        var own = project.Replace("UID", ProcessUser.EffectiveId().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        Assert.Equal(own, IncusSetups.Read(("endpoint", endpoint)).Project);
        Assert.Equal(own, IncusSetups.Read(("endpoint", endpoint), ("project", "")).Project);
        Assert.Equal("web", IncusSetups.Read(("endpoint", endpoint), ("project", "web")).Project);
        Assert.Equal("default", LxdSetup.Read(IncusSetups.Make(("endpoint", endpoint)), LxdKind.Dialect).Project);
    }

    [Fact]
    public void The_socket_is_Incus_s_unless_set()
    {
        Assert.SkipWhen(Directory.Exists("/run/incus") || Directory.Exists("/var/lib/incus"), "Incus is on this machine");

        var options = LxdSetup.Read(IncusSetups.Make(), Muster.Clouds.Incus.IncusKind.Dialect);

        Assert.Equal("/var/lib/incus/unix.socket", options.Endpoint.SocketPath);
        Assert.Equal(["incusd"], options.Endpoint.Programs);
    }

    [Fact]
    public void A_description_speaks_of_Incus_alone()
    {
        var description = CloudKinds.Find("incus")!.Description;
        var told = string.Join(
            '\n',
            [
                description.Credential, .. description.Fields.Select(field => field.Meaning),
                .. description.Options.Concat(description.TemplateOptions).SelectMany(option => new[] { option.Meaning, option.UnlessSet }),
            ]);

        Assert.DoesNotContain("lxc", told, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("lxd", told, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(description.TemplateOptions, option => option.Name == "placement_group");
        Assert.Contains(CloudKinds.Find("lxd")!.Description.TemplateOptions, option => option.Name == "placement_group");
    }
}

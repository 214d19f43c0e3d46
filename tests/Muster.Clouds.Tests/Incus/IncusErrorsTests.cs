using Muster.Clouds.Lxd;
using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Incus;

/// <summary>Incus's own sentences, as its sources write them.</summary>
public sealed class IncusErrorsTests
{
    [Theory]
    [InlineData("Reached maximum number of instances in project \"web\"", CloudErrorKind.QuotaExceeded)]
    [InlineData("Reached maximum aggregate value \"4GiB\" for \"limits.memory\" in project \"web\"", CloudErrorKind.QuotaExceeded)]
    [InlineData("Remote image with size 300 exceeds allowed bugdget of 200", CloudErrorKind.QuotaExceeded)]
    [InlineData("Couldn't find a cluster member for the instance", CloudErrorKind.OutOfStock)]
    [InlineData("Cluster member is evacuated", CloudErrorKind.OutOfStock)]
    [InlineData("Image not provided for instance creation", CloudErrorKind.InvalidRequest)]
    [InlineData("Failed getting remote image info: Image not found", CloudErrorKind.InvalidRequest)]
    [InlineData(
        "The requested image couldn't be found for instance type \"virtual-machine\", but one was found for instance type \"container\"",
        CloudErrorKind.InvalidRequest)]
    [InlineData("Requested image's type \"container\" doesn't match instance type \"virtual-machine\"", CloudErrorKind.InvalidRequest)]
    [InlineData("Requested profile \"gpu\" doesn't exist", CloudErrorKind.InvalidRequest)]
    [InlineData("Cluster member \"two\" not found", CloudErrorKind.InvalidRequest)]
    [InlineData("Cluster group \"gpu\" doesn't exist", CloudErrorKind.InvalidRequest)]
    [InlineData("Image server \"docker.io\" isn't allowed in this project", CloudErrorKind.InvalidRequest)]
    [InlineData(
        "Use of low-level config \"raw.lxc\" on container \"web\" of project \"web\" is forbidden", CloudErrorKind.InvalidRequest)]
    [InlineData(
        "Invalid value \"true\" for config \"security.privileged\" on container \"web\": Privileged containers are forbidden",
        CloudErrorKind.InvalidRequest)]
    [InlineData("Storage pool \"fast\" is not accessible from this project", CloudErrorKind.InvalidRequest)]
    [InlineData(
        "Instance type \"virtual-machine\" is not supported on this server: KVM support is missing (no /dev/kvm)",
        CloudErrorKind.InvalidRequest)]
    [InlineData(
        "Failed to connect to simple streams server \"https://images.linuxcontainers.org\": dial tcp: i/o timeout",
        CloudErrorKind.Unavailable)]
    public void A_sentence_of_Incus_has_a_kind(string message, CloudErrorKind kind) => Assert.Equal(kind, LxdErrors.Of(message).Kind);

    [Theory]
    [InlineData("Cluster member is evacuated", CloudErrorKind.OutOfStock)]
    [InlineData("This project doesn't allow cluster member targeting", CloudErrorKind.InvalidRequest)]
    [InlineData("Project isn't allowed to use this cluster member: \"two\"", CloudErrorKind.InvalidRequest)]
    [InlineData("Project isn't allowed to use this cluster group: \"gpu\"", CloudErrorKind.InvalidRequest)]
    [InlineData("Forbidden", null)]
    [InlineData("User does not have permission for project \"web\"", null)]
    public void What_is_forbidden_may_be_the_place_or_the_credential(string message, CloudErrorKind? kind) =>
        Assert.Equal(kind, LxdErrors.OfForbidden(message));

    [Theory]
    [InlineData("Image not provided for instance creation", "image is 'tiny': ")]
    [InlineData("Instance type \"virtual-machine\" is not supported on this server", "options.type is 'virtual-machine': ")]
    public void A_refusal_names_the_field_that_it_is_about(string message, string begin)
    {
        var template = Requests.Template("tiny");
        var error = LxdErrors.Of(
            LxdErrors.Of(message), template with { Options = template.Options.Add("type", "virtual-machine") });

        Assert.Equal($"{begin}{message}", error.Message);
    }
}

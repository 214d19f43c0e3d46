using Muster.Clouds.Lxd;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Lxd;

public sealed class LxdErrorsTests
{
    [Theory]
    [InlineData("Reached maximum number of instances of type \"container\" in project \"default\"", CloudErrorKind.QuotaExceeded)]
    [InlineData("Reached maximum aggregate limit of \"limits.memory\"", CloudErrorKind.QuotaExceeded)]
    [InlineData("Requested size exceeds the project's limit", CloudErrorKind.QuotaExceeded)]
    [InlineData("write /rootfs/bin/sh: no space left on device", CloudErrorKind.OutOfStock)]
    [InlineData("Failed initialising instance: not enough free space", CloudErrorKind.OutOfStock)]
    [InlineData("Failed getting image: Image not found", CloudErrorKind.InvalidRequest)]
    [InlineData("Failed to run: stat /opt/x: no such file or directory", CloudErrorKind.InvalidRequest)]
    [InlineData("Storage pool \"fast\" doesn't exist", CloudErrorKind.InvalidRequest)]
    [InlineData("Invalid config: Unknown configuration key: bogus", CloudErrorKind.InvalidRequest)]
    [InlineData("No root device could be found", CloudErrorKind.InvalidRequest)]
    [InlineData("Get \"https://images.example/streams/v1/index.json\": context deadline exceeded", CloudErrorKind.Unavailable)]
    [InlineData(
        "Get \"https://images.example/\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
        CloudErrorKind.Unavailable)]
    [InlineData("Get \"https://images.example/\": dial tcp: lookup images.example: no such host", CloudErrorKind.Unavailable)]
    [InlineData("Get \"https://images.example/image\": dial tcp 192.0.2.1:443: connect: no route to host", CloudErrorKind.Unavailable)]
    [InlineData("Get \"https://images.example/invalid\": dial tcp 192.0.2.1:443: connect: connection refused", CloudErrorKind.Unavailable)]
    [InlineData("Get \"https://images.example/\": dial tcp 192.0.2.1:443: i/o timeout", CloudErrorKind.Unavailable)]
    [InlineData("Something that nobody has seen yet", CloudErrorKind.Unavailable)]
    public void A_sentence_of_LXD_has_a_kind(string message, CloudErrorKind kind)
    {
        var error = LxdErrors.Of(message);

        Assert.Equal((kind, message), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("context deadline exceeded")]
    [InlineData("dial tcp: lookup images.example: no such host")]
    public void A_network_that_fails_is_no_bad_template_whatever_the_status(string message) =>
        Assert.Equal(CloudErrorKind.Unavailable, LxdErrors.Of(message, other: CloudErrorKind.InvalidRequest).Kind);
}

using Muster.Core.Instances;

namespace Muster.Core.Tests.Instances;

public sealed class InstanceAddressTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("127.0.0.1:8080", "127.0.0.1")]
    [InlineData("[fd00::1]:8080", "fd00::1")]
    [InlineData("web.example", null)]
    [InlineData("0.0.0.0", null)]
    [InlineData("0.0.0.0:80", null)]
    [InlineData("::", null)]
    [InlineData("[::]:80", null)]
    public void A_name_is_no_address_and_what_means_every_address_of_a_host_is_none(string listed, string? address) =>
        Assert.Equal(address, InstanceAddress.Parse(listed)?.ToString());
}

using CsCheck;

using Muster.Health.Probes;

namespace Muster.Health.Tests.Probes;

public sealed class GrpcHealthMessageTests
{
    [Theory]
    [InlineData("0000000000", 0L)]
    [InlineData("00000000020801", 1L)]
    [InlineData("00000000020802", 2L)]
    [InlineData("000000000508011202aaff", null)]
    [InlineData("000000000608011202aaff", 1L)]
    [InlineData("0000000009080110ffffffff0f0801", null)]
    [InlineData("01000000020801", null)]
    [InlineData("00000000030801", null)]
    [InlineData("0000000001ff", null)]
    [InlineData("00000000020901", null)]
    [InlineData("", null)]
    public void A_status_is_read_and_what_is_none_is_not(string hex, long? status) =>
        Assert.Equal(status, GrpcHealthMessage.StatusOf(Convert.FromHexString(hex)));

    [Fact]
    public void Whatever_comes_ends_in_a_number_or_none() =>
        Gen.Byte.Array[0, 40].Sample(bytes => GrpcHealthMessage.StatusOf(bytes) is var status && (status is null || bytes.Length > 4));

    [Fact]
    public void A_request_carries_its_service() =>
        Assert.Equal("00000000060a0473686f70", Convert.ToHexStringLower(GrpcHealthMessage.Request("shop")));
}

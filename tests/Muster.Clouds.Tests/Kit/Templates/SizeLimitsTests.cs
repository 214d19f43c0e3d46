using System.Globalization;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Tests.Kit.Templates;

public sealed class SizeLimitsTests
{
    [Theory]
    [InlineData("256m", 268_435_456L, null)]
    [InlineData("256MiB", 268_435_456L, null)]
    [InlineData("1.5g", 1_610_612_736L, null)]
    [InlineData("64t", 70_368_744_177_664L, null)]
    [InlineData("0.5cpu", null, "0.5")]
    [InlineData("cpu=2", null, "2")]
    [InlineData(" cpu=0.5 , memory=256m ", 268_435_456L, "0.5")]
    [InlineData("1g,1cpu", 1_073_741_824L, "1")]
    public void A_size_names_memory_processors_or_both(string size, long? memoryBytes, string? cpus)
    {
        Assert.True(SizeLimits.TryParse(size, out var limits, out var error), error);

        Assert.Equal(new SizeLimits(memoryBytes, cpus is null ? null : decimal.Parse(cpus, CultureInfo.InvariantCulture)), limits);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_size_is_no_limit(string? size)
    {
        Assert.True(SizeLimits.TryParse(size, out var limits, out _));

        Assert.Null(limits);
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("256")]
    [InlineData("m")]
    [InlineData("-1g")]
    [InlineData("1023k")]
    [InlineData("65t")]
    [InlineData("99999999999999999999999999999999t")]
    [InlineData("0cpu")]
    [InlineData("1025cpu")]
    [InlineData("0.0125cpu")]
    [InlineData("cpu=1cpu")]
    [InlineData("1g,2g")]
    [InlineData("1cpu,cpu=1")]
    [InlineData("1g,")]
    [InlineData("disk=1g")]
    [InlineData("1,5g")]
    public void Anything_else_is_refused_with_what_is_allowed(string size)
    {
        Assert.False(SizeLimits.TryParse(size, out var limits, out var error));

        Assert.Null(limits);
        Assert.Contains("is not understood: memory as 256m", error, StringComparison.Ordinal);
    }
}

using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Machines;

namespace Muster.Clouds.Tests.Vsphere;

public sealed class VmMarksTests
{
    [Theory]
    [InlineData("muster.group", "f3a1")]
    [InlineData("Key.with_all-kinds", "")]
    [InlineData("accents", "Übergröße, 東京, 🚀")]
    [InlineData("a=b&c%20", "x=y&z%3D+ \r\n\t\"|22\"")]
    public void Tags_come_back_as_they_were_written(string key, string value)
    {
        var tags = ImmutableSortedDictionary<string, string>.Empty.Add(key, value).Add("other", "1");

        var (read, isWhole) = VmMarks.Read(VmMarks.Write(tags));

        Assert.True(isWhole);
        Assert.Equal(tags, read);
    }

    [Fact]
    public void Different_tags_are_never_written_alike()
    {
        string[] texts = ["", "a", "=", "&", "%", "%3D", "%3d", "a=b", "a&b", "+", " ", "ü", "u\u0308"];
        var written = from key in texts.Where(text => text.Length > 0)
                      from value in texts
                      select VmMarks.Write(ImmutableSortedDictionary<string, string>.Empty.Add(key, value));

        Assert.Distinct(written);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("a=%FF")]
    [InlineData("a=b c")]
    [InlineData("=b")]
    [InlineData("a=b&&c=d")]
    public void What_Muster_did_not_write_is_seen_as_such(string text) => Assert.False(VmMarks.Read(text).IsWhole);

    [Fact]
    public void A_broken_pair_hides_no_other() => Assert.Equal("b", VmMarks.Read("a=b&%zz=c").Tags["a"]);
}

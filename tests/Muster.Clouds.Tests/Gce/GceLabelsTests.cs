using System.Collections.Immutable;

using CsCheck;

using Muster.Clouds.Gce.Naming;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceLabelsTests
{
    private static readonly Gen<string> Keys = Gen.OneOf(
        Gen.Const(MusterTags.Launch), Gen.Const("muster_launch"), Gen.Const("muster-launch"), Gen.Const("muster.group.name"),
        Gen.String["abzAZ09._-: ü"].Where(text => text.Length > 0),
        Gen.String["abz09._-"].Select(text => $"muster.{text}"), Gen.String["abz09_-"].Select(text => $"muster_{text}"));

    private static readonly Gen<ImmutableSortedDictionary<string, string>> Tags =
        Gen.Dictionary(Keys, Gen.String["abzAZ09._-: ü\"\n"])[0, 80]
            .Select(tags => tags.ToImmutableSortedDictionary(StringComparer.Ordinal));

    [Theory]
    [InlineData("muster.launch", "muster_launch")]
    [InlineData("muster.group_name", "muster_group_name")]
    [InlineData("owner", "owner")]
    [InlineData("cost-center_1", "cost-center_1")]
    [InlineData("muster_launch", null)]
    [InlineData("muster.group.name", null)]
    [InlineData("muster.", null)]
    [InlineData("Owner", null)]
    [InlineData("1st", null)]
    [InlineData("a.b", null)]
    [InlineData("kubernetes.io/role", null)]
    [InlineData("", null)]
    public void A_tag_is_a_label_where_Google_takes_its_key(string tag, string? label)
    {
        Assert.Equal(label, GceLabels.KeyOf(tag));
        if (label is not null)
        {
            Assert.Equal(tag, GceLabels.TagOf(label));
        }
    }

    [Fact]
    public void No_two_tags_become_one_label() => Gen.Select(Keys, Keys).Sample(
        (one, other) => GceLabels.KeyOf(one) is not { } label || one == other || GceLabels.KeyOf(other) != label);

    [Fact]
    public void Whatever_tags_there_are_come_back_as_they_were() => Tags.Sample(tags =>
    {
        var (labels, rest) = GceLabels.Write(tags);
        return labels.Count <= GceLabels.CountMax && GceLabels.Read(labels, rest).SequenceEqual(tags);
    });

    [Fact]
    public void A_filter_is_in_Google_s_words()
    {
        var (installation, group) = (Local.Requests.Installation, Local.Requests.Group);

        Assert.Equal($"labels.muster_installation = \"{installation}\"", GceLabels.FilterOf(new InstanceFilter(installation)));
        Assert.Equal(
            $"(labels.muster_group = \"{group}\") (labels.muster_installation = \"{installation}\")",
            GceLabels.FilterOf(new InstanceFilter(installation, Group: group)));
    }

    [Fact]
    public void What_a_label_says_counts_whatever_the_metadatum_says()
    {
        var labels = new Dictionary<string, string> { ["muster_installation"] = "ours" };

        var tags = GceLabels.Read(labels, """{"muster.installation":"theirs","Owner":"Jane"}""");

        Assert.Equal(("ours", "Jane"), (tags[MusterTags.Installation], tags["Owner"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    public void A_metadatum_that_somebody_edited_says_nothing(string rest) =>
        Assert.Equal(["a"], GceLabels.Read(new Dictionary<string, string> { ["a"] = "b" }, rest).Keys);

    [Theory]
    [InlineData("web-0123456789ab", "web-0123456789ab")]
    [InlineData("Web.1-0123456789ab", "web-1-0123456789ab")]
    [InlineData("9-0123456789ab", "i9-0123456789ab")]
    public void A_name_is_one_that_Google_takes(string name, string taken) => Assert.Equal(taken, GceNames.For(name));

    [Theory]
    [InlineData("us-central1-a.web-1", true)]
    [InlineData("us-central1-a", false)]
    [InlineData("us-central1-a.", false)]
    [InlineData("us-central1-a.web.1", false)]
    [InlineData("us-central1-a./../x", false)]
    [InlineData("us-central1-a.web-1\n", false)]
    public void An_id_is_zone_and_name(string id, bool isOne) => Assert.Equal(isOne, GceNames.TryRead(id, out _, out _));
}

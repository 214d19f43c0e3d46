using System.Collections.Immutable;

using CsCheck;

using Muster.Clouds.Hetzner;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Hetzner;

public sealed class HetznerLabelsTests
{
    // Letters that labels take, and some that they do not; what looks like a label of our own, too.
    private static readonly string[] Odd = ["muster-tag/0.0", "muster-tag/0", "xAAx", "hetzner.cloud/a", "muster.name", "", "東京 🚀"];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char["aZ7.-_/ ü=,"].Array[0, 80].Select(letters => new string(letters)),
        Gen.OneOf(Odd.Select(text => Gen.Const(text)).ToArray()));

    private static readonly Gen<ImmutableSortedDictionary<string, string>> Tags =
        Gen.Select(Text, Text).Array[0, 8].Select(pairs => pairs.DistinctBy(pair => pair.Item1)
            .ToImmutableSortedDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal));

    [Fact]
    public void Tags_come_back_as_they_were_and_no_two_are_one() => Tags.Sample(tags =>
    {
        var labels = HetznerLabels.Write(tags);

        Assert.Equal(tags, HetznerLabels.Read(labels));
        Assert.All(labels, label => Assert.Matches(@"\A(([A-Za-z0-9][A-Za-z0-9._-]{0,61})?[A-Za-z0-9])?\z", label.Value));
        Assert.All(
            labels,
            label => Assert.Matches(@"\A([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z",
                label.Key));
        Assert.DoesNotContain(labels.Keys, key => key.StartsWith("hetzner.cloud/", StringComparison.Ordinal));
    });

    [Fact]
    public void Musters_own_tags_are_labels_of_the_same_name()
    {
        var tags = Local.Requests.Make("x").Tags
            .Add(MusterTags.Placement, "near").Add(MusterTags.Zone, "fsn1").Add(MusterTags.Interruptible, "true");

        Assert.Equal(tags, HetznerLabels.Write(tags));
    }

    [Fact]
    public void A_tag_that_is_no_label_is_written_in_pieces()
    {
        var labels = HetznerLabels.Write(
            ImmutableSortedDictionary<string, string>.Empty.Add("owner", "Jörg & Söhne, Wuppertal, seit 1874, ganz oben"));

        Assert.Equal(["muster-tag/0.0", "muster-tag/0.1"], labels.Keys);
        Assert.Equal(63, labels["muster-tag/0.0"].Length);
    }

    [Theory]
    [InlineData("muster-tag/0.0", "no base64 at all!")]
    [InlineData("muster-tag/0.0", "x")]
    [InlineData("muster-tag/0.0", "xYWJjx")]
    public void What_somebody_else_wrote_there_is_no_tag(string key, string value) =>
        Assert.Empty(HetznerLabels.Read(new Dictionary<string, string> { [key] = value }));

    [Fact]
    public void A_selector_names_every_tag_of_a_filter()
    {
        var random = new SystemRandomSource();
        var (installation, account, group) =
            (new InstallationId(random.NextId()), new AccountId(random.NextId()), new GroupId(random.NextId()));

        Assert.Equal(
            $"muster.account={account},muster.group={group},muster.installation={installation}",
            HetznerLabels.Selector(new InstanceFilter(installation, account, group)));
    }
}

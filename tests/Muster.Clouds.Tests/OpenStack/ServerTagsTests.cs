using System.Collections.Immutable;

using CsCheck;

using Muster.Clouds.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

public sealed class ServerTagsTests
{
    [Fact]
    public void Tags_that_metadata_can_be_are_written_as_they_are() => Assert.Equal(
        [("Env:x", "prod"), ("empty", ""), ("muster.group", "7"), ("of two words", "Übergröße, 東京")],
        ServerTags.Write(Tags(("muster.group", "7"), ("Env:x", "prod"), ("of two words", "Übergröße, 東京"), ("empty", "")))
            .Select(item => (item.Key, item.Value)));

    [Fact]
    public void Others_are_coded_in_pieces()
    {
        var written = ServerTags.Write(Tags(("a/b", "1"), ("long", new string('x', 600)), ("rocket", "🚀")));

        Assert.Equal(
            ["muster-tag.0.0", "muster-tag.1.0", "muster-tag.1.1", "muster-tag.1.2", "muster-tag.1.3", "muster-tag.2.0"], written.Keys);
        Assert.All(written, item => Assert.True(ServerTags.IsPlain(item.Key, item.Value)));
    }

    [Fact]
    public void Whatever_is_written_is_read_again()
    {
        var text = Gen.OneOf(Gen.String[0, 300], Gen.String[Gen.Char["az.-_:/,🚀ü "], 0, 20]);
        Gen.Select(text.Where(key => key.Length > 0 && !key.Contains('\0', StringComparison.Ordinal) && IsText(key)), text.Where(IsText))
            .List[0, 8].Sample(pairs =>
            {
                var tags = pairs.DistinctBy(pair => pair.Item1).ToImmutableSortedDictionary(
                    pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
                return ServerTags.Read(ServerTags.Write(tags)).SequenceEqual(tags);
            });
    }

    [Fact]
    public void Two_different_sets_of_tags_are_never_the_same_metadata()
    {
        var one = ServerTags.Write(Tags(("muster-tag.0.0", "YQBi")));

        // The same words as a tag that somebody chose, and as the coded form of another.
        Assert.Equal("muster-tag.0.0", Assert.Single(ServerTags.Read(one)).Key);
        Assert.NotEqual("YQBi", one["muster-tag.0.0"]);
    }

    [Fact]
    public void What_only_looks_like_a_coded_tag_is_left_out() =>
        Assert.Empty(ServerTags.Read([KeyValuePair.Create("muster-tag.0.0", "not base64!"), KeyValuePair.Create("muster-tag.x", "y")]));

    private static bool IsText(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);

    private static ImmutableSortedDictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}

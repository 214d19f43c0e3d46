using System.Collections.Immutable;

using CsCheck;

using Muster.Clouds.DigitalOcean;
using Muster.Core.Instances;
using Muster.Core.Launching;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class DropletTagsTests
{
    private static readonly Gen<string> Texts = Gen.Frequency(
        (3, Gen.String[Gen.Char["abAB019_-:. ü東"], 0, 8]),
        (1, Gen.OneOf(
            Gen.Const("muster.group"), Gen.Const("muster.group_name"), Gen.Const("muster-group"), Gen.Const("muster-group-name"),
            Gen.Const("Muster.group"), Gen.Const("muster_2dgroup"), Gen.Const("muster"))));

    [Theory]
    [InlineData(MusterTags.Installation, "muster-installation:v-1")]
    [InlineData(MusterTags.Account, "muster-account:v-1")]
    [InlineData(MusterTags.Group, "muster-group:v-1")]
    [InlineData(MusterTags.GroupName, "muster-group-name:v-1")]
    [InlineData(MusterTags.Template, "muster-template:v-1")]
    [InlineData(MusterTags.Placement, "muster-placement:v-1")]
    [InlineData(MusterTags.Zone, "muster-zone:v-1")]
    [InlineData(SlotLaunchIdentities.SlotTag, "muster-slot:v-1")]
    [InlineData(SlotLaunchIdentities.GenerationTag, "muster-generation:v-1")]
    [InlineData(LaunchEvidence.FailuresTag, "muster-failures:v-1")]
    [InlineData(DropletNames.PrefixTag, "muster-name-prefix:v-1")]
    [InlineData("env", "env:v-1")]
    [InlineData("Env.Stage", "_45nv_2e_53tage:v-1")]
    [InlineData("my_key", "my__key:v-1")]
    [InlineData("muster-group", "muster_2dgroup:v-1")]
    public void A_tag_is_one_word(string key, string word) => Assert.Equal(word, DropletTags.Of(key, "v-1"));

    [Fact]
    public void A_value_keeps_its_colons_and_escapes_what_DigitalOcean_does_not_take() =>
        Assert.Equal("env:a:b_20_c3_bc_41__-", DropletTags.Of("env", "a:b üA_-"));

    [Fact]
    public void Every_tag_comes_back_as_it_was() => Gen.Select(Texts, Texts).Sample((key, value) =>
    {
        var word = DropletTags.Of(key, value);

        Assert.False(word.AsSpan().ContainsAnyExcept(DropletTags.Taken), word);
        Assert.Equal([KeyValuePair.Create(key, value)], DropletTags.Read([word]));
    });

    [Fact]
    public void No_two_tags_are_the_same_word_whatever_the_case() => Gen.Select(Texts, Texts, Texts, Texts).Sample(
        (key, value, otherKey, otherValue) => Assert.Equal(
            (key, value) == (otherKey, otherValue),
            string.Equals(DropletTags.Of(key, value), DropletTags.Of(otherKey, otherValue), StringComparison.OrdinalIgnoreCase)));

    [Theory]
    [InlineData("web", "web", "")]
    [InlineData("env:prod", "env", "prod")]
    [InlineData("a:b:c", "a", "b:c")]
    [InlineData("my_tag:x_y", "my_tag", "x_y")]
    [InlineData("Env:Prod", "Env", "Prod")]
    [InlineData("bad_ff:1", "bad_ff", "1")]
    [InlineData(":", "", "")]
    public void A_word_that_nobody_here_wrote_is_a_tag_too(string word, string key, string value) =>
        Assert.Equal([KeyValuePair.Create(key, value)], DropletTags.Read([word]));

    [Fact]
    public void Of_two_words_for_one_key_the_first_counts() =>
        Assert.Equal([KeyValuePair.Create("web", "")], DropletTags.Read((ImmutableArray<string>)["web", "web:1"]));
}

using System.Collections.Immutable;

using CsCheck;

using Muster.Clouds.Proxmox.Marks;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxTagsTests
{
    private static readonly Gen<string> Words = Gen.String[Gen.Char[" _+.-;,=aZ9é\u0000/東"], 0, 6];

    [Theory]
    [InlineData("muster.group", "0a1b-2c", "muster.group_0a1b-2c")]
    [InlineData("muster.group_name", "web", "muster.group+5fname_web")]
    [InlineData("Owner", "Web Team", "_+4fwner_+57eb+20+54eam")]
    [InlineData("plain", "", "plain_")]
    [InlineData(".net", "8", "_.net_8")]
    [InlineData("a", "b_c", "a_b_c")]
    public void A_tag_is_one_word(string key, string value, string word) =>
        Assert.Equal(word, ProxmoxTags.Write(Tags((key, value))));

    [Fact]
    public void Every_tag_is_read_back_and_two_tags_are_two_words() =>
        Gen.Select(Words, Words, Words, Words).Sample((key, value, other, others) =>
        {
            var (one, two) = (Tags((key, value)), Tags((other, others)));
            var (written, writtenToo) = (ProxmoxTags.Write(one), ProxmoxTags.Write(two));

            return ProxmoxTags.Read(written).SequenceEqual(one)
                && written.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || "_-+.".Contains(c))
                && (char.IsAsciiLetterLower(written[0]) || char.IsAsciiDigit(written[0]) || written[0] == '_')
                && (written == writtenToo) == (key == other && value == others);
        });

    [Fact]
    public void A_word_without_a_divider_is_a_persons() =>
        Assert.Equal([("gold", ""), ("prod.eu", "")], ProxmoxTags.Read("gold;prod.eu").Select(tag => (tag.Key, tag.Value)));

    [Fact]
    public void Notes_hold_the_marks_and_a_persons_hold_none()
    {
        var tags = Tags(
            (MusterTags.Installation, "i"), (MusterTags.Launch, "l"), ("owner", "me"), (ProxmoxTags.NameTag, "web"),
            (ProxmoxTags.MadeTag, "100.5"));

        // Proxmox ends notes with a line's end, and a person may add lines.
        var read = ProxmoxTags.ReadNotes($"{ProxmoxTags.WriteNotes(tags)}\nand a line of somebody's\n");

        Assert.Equal(tags.Remove("owner"), read);
        Assert.Empty(ProxmoxTags.ReadNotes("web server of the team"));
        Assert.Empty(ProxmoxTags.ReadNotes(null));
    }

    [Fact]
    public void What_was_made_as_another_number_is_a_copy()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_764_460_800);
        var tags = Tags((ProxmoxTags.MadeTag, ProxmoxTags.Made(123_456_789, at)));

        Assert.Equal(at, ProxmoxTags.MadeAt(tags, 123_456_789));
        Assert.Null(ProxmoxTags.MadeAt(tags, 105));
        Assert.Null(ProxmoxTags.MadeAt(tags.SetItem(ProxmoxTags.MadeTag, "105"), 105));
    }

    [Fact]
    public void The_numbers_of_a_launch_are_always_the_same_and_of_the_range()
    {
        var range = new VmidRange(500_000, 500_999);

        Gen.Guid.Sample(guid =>
        {
            var numbers = range.Of(new LaunchId(guid)).ToArray();
            Assert.Equal(numbers, range.Of(new LaunchId(guid)));
            Assert.InRange(numbers.Length, 2, VmidRange.Probes);
            Assert.All(numbers, number => Assert.True(range.Contains(number)));
            Assert.Distinct(numbers);
        });
    }

    [Fact]
    public void The_numbers_of_a_launch_stay_as_they_were_in_every_version() =>
        Assert.Equal(
            [Expected0, Expected1],
            VmidRange.Default.Of(new LaunchId(new Guid("0198f3a2-1c4d-7e5f-8a9b-0c1d2e3f4a5b"))).Take(2));

    [Theory]
    [InlineData("500000-599999", true)]
    [InlineData("100-999999999", true)]
    [InlineData("99-2000", false)]
    [InlineData("1000-1998", false)]
    [InlineData("1000-1999", true)]
    [InlineData("2000-1000", false)]
    [InlineData("1000-1000000000", false)]
    [InlineData("1000", false)]
    public void A_range_has_two_ends_and_room(string text, bool isGood) => Assert.Equal(isGood, VmidRange.TryParse(text, out _));

    [Theory]
    [InlineData("123456789-0a1b2c3d", 123456789, "0a1b2c3d")]
    [InlineData("105", 105, null)]
    public void An_instances_id_is_a_number_and_a_part_of_its_launch(string id, int vmid, string? part) =>
        Assert.Equal(new MachineId(vmid, part), MachineId.Read(new InstanceId(id)));

    [Theory]
    [InlineData("99")]
    [InlineData("1234567890")]
    [InlineData("0198f3a2-1c4d-7e5f-8a9b-0c1d2e3f4a5b")]
    [InlineData("105-")]
    [InlineData("105/../106")]
    [InlineData("12345678-1c4d-7e5f-8a9b-0c1d2e3f4a5b")]
    public void What_no_machine_can_be_called_is_no_id(string id) => Assert.Null(MachineId.Read(new InstanceId(id)));

    [Fact]
    public void An_id_ends_with_the_end_of_its_launch()
    {
        var id = MachineId.Of(105, "0198f3a2-1c4d-7e5f-8a9b-0c1d2e3f4a5b");

        Assert.Equal("105-2e3f4a5b", id.ToString());
        Assert.True(id.IsOf("0198F3A2-1C4D-7E5F-8A9B-0C1D2E3F4A5B"));
        Assert.False(id.IsOf("0198f3a2-1c4d-7e5f-8a9b-0c1d2e3f4a5c"));
        Assert.False(id.IsOf(null));
    }

    // Another machine would be looked for at another number after an update.
    private const int Expected0 = 518_026_188, Expected1 = 144_772_796;

    private static ImmutableSortedDictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}

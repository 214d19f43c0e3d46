using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Storage.Rows;

namespace Muster.Storage.Tests.Rows;

/// <summary>What many groups say in the same words is read once.</summary>
public sealed class SharedTextsTests
{
    private static readonly string Words = StoreJson.WriteOthers([new() { Name = "a", Wanted = 2 }, new() { Name = "b" }])!;

    private readonly SharedTexts _texts = new();

    [Fact]
    public void Groups_that_are_spread_in_the_same_words_share_a_layout()
    {
        var json = StoreJson.Write(new Layout { Placements = [new() { Name = "a", Template = default }] });
        var read = _texts.ReadLayout(json);

        Assert.Equal(StoreJson.ReadLayout(json), read);
        Assert.Same(read, _texts.ReadLayout(new string(json)));
        Assert.Null(_texts.ReadLayout(null));
    }

    [Fact]
    public void Groups_of_whose_placements_the_same_is_so_share_it()
    {
        var read = _texts.ReadPlacements(new(), Words);

        Assert.Equal(StoreJson.ReadPlacements(new(), Words), read);
        Assert.True(read == _texts.ReadPlacements(new(), new string(Words)));
    }

    [Fact]
    public void What_the_groups_row_says_of_an_only_placement_is_not_another_groups()
    {
        var only = new PlacementState { EstablishedLevel = 3 };
        _ = _texts.ReadPlacements(new(), Words);

        Assert.Equal(StoreJson.ReadPlacements(only, Words), _texts.ReadPlacements(only, Words));
        Assert.Equal([only], _texts.ReadPlacements(only, null));
    }
}

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
        var read = _texts.ReadLayout(new TextRow(json));

        Assert.Equal(StoreJson.ReadLayout(json), read);
        Assert.Same(read, _texts.ReadLayout(new TextRow(new string(json))));
        Assert.Null(_texts.ReadLayout(new TextRow(null)));
    }

    [Fact]
    public void Groups_of_whose_placements_the_same_is_so_share_it()
    {
        var read = _texts.ReadPlacements(new(), new TextRow(Words));

        Assert.Equal(StoreJson.ReadPlacements(new(), Words), read);
        Assert.True(read == _texts.ReadPlacements(new(), new TextRow(new string(Words))));
    }

    [Fact]
    public void What_the_groups_row_says_of_an_only_placement_is_not_another_groups()
    {
        var only = new PlacementState { EstablishedLevel = 3 };
        _ = _texts.ReadPlacements(new(), new TextRow(Words));

        Assert.Equal(StoreJson.ReadPlacements(only, Words), _texts.ReadPlacements(only, new TextRow(Words)));
        Assert.Equal([only], _texts.ReadPlacements(only, new TextRow(null)));
    }

    [Fact]
    public void What_groups_share_is_written_once_and_what_is_their_own_apart()
    {
        var shared = _texts.ReadPlacements(new(), new TextRow(Words));
        var changed = shared.SetItem(0, shared[0] with { Wanted = 3 });

        Assert.Equal(Words, _texts.WriteOthers(shared));
        Assert.Same(_texts.WriteOthers(shared), _texts.WriteOthers(shared));
        Assert.Equal(StoreJson.WriteOthers(changed), _texts.WriteOthers(changed));
        Assert.Null(_texts.WriteOthers([]));
    }

    /// <summary>A row of one column, with a text or nothing.</summary>
    private sealed class TextRow(string? text) : Row
    {
        protected override bool IsNullAt(int index) => text is null;

        protected override string TextAt(int index) => text!;

        protected override long LongAt(int index) => throw new NotSupportedException();

        protected override bool FlagAt(int index) => throw new NotSupportedException();

        protected override DateTimeOffset TimeAt(int index) => throw new NotSupportedException();

        protected override Guid IdAt(int index) => throw new NotSupportedException();

        protected override byte[] BytesAt(int index) => throw new NotSupportedException();
    }
}

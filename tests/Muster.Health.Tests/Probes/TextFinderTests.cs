using CsCheck;

using Muster.Health.Probes;

namespace Muster.Health.Tests.Probes;

public sealed class TextFinderTests
{
    [Fact]
    public void It_finds_what_a_search_of_the_whole_finds_however_the_pieces_are_cut() =>
        Gen.Select(Gen.Byte[0, 2].Array[1, 6], Gen.Byte[0, 2].Array[0, 5].Array[0, 8]).Sample((wanted, pieces) =>
        {
            var finder = new TextFinder(wanted);
            foreach (var piece in pieces)
            {
                finder.Read(piece);
            }

            return finder.IsFound == pieces.SelectMany(piece => piece).ToArray().AsSpan().IndexOf(wanted) >= 0;
        });

    [Fact]
    public void Nothing_is_found_in_nothing() => Assert.True(new TextFinder([]).IsFound);
}

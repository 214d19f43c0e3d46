using CsCheck;

using Muster.Core.Backtesting;
using Muster.Core.Metrics;

namespace Muster.Core.Tests.Backtesting;

public sealed class LoadReaderTests
{
    private static readonly DateTimeOffset At = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-06-01T08:00:00Z,82")]
    [InlineData("time,value\n2026-06-01T10:00:00+02:00,82\n")]
    [InlineData("\uFEFF\"time\",\"value\",\"instances\"\r\n\r\n2026-06-01 08:00:00 , 82 ,\r\n")]
    [InlineData("1780300800,82.0")]
    [InlineData("1780300800.000,8.2e1,0")]
    [InlineData("1780300800000,82")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1780300800,"82"]]}]}}""")]
    public void A_load_is_read_as_people_and_programs_write_it(string text) =>
        Assert.Equal([new Reading(At, 82)], LoadReader.Read("--from", text));

    [Fact]
    public void Instances_stand_third_and_the_order_of_lines_says_nothing() => Assert.Equal(
        [new(At, 60, 4), new Reading(At.AddHours(1), 82, 5)],
        LoadReader.Read("--from", "2026-06-01T09:00:00Z,82,5\n2026-06-01T08:00:00Z,60,4\n"));

    [Fact]
    public void Of_several_series_the_mean_is_taken_and_what_is_no_number_passed_over() => Assert.Equal(
        [new(At, 60, 2), new Reading(At.AddMinutes(1), 90, 1)],
        LoadReader.Read("--from", """
            {"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"instance":"a"},"values":[[1780300800,"40"],[1780300860,"90"]]},
            {"metric":{"instance":"b"},"values":[[1780300800,"80"],[1780300860,"NaN"]]}]}}
            """));

    [Fact]
    public void Every_wrong_line_is_told_by_its_number()
    {
        string[] lines =
        [
            "time,value", "1780300800,many", "yesterday at 8,82", $"1780300800,{new string('9', 400)}", "1780300800,1,2,3",
            "1780300800,1,-2", "1780300800,NaN",
        ];

        var error = Assert.Throws<InputException>(() => LoadReader.Read("--from", string.Join('\n', lines)));

        Assert.Equal(["2", "3", "4", "5", "6", "7"], error.Errors.Select(one => one.Field.Split(' ')[^1]));
        Assert.StartsWith("--from line 2 is '1780300800,many': a number second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_wrong_lines_the_first_are_told()
    {
        var error = Assert.Throws<InputException>(() => LoadReader.Read("--from", string.Join('\n', Enumerable.Repeat("8,x", 40))));

        Assert.Equal(11, error.Errors.Length);
        Assert.EndsWith("and 29 more", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no reading")]
    [InlineData("time,value", "no reading")]
    [InlineData("{", "query_range")]
    [InlineData("""{"data":[]}""", "query_range")]
    [InlineData("""{"data":{"resultType":"vector","result":[]}}""", "matrix")]
    [InlineData("""{"data":{"resultType":"matrix","result":[{"values":[[]]}]}}""", "query_range")]
    [InlineData("""{"status":"error","error":"parse error: unexpected end"}""", "unexpected end")]
    public void What_is_no_load_is_refused(string text, string says) =>
        Assert.Contains(says, Assert.Throws<InputException>(() => LoadReader.Read("--from", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_many_readings_are_refused()
    {
        var text = string.Join('\n', Enumerable.Range(1, ReplayedLoad.ReadingsMax + 1).Select(second => $"{second},1"));

        var error = Assert.Throws<InputException>(() => LoadReader.Read("--from", text));

        Assert.Contains("at most 100000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_text_is_it_is_read_or_refused() =>
        Gen.String[Gen.OneOf(Gen.Char["0123456789,.-:TZ{}[]\"e\n "], Gen.Char), 0, 60].Sample(text =>
        {
            try
            {
                return LoadReader.Read("--from", text).All(reading => double.IsFinite(reading.Value));
            }
            catch (InputException)
            {
                return true;
            }
        });
}

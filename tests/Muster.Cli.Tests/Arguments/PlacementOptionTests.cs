using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;

namespace Muster.Cli.Tests.Arguments;

public sealed class PlacementOptionTests
{
    [Fact]
    public void Placements_are_read_in_their_order_with_every_key()
    {
        var (placements, errors) = Read(
            "--placement", "b=web-2,zone=Z,rank=0,min=1,max=4,base=2", "--placement", "a=web,weight=3,interruptible=true");

        Assert.Empty(errors);
        Assert.Equal(
            [
                new() { Name = "b", Template = "web-2", Zone = "Z", Rank = 0, Min = 1, Max = 4, Base = 2 },
                new() { Name = "a", Template = "web", Weight = 3, Interruptible = true },
            ],
            placements!);
    }

    [Fact]
    public void None_is_null_so_that_older_servers_see_the_request_they_know() => Assert.Null(Read().Placements);

    [Theory]
    [InlineData("web", "name=template, then any of zone=, rank=, weight=, min=, max=, base= and interruptible=, parted by commas")]
    [InlineData("a=", "name=template, then any of zone=, rank=, weight=, min=, max=, base= and interruptible=, parted by commas")]
    [InlineData(
        "a=web,4",
        "'4' is no key=value; name=template, then any of zone=, rank=, weight=, min=, max=, base= and interruptible=, parted by commas")]
    [InlineData("a=web,colour=red", "colour is none of zone, rank, weight, min, max, base and interruptible")]
    [InlineData("a=web,max=4,max=5", "max was given already")]
    [InlineData("a=web,interruptible=yes", "interruptible is 'yes': true or false")]
    public void What_is_no_placement_is_told_with_what_is_one(string text, string expected) =>
        Assert.Equal([$"--placement is '{text}': {expected}"], Read("--placement", text).Errors);

    [Fact]
    public void A_number_that_is_none_is_named_by_its_key() =>
        Assert.StartsWith(
            "--placement is 'a=web,max=x': max is 'x': ",
            Assert.Single(Read("--placement", "a=web,max=x").Errors),
            StringComparison.Ordinal);

    [Fact]
    public void A_refusal_names_the_placement_as_it_was_typed()
    {
        var fields = PlacementOption.Fields([new() { Name = "a" }, new() { Name = "b" }]);

        Assert.Equal(
            "--placement b max is '1': at least 2", fields.Typed(new("placements[1].max", "1", "at least 2")).ToString());
        Assert.Equal("--placement", fields.Typed(new("placements", "min 9 together", "less")).Field);
        Assert.Equal("--zones", fields.Typed(new("zones[1]", "x", "another")).Field);
    }

    [Theory]
    [InlineData("off", 0.0)]
    [InlineData("90s", 90.0)]
    public void A_time_or_off_is_in_seconds(string text, double expected)
    {
        var option = new TimeOrOffOption("--spill-after", "x", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

        Assert.Equal(expected, new RootCommand { option }.Parse(["--spill-after", text]).GetValue(option));
        Assert.NotEmpty(new RootCommand { option }.Parse(["--spill-after", "2"]).Errors);
    }

    private static (IReadOnlyList<PlacementInput>? Placements, IEnumerable<string> Errors) Read(params string[] args)
    {
        var option = new PlacementOption("where");
        var parse = new RootCommand { option }.Parse(args);
        return (parse.Errors.Count == 0 ? parse.GetValue(option) : null, parse.Errors.Select(error => error.Message));
    }
}

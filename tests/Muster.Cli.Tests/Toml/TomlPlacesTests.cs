using System.Text.Json.Nodes;

using Muster.Cli.Toml;
using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Tests.Toml;

public sealed class TomlPlacesTests
{
    private const string File = """
        name = "web"
        zones = [
            "a",
            "b",
        ]
        surge = "1"

        [health]
        path = "healthz"
        port = "attribute:http"
        headers = { "X-A.B" = "1" }

        [[hooks]]
        name = "bake"
        at = "launch"

        [[hooks]]
        name = "v1.save"
        timeout_s = 0

        [[hooks]]
        name = "not good"
        tell = "no"

        [capacity]
        min = 7
        """;

    [Theory]
    [InlineData("name", "name", 1)]
    [InlineData("zones", "zones", 2)]
    [InlineData("zones[1]", "zones[1]", 4)]
    [InlineData("health.path", "health.path", 9)]
    [InlineData("health.headers.X-A.B", "health.headers.X-A.B", 11)]
    [InlineData("capacity.min", "capacity.min", 26)]
    [InlineData("hooks", "hooks", 13)]
    // By its name, which may hold dots; by its place, where it has no good name.
    [InlineData("hooks.bake.at", "hooks[0].at", 15)]
    [InlineData("hooks.v1.save.timeout_s", "hooks[1].timeout_s", 19)]
    [InlineData("hooks.2.name", "hooks[2].name", 22)]
    // What the file says in other words.
    [InlineData("min", "capacity.min", 26)]
    [InlineData("health.attribute", "health.port", 10)]
    [InlineData("repair.surge", "surge", 6)]
    // What it does not say, in a table that it has.
    [InlineData("health.kind", "health.kind", 8)]
    [InlineData("hooks.v1.save.at", "hooks[1].at", 18)]
    [InlineData("capacity.desired", "capacity.desired", 25)]
    public void A_field_of_the_API_is_found_where_it_stands(string field, string written, int line)
    {
        Assert.Equal((written, line), Places().Find(field, canBeAbsent: true));
    }

    [Theory]
    [InlineData("template")]
    [InlineData("drain.through")]
    [InlineData("If-Match")]
    public void What_the_file_has_nothing_of_has_no_line(string field)
    {
        Assert.Null(Places().Find(field, canBeAbsent: true));
    }

    [Fact]
    public void What_was_typed_beside_the_file_has_no_line_in_it()
    {
        var places = Places("""{"health":{"path":"x","kind":null},"hooks":[{"name":"bake"}]}""", "capacity.desired");

        Assert.All(
            ["health.path", "hooks.bake.at", "hooks", "capacity.desired"], field => Assert.Null(places.Find(field, canBeAbsent: true)));
        Assert.NotNull(places.Find("health.kind", canBeAbsent: true));
        Assert.NotNull(places.Find("capacity.min", canBeAbsent: true));
    }

    [Fact]
    public void Refusals_are_said_in_the_order_of_the_file_and_those_of_options_last()
    {
        var names = new FieldNames(("interval_s", "--interval"), ("template", "--template")).In(Places("""{"interval_s":1}"""));

        Assert.Equal(
            [
                "web.toml:1: name is 'web': another",
                "web.toml:8: health.kind is missing: http",
                "web.toml:9: health.path is 'healthz': a slash",
                "--interval is '1s': 5 to 3600 seconds",
                "web.toml: template is missing: a name",
            ],
            names.Say(
            [
                new("interval_s", "1", "5 to 3600 seconds"), new("health.path", "healthz", "a slash"), new("health.kind", null, "http"),
                new("template", null, "a name"), new("name", "web", "another"),
            ]));
        Assert.Equal("web.toml:1: a group named web exists already", names.Say("a group named web exists already", [Error("name")]));
        Assert.Equal("no server keeps it", names.Say("no server keeps it", [Error("health.kind")]));
    }

    private static InputError Error(string field) => new(field, "x", "another");

    private static FilePlaces Places(string above = "{}", params string[] typed) =>
        TomlPlaces.Of("web.toml", TomlFile.Parse("web.toml", File), JsonNode.Parse(above)!.AsObject(), typed);
}

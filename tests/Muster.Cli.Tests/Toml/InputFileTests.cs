using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Api;
using Muster.Api.Groups;
using Muster.Api.Policies;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Cli.Toml;

namespace Muster.Cli.Tests.Toml;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_can_say_all_that_a_group_takes()
    {
        var file = _directory.Write("web.toml", """
            name = "web"
            zones = ["a", "b"]
            spill_after_s = 2.5
            on_demand_percent_above_base = 20
            [capacity]
            desired = 3
            [brakes]
            spend_per_hour_max = 1.25
            [health]
            kind = "http"
            verify_tls = false
            headers = { Host = "web" }
            [drain]
            through = ["lb"]
            [[hooks]]
            name = "bake"
            at = "launch"
            [[hooks]]
            name = "save"
            at = "terminate"
            timeout_s = 30
            [[placements]]
            name = "home"
            interruptible = true
            """);

        var read = InputFile.Read(new FileInfo(file), new GroupInput(), ApiJson.Default.GroupInput);

        Assert.Equal(
            """
            {"name":"web","zones":["a","b"],"spill_after_s":2.5,"on_demand_percent_above_base":20,"capacity":{"desired":3},
            "brakes":{"spend_per_hour_max":1.25},"health":{"kind":"http","headers":{"Host":"web"},"verify_tls":false},
            "drain":{"through":["lb"]},"hooks":[{"name":"bake","at":"launch"},{"name":"save","at":"terminate","timeout_s":30}],
            "placements":[{"name":"home","interruptible":true}]}
            """.Replace("\n", "", StringComparison.Ordinal),
            InOrderOf(
                read, "name", "zones", "spill_after_s", "on_demand_percent_above_base", "capacity", "brakes", "health", "drain", "hooks",
                "placements"));
    }

    [Fact]
    public void What_is_given_comes_before_the_file_table_by_table_and_list_as_a_whole()
    {
        var file = _directory.Write("web.toml", """
            template = "one"
            [health]
            kind = "http"
            port = 80
            [[hooks]]
            name = "bake"
            at = "launch"
            """);

        var read = InputFile.Read(
            new FileInfo(file),
            new GroupUpdate { Template = "two", Health = new() { Port = 8080 }, Hooks = [new() { Name = "save", At = "terminate" }] },
            ApiJson.Default.GroupUpdate);

        Assert.Equal(
            ("two", "http", 8080, "save"), (read.Template, read.Health!.Kind, read.Health.Port!.Value, Assert.Single(read.Hooks!).Name));
    }

    [Fact]
    public void Without_a_file_what_is_given_is_all()
    {
        var given = new PolicyInput { Name = "level" };

        Assert.Same(given, InputFile.Read(file: null, given, ApiJson.Default.PolicyInput));
    }

    [Fact]
    public void Everything_wrong_with_a_file_is_said_with_its_line()
    {
        var file = _directory.Write("web.toml", """
            name = 7
            interval_s = "30s"
            scalein = "oldest"
            zones = "a"
            capacity = 3
            hooks = ["bake"]
            traffic = { source = "lb" }
            [health]
            port = 99999999999
            verify_tls = "no"
            headers = { Host = 1 }
            [[placements]]
            name = "home"
            weight = 1.5
            whatever = 1
            [brakes]
            spend_per_hour_max = nan
            """);

        var error = Assert.Throws<CliException>(() => InputFile.Read(new FileInfo(file), new GroupInput(), ApiJson.Default.GroupInput));

        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Equal(
            [
                $"{file}:1: name is 7: a string in quotes",
                $"{file}:2: interval_s is '30s': a number",
                $"{file}:3: scalein is unknown: did you mean scale_in?",
                $"{file}:4: zones is 'a': a list of strings, such as [\"a\", \"b\"]",
                $"{file}:5: capacity is 3: a table: [capacity]",
                $"{file}:6: hooks[0] is 'bake': a table, as in [[hooks]]",
                $"{file}:7: traffic is a table: tables: [[traffic]]",
                $"{file}:9: health.port is 99999999999: a whole number",
                $"{file}:10: health.verify_tls is 'no': true or false",
                $"{file}:11: health.headers.Host is 1: a string in quotes",
                $"{file}:14: placements[0].weight is 1.5: a whole number",
                $"{file}:15: placements[0].whatever is unknown: "
                    + "known here: base, interruptible, max, min, name, rank, template, weight, zone",
                $"{file}:17: brakes.spend_per_hour_max is NaN: a number",
            ],
            error.Message.Split('\n'));
    }

    [Fact]
    public void The_example_is_a_group_whole()
    {
        var read = InputFile.Read(
            new FileInfo(Path.Combine(RepositoryRoot.Path, "examples/group.toml")), new GroupInput(), ApiJson.Default.GroupInput);

        Assert.Equal(("web", 3, "lb", "bake"), (read.Name, read.Capacity!.Desired, read.Drain!.Through![0], read.Hooks![0].Name));
    }

    private static string InOrderOf(GroupInput read, params string[] fields)
    {
        var json = JsonSerializer.SerializeToNode(read, ApiJson.Default.GroupInput)!.AsObject();
        return new JsonObject([.. fields.Select(field => KeyValuePair.Create(field, Bare(json[field])))]).ToJsonString();
    }

    /// <summary>Without what was left out and is written as null.</summary>
    private static JsonNode? Bare(JsonNode? node) => node switch
    {
        JsonObject table => new JsonObject(
            [.. table.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Key, Bare(field.Value)))]),
        JsonArray list => new JsonArray([.. list.Select(Bare)]),
        _ => node?.DeepClone(),
    };
}

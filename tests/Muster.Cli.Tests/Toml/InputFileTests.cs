using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

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

        var read = Read(file, new GroupInput(), ApiJson.Default.GroupInput);

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

        var read = Read(
            file,
            new GroupUpdate { Template = "two", Health = new() { Port = 8080 }, Hooks = [new() { Name = "save", At = "terminate" }] },
            ApiJson.Default.GroupUpdate);

        Assert.Equal(
            ("two", "http", 8080, "save"), (read.Template, read.Health!.Kind, read.Health.Port!.Value, Assert.Single(read.Hooks!).Name));
    }

    [Fact]
    public void A_port_in_an_attribute_is_written_as_it_is_typed_and_what_is_typed_takes_its_place()
    {
        var file = _directory.Write("web.toml", """
            [health]
            port = "attribute:http"
            [[traffic]]
            source = "lb"
            port = "attribute:web"
            """);

        var read = Read(file, new GroupInput(), ApiJson.Default.GroupInput);
        var typed = Read(file, new GroupInput { Health = new() { Port = 80 } }, ApiJson.Default.GroupInput);
        var number = Read(
            _directory.Write("n.toml", "health.port = 80\n"), new GroupInput { Health = new() { Attribute = "http" } },
            ApiJson.Default.GroupInput);
        var error = Assert.Throws<CliException>(() => Read(
            _directory.Write("bad.toml", "health = { port = \"http\" }\n[[traffic]]\nport = \"attribute:a\"\nattribute = \"b\"\n"),
            new GroupInput(), ApiJson.Default.GroupInput));

        Assert.Equal((null, "http"), (read.Health!.Port, read.Health.Attribute));
        Assert.Equal((null, "web"), (read.Traffic![0].Port, read.Traffic[0].Attribute));
        Assert.Equal((80, null), (typed.Health!.Port, typed.Health.Attribute));
        Assert.Equal((null, "http"), (number.Health!.Port, number.Health.Attribute));
        Assert.Equal(2, error.Message.Split('\n').Length);
        Assert.StartsWith(
            $"{_directory.Path}/bad.toml:1: health.port is 'http': a whole number, or \"attribute:NAME\"", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("bad.toml:3: traffic[0].port is 'attribute:a'", error.Message, StringComparison.Ordinal);
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
            interval_s = 1e300
            [[placements]]
            name = "home"
            weight = 1.5
            whatever = 1
            [brakes]
            spend_per_hour_max = nan
            """);

        var error = Assert.Throws<CliException>(() => Read(file, new GroupInput(), ApiJson.Default.GroupInput));

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
                $"{file}:9: health.port is 99999999999: a whole number, not beyond 2147483647",
                $"{file}:10: health.verify_tls is 'no': true or false",
                $"{file}:11: health.headers.Host is 1: a string in quotes",
                $"{file}:12: health.interval_s is 1E+300: a number that is not so large",
                $"{file}:15: placements[0].weight is 1.5: a whole number",
                $"{file}:16: placements[0].whatever is unknown: "
                    + "known here: base, interruptible, max, min, name, rank, template, weight, zone",
                $"{file}:18: brakes.spend_per_hour_max is NaN: a number",
            ],
            error.Message.Split('\n'));
    }

    [Fact]
    public void A_date_without_quotes_is_the_text_that_was_written()
    {
        var file = _directory.Write("feast.toml", "zone = 2026-12-24\nwindows = [2026-12-24T18:00:00Z, 07:30:00]\n");

        var read = Read(file, new PolicyInput(), ApiJson.Default.PolicyInput);

        Assert.Equal(("2026-12-24", "2026-12-24T18:00:00Z 07:30:00"), (read.Zone, string.Join(' ', read.Windows!)));
    }

    [Fact]
    public void A_file_can_say_every_field_that_there_is()
    {
        ReadsAll(ApiJson.Default.GroupInput, new());
        ReadsAll(ApiJson.Default.GroupUpdate, new());
        ReadsAll(ApiJson.Default.PolicyInput, new());
    }

    [Fact]
    public void The_example_is_a_group_whole()
    {
        var read = Read(
            Path.Combine(RepositoryRoot.Path, "examples/group.toml"), new GroupInput(), ApiJson.Default.GroupInput);

        Assert.Equal(("web", 3, "lb", "bake"), (read.Name, read.Capacity!.Desired, read.Drain!.Through![0], read.Hooks![0].Name));
    }

    private static T Read<T>(string file, T given, JsonTypeInfo<T> type)
        where T : class => InputFile.Read(file, TomlFile.Read(file), given, type);

    /// <summary>Writes a value into each field, as the API's own JSON has them, and reads them all again.</summary>
    private void ReadsAll<T>(JsonTypeInfo<T> type, T nothing)
        where T : class
    {
        var lines = type.Properties.Select(property => $"{property.Name} = {Some(type.Options.GetTypeInfo(property.PropertyType))}");
        var file = _directory.Write("all.toml", string.Join('\n', lines));

        var read = JsonSerializer.SerializeToNode(Read(file, nothing, type), type)!.AsObject();

        Assert.NotEmpty(type.Properties);
        Assert.All(type.Properties, property => Assert.Equal(
            Some(type.Options.GetTypeInfo(property.PropertyType)), TomlOf(read[property.Name], property.Name)));
    }

    /// <summary>A value of a type, as TOML in one line.</summary>
    private static string Some(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => Table(type.Properties.Select(property =>
            (property.Name, Some(type.Options.GetTypeInfo(property.PropertyType))))),
        JsonTypeInfoKind.Dictionary => Table([("key", Some(type.Options.GetTypeInfo(type.ElementType!)))]),
        JsonTypeInfoKind.Enumerable => $"[{Some(type.Options.GetTypeInfo(type.ElementType!))}]",
        _ => type.Type == typeof(string) ? "\"text\"" : type.Type == typeof(bool?) ? "true" : type.Type == typeof(int?) ? "7" : "1.5",
    };

    private static string TomlOf(JsonNode? node, string field) => node switch
    {
        JsonObject table => Table(table.Select(pair => (pair.Key, TomlOf(pair.Value, $"{field}.{pair.Key}")))),
        JsonArray list => $"[{string.Join(", ", list.Select(item => TomlOf(item, field)))}]",
        not null => node.ToJsonString(),
        null => $"nothing in {field}",
    };

    private static string Table(IEnumerable<(string Key, string Value)> fields) =>
        $"{{ {string.Join(", ", fields.Select(field => $"{field.Key} = {field.Value}"))} }}";

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

using System.Text;
using System.Text.Json;

using Muster.Clouds.Triton.Wire;

namespace Muster.Clouds.Tests.Triton.Wire;

/// <summary>The reading by hand says what the serializer says, or nothing.</summary>
public sealed class MachineArrayTests
{
    private const string Full = """
        {"id":"a1","name":"web \u00fc","type":"smartmachine","brand":"joyent","state":"running","image":"i","ips":["10.0.0.1","10.0.0.2"],"memory":256,
        "disk":1024,"deletion_protection":true,"metadata":{"root":"x","n":5,"deep":{"a":[1,{}]}},"tags":{"tsg.name":"web","n":7,"b":false,"z":null},
        "created":"2026-11-29T01:02:03.456Z","updated":"2026-11-29T01:02:03+02:00","networks":["n1"],"dns_names":[],"firewall_enabled":false,
        "docker":false,"compute_node":"c","package":"p","primaryIp":"10.0.0.1","unknown":{"id":"inner","list":[{"id":"x"}]},"also":[1,[2]]}
        """;

    public static TheoryData<string> Good =>
    [
        "[]", " [ ] ", "[{}]", $"[{Full}]", $"[{Full},{Full}]\n", """[{"id":"a","id":"b"}]""", """[{"id":"a","tags":{"k":"1","k":"2"}}]""",
        """[{"id":"a","name":null,"ips":null,"tags":null,"metadata":null,"created":null,"memory":null,"docker":null}]""",
        """[{"Id":"other case","STATE":"x"}]""", """[{"\u0069d":"escaped"}]""",
    ];

    public static TheoryData<string> NotPlain =>
    [
        "", "null", "7", "{}", "<html>", "[", "[{}", "[{},", "[{}]]", "[{}] {}", "[{},]", "[null]", "[7]", "[[]]", "[\"a\"]",
        """[{"id":7}]""", """[{"id":null}]""", """[{"id":"a","state":7}]""", """[{"id":"a","state":null}]""",
        """[{"id":"a","ips":"10.0.0.1"}]""", """[{"id":"a","ips":[7]}]""", """[{"id":"a","ips":[null]}]""",
        """[{"id":"a","created":"once"}]""", """[{"id":"a","created":7}]""", """[{"id":"a","memory":"256"}]""",
        """[{"id":"a","memory":1.5}]""", """[{"id":"a","docker":"yes"}]""", """[{"id":"a","tags":[]}]""", """[{"id":"a","tags":"x"}]""",
        """[{"id":"\ud800"}]""", "[{\"id\":\"a\"} // why\n]",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_is_plain_is_read_as_the_serializer_reads_it(string json)
    {
        var read = MachineArray.TryRead(Encoding.UTF8.GetBytes(json));

        var expected = JsonSerializer.Deserialize(json, TritonJson.Default.MachineArray)!;
        Assert.NotNull(read);
        Assert.Equal(Text(expected), Text([.. read]));
    }

    [Theory]
    [MemberData(nameof(NotPlain))]
    public void What_is_not_is_left_to_the_serializer(string json) => Assert.Null(MachineArray.TryRead(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_listing_cut_short_anywhere_is_no_listing()
    {
        var whole = Encoding.UTF8.GetBytes($"[{Full},{Full}]");

        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(MachineArray.TryRead(whole.AsSpan(0, length))));
    }

    private static string Text(Machine[] machines) => JsonSerializer.Serialize(machines, TritonJson.Default.MachineArray);
}

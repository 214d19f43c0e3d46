using System.Text;
using System.Text.Json;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Tests.Kit.Json;

public sealed class JsonFieldsTests
{
    private const string Whole =
        """
        {"text":"a","number":7,"fraction":1.5,"amount":0.05,"flag":true,"time":"2026-11-29T10:00:00Z","texts":["a",null],
        "numbers":[1,2],"map":{"k":"v"},"inner":{"text":"b"},"list":[{"text":"c"},null],"objects":{"k":{"text":"d"}},"none":null}
        """;

    [Fact]
    public void Each_field_is_read_as_what_it_is()
    {
        var read = Parse(Whole, of => (
            of.Text("text"), of.Number("number"), of.Small("number"), of.Fraction("fraction"), of.Amount("amount"), of.Flag("flag"),
            of.Time("time")));

        Assert.Equal(("a", 7L, 7, 1.5, 0.05m, true, new DateTimeOffset(2026, 11, 29, 10, 0, 0, TimeSpan.Zero)), read);
        Assert.Equal(["a", null], Parse(Whole, of => of.Texts("texts")!));
        Assert.Equal([1, 2], Parse(Whole, of => of.Numbers("numbers")!));
        Assert.Equal([KeyValuePair.Create("k", "v")], Parse(Whole, of => of.TextMap("map")!));
        Assert.Equal("b", Parse(Whole, of => of.Object("inner", inner => inner.Text("text")!)));
        Assert.Equal(["c", null], Parse(Whole, of => of.Array("list", one => one.Text("text")!)!));
        Assert.Equal("d", Parse(Whole, of => of.Map("objects", one => one.Text("text")!)!["k"]));
    }

    [Fact]
    public void What_is_missing_or_null_is_null() => Assert.All(
        ["none", "missing"],
        name => Assert.True(Parse(Whole, of =>
            of.Text(name) is null && of.Number(name) is null && of.Small(name) is null && of.Fraction(name) is null
            && of.Amount(name) is null && of.Flag(name) is null && of.Time(name) is null && of.Any(name) is null && of.Texts(name) is null
            && of.Numbers(name) is null && of.TextMap(name) is null && of.Object(name, one => one.Text("x")!) is null
            && of.Array(name, one => one.Text("x")!) is null && of.List(name, one => one.Text("x")!) is null
            && of.Map(name, one => one.Text("x")!) is null)));

    [Theory]
    [InlineData("text", "$.number")]
    [InlineData("number", "$.text")]
    [InlineData("small", "$.fraction")]
    [InlineData("flag", "$.text")]
    [InlineData("time", "$.text")]
    [InlineData("texts", "$.numbers[0]")]
    [InlineData("numbers", "$.texts[0]")]
    [InlineData("map", "$.objects.k")]
    [InlineData("object", "$.list")]
    [InlineData("array", "$.inner")]
    [InlineData("within", "$.inner.text")]
    [InlineData("element", "$.list[0].text")]
    [InlineData("entry", "$.objects.k.text")]
    public void What_is_of_another_kind_is_refused_with_its_path(string what, string path)
    {
        var error = Assert.Throws<JsonException>(() => Parse<object?>(Whole, of => what switch
        {
            "text" => of.Text("number"),
            "number" => of.Number("text"),
            "small" => of.Small("fraction"),
            "flag" => of.Flag("text"),
            "time" => of.Time("text"),
            "texts" => of.Texts("numbers"),
            "numbers" => of.Numbers("texts"),
            "map" => of.TextMap("objects"),
            "object" => of.Object("list", one => one.Text("text")!),
            "array" => of.Array("inner", one => one.Text("text")!),
            "within" => of.Object("inner", one => one.Flag("text").ToString()!),
            "element" => of.Array("list", one => one.Flag("text").ToString()!),
            _ => of.Map("objects", one => one.Flag("text").ToString()!),
        }));

        Assert.Equal(path, error.Path);
    }

    [Theory]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_no_object_or_no_text_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => Parse(json, of => of.Text("text")));

    [Fact]
    public void A_name_that_is_no_text_is_in_nobodys_way() =>
        Assert.Equal("a", Parse("""{"\ud800":1,"text":"a","z":2}""", of => of.Text("text")));

    [Fact]
    public void A_body_has_its_fields_in_order_and_leaves_out_what_is_null()
    {
        var body = new JsonBody()
            .Add("b", "x").Add("none", (string?)null).Add("a", 1L).Add("flag", false).Add("amount", 0.05m)
            .Add("texts", Enumerable.Repeat("y", 1)).Add("numbers", [2L]).Add("map", [KeyValuePair.Create("k", "v")])
            .Add("objects", [new JsonBody().Add("c", "z").Object])
            .Object;

        Assert.Equal(
            """{"b":"x","a":1,"flag":false,"amount":0.05,"texts":["y"],"numbers":[2],"map":{"k":"v"},"objects":[{"c":"z"}]}""",
            body.ToJsonString());
    }

    private static T Parse<T>(string json, Func<JsonFields, T> read) => JsonFields.Parse(Encoding.UTF8.GetBytes(json), read);
}

using System.Text;

using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Values;

public sealed class JsonValuesTests
{
    [Fact]
    public void State_is_read_as_it_lies_in_its_file() => Assert.Equal(
        Value.Object(
            ("name", Value.Of("web")), ("capacity", Value.Of(3)), ("share", new Value.Number("0.5")), ("check", Value.Of(true)),
            ("size", Value.Null), ("networks", Value.Of((string[])["a"])), ("tags", Value.Object(("k", Value.Of("v"))))),
        Read("""{"name":"web","capacity":3,"share":0.5,"check":true,"size":null,"networks":["a"],"tags":{"k":"v"}}"""));

    [Theory]
    [InlineData("3.0", "3")]
    [InlineData("3e2", "300")]
    [InlineData("-7", "-7")]
    [InlineData("123456789012345678901234567890123456789012345", "123456789012345678901234567890123456789012345")]
    public void A_number_has_one_spelling(string json, string digits) => Assert.Equal(new Value.Number(digits), Read(json));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    public void What_is_no_JSON_is_refused(string json) => Assert.Throws<ValueException>(() => Read(json));

    private static Value Read(string json) => JsonValues.Read(Encoding.UTF8.GetBytes(json));
}

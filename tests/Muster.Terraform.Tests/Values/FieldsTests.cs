using System.Globalization;

using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Values;

public sealed class FieldsTests
{
    private static readonly Fields Some = new(Value.Object(
        ("text", Value.Of("web")), ("number", Value.Of(3)), ("fraction", new Value.Number("1.5")), ("large", new Value.Number("1e30")),
        ("null", Value.Null), ("unknown", Value.Unknown)));

    [Fact]
    public void Null_unknown_and_missing_read_as_nothing_and_can_be_told_apart()
    {
        Assert.Null(Some.Text("null"));
        Assert.Null(Some.Text("unknown"));
        Assert.Null(Some.Text("missing"));
        Assert.True(Some.IsUnknown("unknown"));
        Assert.False(Some.IsUnknown("null"));
    }

    [Theory]
    [InlineData("fraction")]
    [InlineData("large")]
    public void A_number_of_instances_must_be_a_whole_one(string name) =>
        Assert.Contains("whole number", Assert.Throws<ValueException>(() => Some.Whole(name)).Message, StringComparison.Ordinal);

    // Terraform sends a number that is no binary fraction as a text.
    [Theory]
    [InlineData("1.5")]
    [InlineData("0.000001")]
    public void An_amount_keeps_its_decimals_however_it_is_sent(string digits)
    {
        var amount = decimal.Parse(digits, CultureInfo.InvariantCulture);

        Assert.Equal(amount, new Fields(Value.Object(("amount", new Value.Number(digits)))).Amount("amount"));
        Assert.Equal(amount, new Fields(Value.Object(("amount", Value.Of(digits)))).Amount("amount"));
        Assert.Equal(new Value.Number(digits), Value.Of(amount));
        Assert.Null(Some.Amount("null"));
    }

    [Fact]
    public void An_amount_that_is_too_large_is_named() =>
        Assert.Equal("huge is 1e40: a number, such as 0.5", Assert.Throws<ValueException>(
            () => new Fields(Value.Object(("huge", new Value.Number("1e40")))).Amount("huge")).Message);

    [Fact]
    public void Another_kind_than_asked_for_is_refused()
    {
        Assert.Throws<ValueException>(() => Some.Text("number"));
        Assert.Throws<ValueException>(() => Some.Whole("text"));
        Assert.Throws<ValueException>(() => Some.Amount("text"));
        Assert.Throws<ValueException>(() => Some.Flag("text"));
        Assert.Throws<ValueException>(() => Some.Texts("text"));
        Assert.Throws<ValueException>(() => Some.Entries("text"));
        Assert.Throws<ValueException>(() => Some.Required("unknown"));
    }
}

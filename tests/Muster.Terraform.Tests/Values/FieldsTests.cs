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

    [Fact]
    public void Another_kind_than_asked_for_is_refused()
    {
        Assert.Throws<ValueException>(() => Some.Text("number"));
        Assert.Throws<ValueException>(() => Some.Whole("text"));
        Assert.Throws<ValueException>(() => Some.Flag("text"));
        Assert.Throws<ValueException>(() => Some.Texts("text"));
        Assert.Throws<ValueException>(() => Some.Entries("text"));
        Assert.Throws<ValueException>(() => Some.Required("unknown"));
    }
}

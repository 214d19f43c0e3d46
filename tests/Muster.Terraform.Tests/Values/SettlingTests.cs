using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Values;

public sealed class SettlingTests
{
    [Fact]
    public void What_a_plan_knew_stays_and_what_it_did_not_is_filled_in()
    {
        var planned = Value.Object(
            ("name", Value.Of("web")), ("id", Value.Unknown),
            ("brakes", Value.Object(("a", Value.Of(1)), ("b", Value.Unknown))), ("status", Value.Unknown));
        var actual = Value.Object(
            ("name", Value.Of("other")), ("id", Value.Of("7")),
            ("brakes", Value.Object(("a", Value.Of(5)), ("b", Value.Of(2)))), ("status", Value.Object(("running", Value.Of(3)))));

        Assert.Equal(
            Value.Object(
                ("name", Value.Of("web")), ("id", Value.Of("7")),
                ("brakes", Value.Object(("a", Value.Of(1)), ("b", Value.Of(2)))), ("status", Value.Object(("running", Value.Of(3))))),
            Settling.Settle(planned, actual));
    }

    public static TheoryData<object, object, object> Empties => new()
    {
        { Value.Object(), Value.Object(), Value.Object() },
        { Value.Null, Value.Object(), Value.Null },
        { Value.Of(""), Value.Null, Value.Of("") },
        { Value.Object(("a", Value.Of("b"))), Value.Object(), Value.Null },
        { Value.Null, Value.Of("x"), Value.Of("x") },
    };

    [Theory, MemberData(nameof(Empties))]
    public void Nothing_keeps_the_spelling_that_the_user_gave_it(object before, object actual, object kept) =>
        Assert.Equal(kept, Settling.KeepEmpty((Value)before, (Value)actual));
}

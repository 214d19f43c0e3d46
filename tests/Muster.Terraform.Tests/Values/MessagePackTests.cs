using System.Globalization;

using CsCheck;

using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Values;

public sealed class MessagePackTests
{
    public static TheoryData<string, object> Both => new()
    {
        { "C0", Value.Null },
        { "D40000", Value.Unknown },
        { "C2", Value.Of(false) },
        { "C3", Value.Of(true) },
        { "00", Value.Of(0) },
        { "03", Value.Of(3) },
        { "7F", Value.Of(127) },
        { "CC80", Value.Of(128) },
        { "CD01BB", Value.Of(443) },
        { "CE00010000", Value.Of(65536) },
        { "D300000001FFFFFFFF", Value.Of(0x1FFFFFFFF) },
        { "E0", Value.Of(-32) },
        { "D0DF", Value.Of(-33) },
        { "D1FF7F", Value.Of(-129) },
        { "D2FFFF7FFF", Value.Of(-32769) },
        { "D38000000000000000", Value.Of(long.MinValue) },
        { "A0", Value.Of("") },
        { "A3776562", Value.Of("web") },
        { "A2C3A9", Value.Of("é") },
        { "90", Value.Of((string[])[]) },
        { "92A161A162", Value.Of((string[])["a", "b"]) },
        { "80", Value.Object() },
        {
            "84A26964D40000A46E616D65A3776562A473697A6503A474616773C0",
            Value.Object(("id", Value.Unknown), ("name", Value.Of("web")), ("size", Value.Of(3)), ("tags", Value.Null))
        },
    };

    [Theory, MemberData(nameof(Both))]
    public void A_value_is_these_bytes_and_these_bytes_are_the_value(string bytes, object value)
    {
        Assert.Equal(bytes, Convert.ToHexString(MessagePackWriter.Write((Value)value).Span));
        Assert.Equal(value, MessagePackReader.Read(Convert.FromHexString(bytes)));
    }

    [Theory]
    [InlineData("CB3FF8000000000000", "1.5")]
    [InlineData("CB4008000000000000", "3")]
    [InlineData("CA3FC00000", "1.5")]
    [InlineData("CFFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("CF0000000000000003", "3")]
    [InlineData("D30000000000000003", "3")]
    [InlineData("CE00000003", "3")]
    public void A_number_is_read_in_every_form(string bytes, string digits) =>
        Assert.Equal(new Value.Number(digits), MessagePackReader.Read(Convert.FromHexString(bytes)));

    [Theory]
    [InlineData("1.5", "A3312E35")]
    [InlineData("0.1", "A3302E31")]
    [InlineData("18446744073709551615", "B43138343436373434303733373039353531363135")]
    public void A_number_that_no_integer_holds_is_written_as_its_digits(string digits, string bytes) =>
        Assert.Equal(bytes, Convert.ToHexString(MessagePackWriter.Write(new Value.Number(digits)).Span));

    [Theory]
    [InlineData("C7090C8201C202A47072652D")]
    [InlineData("D40000")]
    [InlineData("D5000000")]
    [InlineData("D80C" + "00000000000000000000000000000000")]
    [InlineData("C800020C8201")]
    [InlineData("C9000000010C80")]
    public void Whatever_is_known_of_an_unknown_value_it_is_unknown(string bytes) =>
        Assert.True(MessagePackReader.Read(Convert.FromHexString(bytes)).IsUnknown);

    [Theory]
    [InlineData("", "cut short")]
    [InlineData("A3", "cut short")]
    [InlineData("C1", "0xc1")]
    [InlineData("DDFFFFFFFF", "cut short")]
    [InlineData("DFFFFFFFFF", "cut short")]
    [InlineData("DBFFFFFFFF", "cut short")]
    [InlineData("C9FFFFFFFF", "cut short")]
    [InlineData("0303", "follow")]
    [InlineData("A1FF", "UTF-8")]
    [InlineData("8103A161", "no string")]
    [InlineData("82A16101A16102", "twice")]
    [InlineData("CB7FF0000000000000", "infinite")]
    [InlineData("CBFFF8000000000000", "infinite")]
    public void What_is_no_value_is_refused_in_words(string bytes, string words) =>
        Assert.Contains(
            words,
            Assert.Throws<ValueException>(() => MessagePackReader.Read(Convert.FromHexString(bytes))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Nesting_has_an_end() =>
        Assert.Throws<ValueException>(() => MessagePackReader.Read([.. Enumerable.Repeat((byte)0x91, 10_000), 0xc0]));

    [Theory]
    [InlineData(15), InlineData(16), InlineData(31), InlineData(32), InlineData(255), InlineData(256), InlineData(65535), InlineData(65536)]
    public void Every_length_is_written_so_that_it_is_read(int length)
    {
        var text = Value.Of(new string('x', length));
        var list = Value.Of(Enumerable.Repeat("x", length));
        var map = Value.Object(Enumerable.Range(0, length).Select(i => (i.ToString(CultureInfo.InvariantCulture), Value.Of(i))));

        Assert.Equal(text, MessagePackReader.Read(MessagePackWriter.Write(text).Span));
        Assert.Equal(list, MessagePackReader.Read(MessagePackWriter.Write(list).Span));
        Assert.Equal(map, MessagePackReader.Read(MessagePackWriter.Write(map).Span));
    }

    [Fact]
    public void Any_value_comes_back_as_it_went() =>
        Gens.Values.Sample(value => MessagePackReader.Read(MessagePackWriter.Write(value).Span).Equals(value));

    [Fact]
    public void Damaged_bytes_are_a_value_or_a_refusal_and_nothing_else() =>
        Gen.Select(Gens.Values, Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Byte).Sample((value, end, place, change) =>
        {
            var bytes = MessagePackWriter.Write(value).ToArray();
            bytes = bytes[..(end % (bytes.Length + 1))];
            if (bytes.Length > 0)
            {
                bytes[place % bytes.Length] ^= change;
            }

            try
            {
                Assert.NotNull(MessagePackReader.Read(bytes));
            }
            catch (ValueException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        });

    [Fact]
    public void Random_bytes_are_a_value_or_a_refusal_and_nothing_else() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            try
            {
                Assert.NotNull(MessagePackReader.Read(bytes));
            }
            catch (ValueException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        });
}

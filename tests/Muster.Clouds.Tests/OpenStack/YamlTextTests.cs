using Muster.Clouds.OpenStack.Identity;

namespace Muster.Clouds.Tests.OpenStack;

public sealed class YamlTextTests
{
    [Fact]
    public void Texts_and_mappings_are_read_in_every_way_of_writing_them()
    {
        var yaml = YamlText.Read(
            """
            # A comment.
            clouds:
              a: {auth: {username: 'it''s me', password: "x: y # z\t"}, regions: [one, {name: two}], n: 3}
              b:
                auth: &auth
                  username: me
                  nothing:
                  tilde: ~
                  block: |
                    first
                    second
                c: *auth
              ? [no, name]
              : lost
            """);

        var clouds = yaml.Find("clouds")!;
        Assert.Equal(["a", "b"], clouds.MappingNames);
        var auth = clouds.Find("a")!.Find("auth")!;
        Assert.Equal(("it's me", "x: y # z\t"), (auth.Texts["username"], auth.Texts["password"]));
        Assert.Equal("3", clouds.Find("a")!.Texts["n"]);
        var same = clouds.Find("b")!.Find("c") ?? clouds.Find("b")!.Find("auth")!;
        Assert.Equal(["block", "username"], same.Texts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("first\nsecond\n", same.Texts["block"]);
        Assert.Same(clouds.Find("b")!.Find("auth"), clouds.Find("b")!.Find("c"));
    }

    [Theory]
    [InlineData("", "YAML with a mapping")]
    [InlineData("- a\n- b", "YAML with a mapping")]
    [InlineData("just words", "YAML with a mapping")]
    [InlineData("a: [", "is not understood")]
    [InlineData("a: *nowhere: x", "is not understood")]
    [InlineData("password: \"secret\n", "is not understood")]
    public void What_is_no_such_file_is_refused_without_showing_it(string text, string told)
    {
        var error = Assert.Throws<FormatException>(() => YamlText.Read(text));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_bounded() => Assert.Contains(
        "at most 16 mappings within each other",
        Assert.Throws<FormatException>(() => YamlText.Read(
            string.Concat(Enumerable.Range(0, 200).Select(i => $"{new string(' ', i)}a:\n")))).Message,
        StringComparison.Ordinal);
}

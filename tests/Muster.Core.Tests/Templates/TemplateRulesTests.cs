using System.Collections.Immutable;

using Muster.Core.Templates;

namespace Muster.Core.Tests.Templates;

public sealed class TemplateRulesTests
{
    private static readonly Template Good = new()
    {
        Id = new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3301")),
        Account = new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3302")),
        Name = "web",
        Cloud = "local",
        Image = "./serve --port $PORT",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void The_least_and_the_most_there_may_be_are_fine()
    {
        Assert.Empty(WrongFields(Good));
        Assert.Empty(WrongFields(Good with
        {
            Name = new string('n', EntityName.LengthMax),
            Image = new string('i', TemplateRules.TextLengthMax),
            NamePrefix = "p",
            Size = "s",
            Networks = [.. Enumerable.Repeat("n", TemplateRules.NetworksMax)],
            UserData = new string('ü', TemplateRules.UserDataBytesMax / 2),
            Metadata = Entries(TemplateRules.EntriesMax, new string('v', TemplateRules.ValueLengthMax)),
            Tags = Entries(TemplateRules.EntriesMax, ""),
            Options = ImmutableSortedDictionary<string, string>.Empty.Add(new string('k', TemplateRules.KeyLengthMax), ""),
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ü")]
    [InlineData("a\n")]
    public void A_name_breaks_the_rule_wherever_it_stands(string name) => Assert.Equal(
        ["name", "cloud", "name_prefix"], WrongFields(Good with { Name = name, Cloud = name, NamePrefix = name }));

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once() => Assert.Equal(
        ["name", "cloud", "image", "size", "networks", "user_data", "metadata", "tags.k", "options"],
        WrongFields(Good with
        {
            Name = new string('n', EntityName.LengthMax + 1),
            Cloud = "",
            Image = new string('i', TemplateRules.TextLengthMax + 1),
            Size = "  ",
            Networks = [.. Enumerable.Repeat("n", TemplateRules.NetworksMax + 1)],
            UserData = new string('ü', (TemplateRules.UserDataBytesMax / 2) + 1),
            Metadata = Entries(TemplateRules.EntriesMax + 1, ""),
            Tags = ImmutableSortedDictionary<string, string>.Empty.Add("k", new string('v', TemplateRules.ValueLengthMax + 1)),
            Options = ImmutableSortedDictionary<string, string>.Empty.Add(new string('k', TemplateRules.KeyLengthMax + 1), ""),
        }));

    [Theory]
    [InlineData("muster.group")]
    [InlineData("muster.")]
    [InlineData("MUSTER.x")]
    public void A_tag_that_poses_as_one_of_Musters_own_is_refused(string key) => Assert.Equal(
        [$"tags.{key}"], WrongFields(Good with { Tags = ImmutableSortedDictionary<string, string>.Empty.Add(key, "v") }));

    [Fact]
    public void Text_that_not_every_store_can_hold_is_refused_and_not_shown()
    {
        var entry = ImmutableSortedDictionary<string, string>.Empty.Add("password", "sword\0fish");

        var errors = Errors(Good with { UserData = "sword\0fish", Metadata = entry, Options = entry });

        Assert.Equal(["user_data", "metadata.password", "options.password"], errors.Select(error => error.Field));
        Assert.All(errors, error => Assert.Equal("text with U+0000", error.Value));
    }

    [Fact]
    public void What_may_be_a_secret_is_told_by_its_size_alone()
    {
        var secret = string.Concat(Enumerable.Repeat("swordfish", 10_000));
        var errors = Errors(Good with
        {
            UserData = secret,
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("password", secret),
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("password", secret),
        });

        Assert.Equal(["90000 bytes", "90000 characters", "90000 characters"], errors.Select(error => error.Value));
    }

    [Fact]
    public void What_was_left_out_is_told_as_missing_and_what_is_long_is_told_shortened()
    {
        var errors = Errors(Good with { Image = "", Name = new string('n', 100_000) });

        Assert.Null(errors.Single(error => error.Field == "image").Value);
        Assert.True(errors.Single(error => error.Field == "name").Value!.Length < 100);
    }

    [Fact]
    public void Throwing_says_the_same_as_checking()
    {
        TemplateRules.ThrowIfWrong(Good);
        var refused = Assert.Throws<InputException>(() => TemplateRules.ThrowIfWrong(Good with { Name = "", Image = "\u0007" }));

        Assert.Equal(["name", "image"], refused.Errors.Select(error => error.Field));
    }

    private static ImmutableSortedDictionary<string, string> Entries(int count, string value) =>
        Enumerable.Range(0, count).ToImmutableSortedDictionary(i => $"k{i}", _ => value);

    private static ImmutableArray<InputError> Errors(Template template)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        TemplateRules.Check(template, errors);
        return errors.ToImmutable();
    }

    private static IEnumerable<string> WrongFields(Template template) => Errors(template).Select(error => error.Field);
}

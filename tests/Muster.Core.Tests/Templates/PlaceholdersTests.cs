using System.Collections.Immutable;

using Muster.Core.Templates;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Templates;

public sealed class PlaceholdersTests
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    [Fact]
    public void What_user_data_and_metadata_leave_open_is_filled_in_wherever_it_stands()
    {
        var template = Some.Template() with
        {
            UserData = "curl {{muster.report_url}} {{muster.report_token}} {{muster.report_token}}",
            Metadata = None.Add("token", "<{{muster.report_token}}>").Add("plain", "{{other}}"),
            Options = None.Add("option", "{{muster.report_token}}"),
        };

        Assert.True(Placeholders.AreIn(template));
        var filled = Placeholders.Fill(template, "T", "https://u");

        Assert.Equal("curl https://u T T", filled.UserData);
        Assert.Equal(None.Add("token", "<T>").Add("plain", "{{other}}"), filled.Metadata);
        Assert.Equal(template.Options, filled.Options);
        Assert.False(Placeholders.AreIn(filled));
    }

    [Fact]
    public void A_template_that_leaves_nothing_open_stays_as_it_is()
    {
        var template = Some.Template() with { UserData = "#!/bin/sh\necho {{ muster }}", Metadata = None.Add("a", "b") };

        Assert.False(Placeholders.AreIn(template));
        Assert.Equal(template, Placeholders.Fill(template, "T", "https://u"));
    }

    [Theory]
    [InlineData("{{muster.report_tokn}}", "{{muster.report_tokn}}")]
    [InlineData("a {{muster.report_token}} and {{muster.secret}} more", "{{muster.secret}}")]
    [InlineData("{{muster.", "{{muster.")]
    [InlineData("{{muster.report_token", "{{muster.report_token")]
    public void What_nobody_would_fill_in_is_refused(string text, string shown)
    {
        var ofData = Assert.Throws<InputException>(() => TemplateRules.ThrowIfWrong(Some.Template() with { UserData = text }));
        var ofMetadata = Assert.Throws<InputException>(
            () => TemplateRules.ThrowIfWrong(Some.Template() with { Metadata = None.Add("a", text) }));

        Assert.Equal(("user_data", shown), (Assert.Single(ofData.Errors).Field, ofData.Errors[0].Value));
        Assert.Equal("metadata.a", Assert.Single(ofMetadata.Errors).Field);
        Assert.Contains(Placeholders.ReportUrl, ofData.Errors[0].Allowed, StringComparison.Ordinal);
    }
}

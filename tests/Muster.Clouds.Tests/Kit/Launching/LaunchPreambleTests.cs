using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Kit.Launching;

public sealed class LaunchPreambleTests
{
    [Fact]
    public void A_template_that_cannot_be_is_refused_with_everything_that_is_wrong()
    {
        var error = Assert.Throws<CloudException>(
            () => LaunchPreamble.Begin(Requests.Make("image"), Read, TestContext.Current.CancellationToken));

        Assert.Equal((CloudErrorKind.InvalidRequest, "image is 'image': a UUID; size is missing: a package"), (error.Kind, error.Message));
    }

    [Fact]
    public void Nothing_begins_for_one_who_waits_no_more()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => LaunchPreamble.Begin(Requests.Make("image"), Read, stopped.Token));
    }

    [Fact]
    public void An_interruptible_instance_is_refused_before_anything_else_where_there_are_none()
    {
        var request = Requests.Make("image") with { IsInterruptible = true };

        var error = Assert.Throws<CloudException>(() => LaunchPreamble.Begin(request, Read, TestContext.Current.CancellationToken));
        var other = Assert.Throws<CloudException>(
            () => LaunchPreamble.Begin(request, Read, TestContext.Current.CancellationToken, mayBeInterruptible: true));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "interruptible is 'true': this cloud has no interruptible instances; leave it out"),
            (error.Kind, error.Message));
        Assert.StartsWith("image is", other.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(3, "user_data is '4 bytes': at most 3 bytes as UTF-8")]
    public void User_data_that_are_too_large_are_refused_and_not_shown(int bytesMax, string? refusal)
    {
        var reader = new TemplateReader(Requests.Template("image") with { UserData = "é:x" }, []);

        new UserDataForm(bytesMax).Check(reader);

        Assert.Equal(refusal, reader.Findings.SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData(false, "é")]
    [InlineData(true, "w6k=")]
    public void User_data_are_sent_in_the_form_of_the_cloud(bool isBase64, string sent) =>
        Assert.Equal(sent, new UserDataForm(100, isBase64).Encode("é"));

    private static TemplateReading<Template> Read(Template template)
    {
        var reader = new TemplateReader(template, ImmutableArray<ConfigOption>.Empty);
        reader.RefuseField("image", template.Image, "a UUID");
        reader.RefuseField("size", null, "a package");
        return reader.End(() => template);
    }
}

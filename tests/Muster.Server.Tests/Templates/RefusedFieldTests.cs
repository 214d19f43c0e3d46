using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Server.Templates;

namespace Muster.Server.Tests.Templates;

public sealed class RefusedFieldTests
{
    private static readonly Template Template = new()
    {
        Id = new(default),
        Account = new(default),
        Name = "web",
        Cloud = "sim",
        Image = "a': b",
        CreatedAt = default,
    };

    [Theory]
    [InlineData("image", "image is 'a': b': no such image", "image is 'a': b': no such image")]
    [InlineData("image", "no such image", "image is 'a': b': no such image")]
    [InlineData("options.x", "options.x is 'y': no such option", "options.x is 'y': no such option")]
    [InlineData(
        "metadata.x",
        "metadata.x becomes X, as does metadata.X: rename one",
        "metadata.x is 'as given': becomes X, as does metadata.X: rename one")]
    [InlineData("size", "size is what the cloud decides", "size is 'the cloud's default': is what the cloud decides")]
    [InlineData("size", "size is missing: the name or id of a package", "size is missing: the name or id of a package")]
    [InlineData("options.pool", "options.pool is missing: the root disk's pool", "options.pool is missing: the root disk's pool")]
    [InlineData("firewall", "firewall is 'on': leave it off", "firewall_enabled is 'on': leave it off")]
    [InlineData("quota", "5 of 5 machines used", "quota is 'as given': 5 of 5 machines used")]
    public void A_field_is_named_once(string field, string message, string said) =>
        Assert.Equal(said, RefusedField.Of(Template, new TemplateFinding(field, IsGood: false, message)).ToString());
}

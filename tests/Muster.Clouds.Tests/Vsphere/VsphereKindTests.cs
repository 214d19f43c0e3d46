using Muster.Clouds.Kit;
using Muster.Clouds.Vsphere;
using Muster.Core;

namespace Muster.Clouds.Tests.Vsphere;

public sealed class VsphereKindTests
{
    [Fact]
    public async Task Every_option_is_read()
    {
        await using var harness = await VsphereHarness.StartAsync();

        var options = VsphereKind.Read(harness.Setup(
            ("url", "https://vcenter.example.com"), ("timeout", "7s"), ("folder", "teams/muster"), ("thumbprint", new string('a', 64))));

        Assert.Equal(
            (new Uri("https://vcenter.example.com/sdk"), VsphereHarness.User, VsphereHarness.Password, "DC1", "teams/muster", 7.0, 32),
            (options.Url, options.User, options.Password.Read(), options.Datacenter, options.Folder, options.Timeout.TotalSeconds,
                options.Thumbprint.Length));
    }

    [Fact]
    public async Task Every_wrong_option_is_named_at_once()
    {
        await using var harness = await VsphereHarness.StartAsync();

        var error = Assert.Throws<InputException>(() => harness.Open(
            ("url", "http://vcenter.example.com"), ("user", ""), ("password_file", Path.Combine(harness.Root, "none")),
            ("datacenter", "/DC1"),
            ("folder", "a//b"), ("thumbprint", "aa:bb"), ("timeout", "0s"), ("password", "abc")));

        Assert.Equal(
            ["datacenter", "folder", "password", "password_file", "thumbprint", "timeout", "url", "user"],
            error.Errors.Select(wrong => wrong.Field["clouds.cellar.".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_passwords_file_is_its_owners_alone_and_holds_a_password()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var open = harness.Write("open", "secret");
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.GroupRead);
        var none = harness.Write("none", "two\nlines");

        var ofOpen = Assert.Throws<InputException>(() => harness.Open(("password_file", open)));
        var ofNone = Assert.Throws<InputException>(() => harness.Open(("password_file", none)));

        Assert.Equal($"clouds.cellar.password_file is '{open}': a file that only its owner may read: chmod 600 {open}", ofOpen.Message);
        Assert.Equal(
            $"clouds.cellar.password_file is '{none}': a file that holds the password: 1 to 512 characters on one line", ofNone.Message);
    }

    [Fact]
    public async Task An_authority_and_a_thumbprint_exclude_each_other()
    {
        await using var harness = await VsphereHarness.StartAsync();

        var error = Assert.Throws<InputException>(
            () => harness.Open(("ca_file", harness.Write("ca", "none")), ("thumbprint", new string('0', 40))));

        Assert.Contains(error.Errors, wrong => wrong.ToString().Contains("left out where ca_file is given", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_can_do_is_what_is_told_of_its_kind()
    {
        await using var harness = await VsphereHarness.StartAsync();

        Assert.Equal(CloudKinds.Find("vsphere")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}

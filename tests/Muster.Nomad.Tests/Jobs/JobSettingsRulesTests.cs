using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Jobs;

public sealed class JobSettingsRulesTests
{
    [Fact]
    public void Settings_that_say_where_the_server_is_are_enough() => JobSettingsRules.ThrowIfWrong(SomeJobs.Settings, "nomad");

    [Fact]
    public void Everything_wrong_is_said_at_once_with_its_field_and_what_is_allowed()
    {
        var settings = new JobSettings
        {
            Server = "muster.example.com",
            Datacenters = ["*"],
            Driver = JobDriver.Docker,
            Artifact = "https://user:secret@files.example.com/muster",
            Timeout = TimeSpan.FromSeconds(1),
            Role = "${x}",
            TokenFile = "relative",
            Unit = JobUnit.Sweep,
        };

        var error = Assert.Throws<InputException>(() => JobSettingsRules.ThrowIfWrong(settings, "nomad"));

        Assert.Equal(
            ["nomad.server", "nomad.datacenters", "nomad.role", "nomad.token_file", "nomad.timeout", "nomad.image", "nomad.artifact", "nomad.artifact_checksum", "nomad.unit"],
            error.Errors.Select(wrong => wrong.Field));
    }

    [Theory]
    [InlineData("https://files.example.com/muster.tar.gz?signature=secret")]
    [InlineData("https://user:secret@files.example.com/muster.tar.gz")]
    [InlineData("https://files.example.com/muster")]
    public void An_artifact_is_an_archive_whose_address_holds_no_secret(string artifact)
    {
        var settings = SomeJobs.Settings;
        (settings.Artifact, settings.ArtifactChecksum) = (artifact, "sha256:" + new string('0', 64));

        var error = Assert.Throws<InputException>(() => JobSettingsRules.ThrowIfWrong(settings, "nomad"));

        Assert.Equal("nomad.artifact", Assert.Single(error.Errors).Field);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}

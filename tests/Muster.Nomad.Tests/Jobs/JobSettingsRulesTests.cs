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
            Task = JobTask.Ask,
        };

        var error = Assert.Throws<InputException>(() => JobSettingsRules.ThrowIfWrong(settings, "nomad"));

        Assert.Equal(
            [
                "nomad.server", "nomad.datacenters", "nomad.role", "nomad.identity", "nomad.task_token_file", "nomad.check_timeout",
                "nomad.image", "nomad.artifact", "nomad.artifact_checksum", "nomad.unit",
            ],
            error.Errors.Select(wrong => wrong.Field));
    }

    [Theory]
    [InlineData("http://127.0.0.1:7474", JobTask.Scale, true)]
    [InlineData("http://[::1]:7474", JobTask.Scale, true)]
    [InlineData("http://localhost:7474", JobTask.Scale, true)]
    [InlineData("http://muster.example.com", JobTask.Scale, false)]
    [InlineData("http://10.0.0.1:7474", JobTask.Scale, false)]
    [InlineData("http://10.0.0.1:7474", JobTask.Ask, true)]
    public void What_opens_a_cloud_leaves_this_machine_by_https_alone(string server, JobTask task, bool isTaken)
    {
        var settings = new JobSettings
        {
            Server = server,
            Task = task,
            Identity = task is JobTask.Ask ? JobIdentity.Token : JobIdentity.Workload,
        };

        var error = Record.Exception(() => JobSettingsRules.ThrowIfWrong(settings, "nomad"));

        Assert.Equal(isTaken, error is null);
        Assert.True(isTaken || error!.Message.Contains("opens a cloud", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(JobTask.Scale, JobIdentity.Workload, null, null)]
    [InlineData(JobTask.Scale, JobIdentity.Workload, "/etc/t", "nomad.task_token_file")]
    [InlineData(JobTask.Scale, JobIdentity.Token, "/etc/{account}.token", null)]
    [InlineData(JobTask.Scale, JobIdentity.Token, null, "nomad.task_token_file")]
    [InlineData(JobTask.Ask, JobIdentity.Token, "/etc/t", null)]
    [InlineData(JobTask.Ask, JobIdentity.Token, null, null)]
    [InlineData(JobTask.Ask, JobIdentity.Workload, "/etc/t", "nomad.identity")]
    public void A_task_has_one_way_to_prove_what_it_is(JobTask task, JobIdentity identity, string? file, string? wrong)
    {
        var settings = SomeJobs.Settings;
        (settings.Task, settings.Identity, settings.TokenFile) = (task, identity, file);

        var error = (InputException?)Record.Exception(() => JobSettingsRules.ThrowIfWrong(settings, "nomad"));

        Assert.Equal(wrong, error?.Errors.Single().Field);
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

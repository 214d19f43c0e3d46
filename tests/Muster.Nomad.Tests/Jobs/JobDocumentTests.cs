using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad;

namespace Muster.Nomad.Tests.Jobs;

public sealed class JobDocumentTests
{
    public static TheoryData<string> Cases => ["group", "group-artifact", "group-docker", "group-escaped", "group-token", "sweep"];

    [Theory, MemberData(nameof(Cases))]
    public void A_job_is_the_document_in_the_file(string name)
    {
        var document = Document(name);

        Golden.Check($"{name}.json", document.ToJson() + "\n");
        Golden.Check($"{name}.hcl", document.ToHcl());
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Nomad_finds_nothing_wrong_with_any_of_them(string name)
    {
        using var directory = new TemporaryDirectory();
        await using var nomad = await NomadSimulator.StartAsync(new() { Directory = directory.Path }, TimeProvider.System);
        using var http = new HttpClient { BaseAddress = nomad.Url };
        using var body = new StringContent(Document(name).ToJson());

        using var answer = await http.PostAsync(new Uri("/v1/validate/job", UriKind.Relative), body, TestContext.Current.CancellationToken);

        Assert.Contains(
            "\"ValidationErrors\":null",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_changes_with_its_group_and_its_id_does_not_change_with_the_name()
    {
        var before = SomeJobs.Group(SomeJobs.Web, "web");
        var after = SomeJobs.Group(SomeJobs.Web, "shop", version: 2);

        Assert.NotEqual(before, after);
        Assert.Equal(before.Key, after.Key);
        Assert.Equal(
            JobIds.KeyOf(SomeJobs.Installation, JobIds.Make(SomeJobs.Installation, before)),
            JobIds.KeyOf(SomeJobs.Installation, JobIds.Make(SomeJobs.Installation, after)));
    }

    private static JobDocument Document(string name)
    {
        var settings = SomeJobs.Settings;
        var wanted = SomeJobs.Group(SomeJobs.Web, "web.shop", version: 7);
        switch (name)
        {
            case "group-artifact":
                settings.Task = JobTask.Scale;
                settings.Driver = JobDriver.Exec;
                settings.Artifact = "https://files.example.com/muster-${attr.cpu.arch}.tar.gz";
                settings.ArtifactChecksum = "sha256:" + new string('a', 64);
                settings.Role = "automater";
                settings.NodePool = "batch";
                break;
            case "group-token":
                settings.Identity = JobIdentity.Token;
                settings.TokenFile = "/etc/muster/{account}.token";
                break;
            case "group-docker":
                (settings.Task, settings.Identity) = (JobTask.Ask, JobIdentity.Token);
                settings.Driver = JobDriver.Docker;
                settings.Image = "registry.example.com/muster:1";
                settings.TokenFile = "/etc/muster/task.token";
                settings.Datacenters = ["eu-1", "eu-2"];
                break;
            case "group-escaped":
                (settings.Task, settings.Identity) = (JobTask.Ask, JobIdentity.Token);
                settings.TokenFile = "/etc/${odd}/%{if}/\"quoted\".token";
                break;
            case "sweep":
                (settings.Unit, settings.Task) = (JobUnit.Sweep, JobTask.Scale);
                wanted = WantedJob.Of(
                    new SweepKey(SomeJobs.Account, "triton-eu"),
                    [SomeGroups.Group(1, intervalS: 300), SomeGroups.Group(2, intervalS: 120)]);
                break;
        }

        return JobDocument.Make(SomeJobs.Installation, wanted, settings, region: null, space: null);
    }
}

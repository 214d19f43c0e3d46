using System.Collections.Immutable;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Incus;

/// <summary>What is the kind's own, against a real LXD in Incus's place.</summary>
[Collection(LxdGroup.Name)]
public sealed class IncusCloudTests : IAsyncLifetime
{
    private readonly LxdDaemon _daemon;
    private LxdHarness? _harness;

    public IncusCloudTests(LxdDaemon daemon) => _daemon = daemon;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ICloud Cloud => _harness!.Cloud;

    public ValueTask InitializeAsync()
    {
        _daemon.SkipUnlessRunning();
        _harness = new LxdHarness(_daemon, "incus");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_template_that_was_read_from_an_instance_makes_another_one()
    {
        var template = Make(("config.limits.processes", "100"), ("pool", "default"), ("config.security.nesting", "true")) with
        {
            Size = "64m,0.5cpu", UserData = "#cloud-config\n",
        };
        var launched = await LaunchAsync(template with { Tags = template.Tags.Add("owner", "web") });

        var draft = await ((ITemplateReadingCloud)Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal((LxdDaemon.Image, "memory=65536k,cpu=0.5"), (draft.Image, draft.Size));
        Assert.Equal(
            [("config.limits.processes", "100"), ("config.security.nesting", "true"), ("pool", "default")],
            draft.Options.Select(option => (option.Key, option.Value)));
        Assert.Equal(["user data, metadata and environment variables, which are not read"], draft.LeftOut);
        var again = Requests.Template(draft.Image) with { Size = draft.Size, Options = draft.Options, Tags = draft.Tags };
        Assert.True((await Cloud.CheckAsync(again, Cancellation)).IsGood);
        Assert.Equal(InstanceState.Running, (await LaunchAsync(again)).State);
    }

    [Fact]
    public async Task A_check_says_that_the_daemon_is_not_the_one_of_the_kind()
    {
        var steps = await DescribeAsync(Cloud);

        Assert.Equal(["identity", "permissions", "quota"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.IsGood, step.Message));
        Assert.Matches(
            "^lxd 5\\.0\\.[0-9]+ on .*; it makes instances by lxc.*; this is lxd, and the cloud is of kind incus", steps[0].Message);
        Assert.Equal(
            ["project 'default' is there", "project 'default' has no limits"], steps.Skip(1).Select(step => step.Message));
    }

    [Fact]
    public async Task A_check_says_that_a_project_is_full_or_not_there()
    {
        await _daemon.RunAsync("project", "create", "none", "-c", "features.images=false", "-c", "limits.instances=0");
        await using var full = Open(("project", "none"));
        await using var lost = Open(("project", "nowhere"));

        var ofFull = await DescribeAsync(full);
        var ofLost = await DescribeAsync(lost);

        Assert.Equal(
            "project 'none' is full: instances 0 of 0; 'incus project set none limits.instances=VALUE' raises that", ofFull[^1].Message);
        Assert.Equal([true, true, false], ofFull.Select(step => step.IsGood));
        Assert.Equal([true, false], ofLost.Select(step => step.IsGood));
        Assert.StartsWith("project is 'nowhere': it is not there", ofLost[^1].Message, StringComparison.Ordinal);
        await _daemon.RunAsync("project", "delete", "none");
    }

    [Fact]
    public async Task A_certificate_that_is_not_known_is_no_identity()
    {
        await using var stranger = LxdHarness.OpenTcpAs("incus", _daemon, "stranger");

        var step = Assert.Single(await DescribeAsync(stranger));

        Assert.Equal(("identity", false), (step.Name, step.IsGood));
        Assert.Equal(
            $"incus at {_daemon.TcpEndpoint} does not know the certificate: "
            + "add it there with 'incus config trust add-certificate', or give a token_file",
            step.Message);
    }

    [Fact]
    public async Task A_certificate_that_is_known_is_told_by_its_name()
    {
        await using var known = LxdHarness.OpenTcpAs("incus", _daemon, "client");

        var steps = await DescribeAsync(known);

        Assert.All(steps, step => Assert.True(step.IsGood, step.Message));
        Assert.Equal(InstanceState.Running, (await known.LaunchAsync(Requests.Make(Make()), Cancellation)).State);
    }

    [Fact]
    public async Task A_token_makes_a_certificate_known()
    {
        Certificates.Make(Directory.CreateDirectory(_daemon.In("fresh")).FullName);
        var token = (await _daemon.RunAsync("config", "trust", "add", "--name", "fresh", "--quiet"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        await File.WriteAllTextAsync(_daemon.In("fresh/token"), token, Cancellation);
        await using var cloud = LxdHarness.OpenTcpAs("incus", _daemon, "fresh/client", ("token_file", _daemon.In("fresh/token")));

        Assert.Empty(await ListAsync(cloud));
    }

    [Fact]
    public async Task A_virtual_machine_is_checked_against_the_daemon_and_the_image()
    {
        var drivers = (await DescribeAsync(Cloud))[0].Message;

        var check = await Cloud.CheckAsync(Make(("type", "virtual-machine")), Cancellation);

        var wrong = check.Findings.Where(finding => !finding.IsGood).ToDictionary(finding => finding.Field, finding => finding.Message);
        Assert.Equal(
            "image is 'tiny': it makes instances of type container, and the template's type is virtual-machine", wrong["image"]);
        Assert.Equal(!drivers.Contains("qemu", StringComparison.Ordinal), wrong.ContainsKey("options.type"));
        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(Make(("type", "virtual-machine"))));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Empty(await ListAsync(Cloud));
    }

    private ICloud Open(params (string Name, string Value)[] options) => LxdHarness.OpenAs("incus", _daemon.Socket, options);

    private static async Task<ImmutableArray<CloudStep>> DescribeAsync(ICloud cloud) =>
        await ((ISelfDescribingCloud)cloud).DescribeAsync(Cancellation);

    private static Template Make(params (string Name, string Value)[] options)
    {
        var template = Requests.Template(LxdDaemon.Image);
        return template with
        {
            Options = template.Options.SetItems(options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        };
    }

    private Task<Instance> LaunchAsync(Template template)
    {
        var request = Requests.Make(template);
        return Cloud.LaunchAsync(request with { Tags = request.Tags.AddRange(template.Tags) }, Cancellation);
    }

    private static async Task<ImmutableArray<Instance>> ListAsync(ICloud cloud)
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }
}

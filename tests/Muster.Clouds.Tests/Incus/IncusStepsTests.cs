using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Lxd;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Incus;

/// <summary>What <c>muster cloud check</c> says, step by step, of what Incus answers.</summary>
public sealed class IncusStepsTests
{
    private const string Unlimited = """{"resources":{"instances":{"Limit":-1,"Usage":7},"memory":{"Limit":-1,"Usage":0}}}""";
    private const string Open = """{"name":"default","config":{"features.images":"true"}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_daemon_says_who_it_is_and_what_is_left()
    {
        var steps = await DescribeAsync(Server(isClustered: false), Open, Unlimited);

        Assert.Equal(
            [
                new CloudStep("identity", IsGood: true, "incus 6.0.4 on castiana, as root (unix); it makes instances by lxc | qemu"),
                new CloudStep("permissions", IsGood: true, "project 'default' is there"),
                new CloudStep("quota", IsGood: true, "project 'default' has no limits"),
            ],
            steps);
    }

    [Fact]
    public async Task A_cluster_s_restricted_project_says_what_it_leaves_and_which_members_are_away()
    {
        var steps = await DescribeAsync(
            Server(isClustered: true),
            """{"name":"default","config":{"restricted":"true","limits.instances":"10"}}""",
            """
            {"resources":{"instances":{"Limit":10,"Usage":3},"memory":{"Limit":4294967296,"Usage":1610612736},
            "cpu":{"Limit":-1,"Usage":9}}}
            """,
            """
            [{"server_name":"two","status":"Evacuated"},{"server_name":"one","status":"Online"},
            {"server_name":"three","status":"Offline"}]
            """);

        Assert.Equal(
            [
                "project 'default' is there; it is restricted, and a launch of what it forbids is refused. It allows no targets "
                    + "(restricted.cluster.target): launches can ask for no zone",
                "of project 'default' are used: instances 3 of 10, memory 1.5 GiB of 4 GiB",
                "three is Offline, two is Evacuated: nothing can be launched there, and instances of a member that is offline are unknown",
            ],
            steps.Skip(1).Select(step => step.Message));
        Assert.All(steps, step => Assert.True(step.IsGood));
        Assert.Equal(["identity", "permissions", "quota", "members"], steps.Select(step => step.Name));
    }

    [Fact]
    public async Task Targets_that_are_allowed_and_members_that_are_online_are_good()
    {
        var steps = await DescribeAsync(
            Server(isClustered: true),
            """{"config":{"restricted":"true","restricted.cluster.target":"allow"}}""",
            Unlimited,
            """[{"server_name":"one","status":"Online"},{"server_name":"two","status":"Online"}]""");

        Assert.Equal("project 'default' is there; it is restricted, and a launch of what it forbids is refused", steps[1].Message);
        Assert.Equal(new CloudStep("members", IsGood: true, "online members: one, two"), steps[3]);
    }

    [Fact]
    public async Task A_full_project_is_no_place_for_a_launch()
    {
        var steps = await DescribeAsync(
            Server(isClustered: false), Open,
            """{"resources":{"instances":{"Limit":10,"Usage":10},"networks":{"Limit":0,"Usage":0},"cpu":{"Limit":20,"Usage":9}}}""");

        Assert.Equal(
            new CloudStep(
                "quota", IsGood: false,
                "project 'default' is full: instances 10 of 10; 'incus project set default limits.instances=VALUE' raises that"),
            steps[2]);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("403 Forbidden")]
    public async Task A_project_that_is_not_seen_says_where_to_look(string status)
    {
        var steps = await DescribeAsync(Server(isClustered: false), project: null, Unlimited, status: status);

        Assert.Equal(["identity", "permissions"], steps.Select(step => step.Name));
        Assert.Equal(
            "project is 'default': it is not there, or the credential may not see it: 'incus project list' shows those that there are, "
            + "'incus config trust list' what a certificate is confined to",
            steps[1].Message);
        Assert.False(steps[1].IsGood);
    }

    [Fact]
    public async Task Another_daemon_of_the_family_is_told()
    {
        var steps = await DescribeAsync(
            Server(isClustered: false).Replace("\"incus\"", "\"lxd\"", StringComparison.Ordinal), Open, Unlimited);

        Assert.True(steps[0].IsGood);
        Assert.EndsWith(
            "; this is lxd, and the cloud is of kind incus: servers of images and fields of templates differ",
            steps[0].Message,
            StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<CloudStep>> DescribeAsync(
        string server, string? project, string state, string members = "[]", string status = "404 Not Found")
    {
        await using var daemon = new OddDaemon(request => request.Split(' ')[1].Split('?')[0] switch
        {
            "/1.0" => Answer(server),
            "/1.0/projects/default" => project is null ? Answer("null", status) : Answer(project),
            "/1.0/projects/default/state" => Answer(state),
            "/1.0/cluster/members" => Answer(members),
            var path => throw new InvalidOperationException(path),
        });
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);
        return await ((ISelfDescribingCloud)cloud).DescribeAsync(Cancellation);
    }

    private static string Server(bool isClustered) => $$"""
        {"config":{"core.https_address":":8443"},"api_extensions":["etag","instance_create_start","projects_restricted_image_servers"],
        "api_status":"stable","api_version":"1.0","auth":"trusted","public":false,"auth_methods":["tls"],"auth_user_name":"root",
        "auth_user_method":"unix","environment":{"addresses":[],"architectures":["x86_64","i686"],"certificate":"","driver":"lxc | qemu",
        "driver_version":"6.0.4 | 9.0.4","firewall":"nftables","kernel":"Linux","project":"default","server":"incus",
        "server_clustered":{{(isClustered ? "true" : "false")}},"server_event_mode":"full-mesh","server_name":"castiana","server_pid":17,
        "server_version":"6.0.4","storage":"dir","storage_version":"1","storage_supported_drivers":[{"Name":"zfs","Remote":false}] } }
        """;

    private static byte[] Answer(string metadata, string status = "200 OK")
    {
        var body = status.StartsWith("200", StringComparison.Ordinal)
            ? $$"""{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":{{metadata}}}"""
            : """{"type":"error","error":"Project not found","error_code":404,"metadata":null}""";
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }
}

using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What the configuration of such a cloud may say.</summary>
public sealed class Ec2KindTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-ec2-kind-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_region_is_enough() => Assert.Empty(Wrong(("region", "eu-central-1")));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() => Assert.Equal(
        [
            "region is 'Frankfurt': a region of AWS: eu-central-1, us-east-1",
            "url is 'http://ec2.example.com': an address of a Query API of AWS: https://...; http:// only on this machine",
            "role_arn is 'muster': a role's ARN: arn:aws:iam::123456789012:role/NAME",
            "page_size is '2': 5 to 1000",
            "timeout is '1h': 1s to 100s",
            "secret_access_key is 'x': no such option; allowed are region, profile, credentials_file, config_file, role_arn, "
            + "external_id, queue_url, price_list, price_system, url, sts_url, elb_url, page_size, timeout",
        ],
        Wrong(
            ("region", "Frankfurt"), ("url", "http://ec2.example.com"), ("role_arn", "muster"), ("page_size", "2"), ("timeout", "1h"),
            ("secret_access_key", "x")).Order(Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b)))));

    [Theory]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/muster-events", true)]
    [InlineData("http://127.0.0.1:4566/123456789012/muster-events", true)]
    [InlineData("http://sqs.eu-central-1.amazonaws.com/123456789012/muster-events", false)]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/muster-events", false)]
    [InlineData("muster-events", false)]
    public void A_queue_is_named_by_its_address(string url, bool isGood) =>
        Assert.Equal(isGood, !Wrong(("region", "eu-central-1"), ("queue_url", url)).Any());

    [Theory]
    [InlineData("https://vpce-0123.elasticloadbalancing.eu-central-1.vpce.amazonaws.com", true)]
    [InlineData("http://127.0.0.1:4566", true)]
    [InlineData("http://elasticloadbalancing.eu-central-1.amazonaws.com", false)]
    [InlineData("https://me@elasticloadbalancing.eu-central-1.amazonaws.com", false)]
    public void The_credential_goes_to_load_balancers_over_TLS_or_within_this_machine_alone(string url, bool isGood) =>
        Assert.Equal(isGood, !Wrong(("region", "eu-central-1"), ("elb_url", url)).Any());

    [Theory]
    [InlineData("https://elasticloadbalancing.eu-central-1.amazonaws.com/", "eu-central-1")]
    [InlineData("https://elasticloadbalancing.cn-north-1.amazonaws.com.cn/", "cn-north-1")]
    [InlineData("https://elasticloadbalancing.eu-central-1.amazonaws.com/", "eu-central-1", "url", "https://vpce-1.ec2.vpce.amazonaws.com")]
    [InlineData("http://127.0.0.1:4566/", "eu-central-1", "url", "http://127.0.0.1:4566")]
    [InlineData("https://elb.example.com/", "eu-central-1", "elb_url", "https://elb.example.com")]
    public void Load_balancers_answer_in_the_region_unless_said_otherwise(string expected, string region, params string[] option) =>
        Assert.Equal(expected, Muster.Clouds.Ec2.Ec2Kind.Read(
            Setup([("region", region), .. option is [var name, var value] ? [(name, value)] : Array.Empty<(string, string)>()]), _ => null)
            .BalancingUrl.ToString());

    [Fact]
    public void A_price_list_must_be_there_and_is_of_a_known_system() => Assert.Equal(
        [
            "price_list is '/no/such/list': a file; there is none of that name",
            "price_system is 'BeOS': Linux, RHEL, SUSE or Windows",
        ],
        Wrong(("region", "eu-central-1"), ("price_list", "/no/such/list"), ("price_system", "BeOS")).Order());

    [Fact]
    public void A_region_is_needed() => Assert.Equal(["region is missing: a region of AWS: eu-central-1, us-east-1"], Wrong());

    [Fact]
    public void An_external_id_goes_with_a_role_alone() => Assert.Equal(
        ["external_id is 'x': left out unless role_arn is set"], Wrong(("region", "eu-central-1"), ("external_id", "x")));

    [Fact]
    public void A_credentials_file_must_be_there_hold_the_profile_and_be_its_owner_s_alone()
    {
        var path = Path.Combine(_directory.FullName, "credentials");
        Assert.Equal([$"credentials_file is '{path}': a file; there is none of that name"],
            Wrong(("region", "eu-central-1"), ("credentials_file", path)));

        File.WriteAllText(path, "nothing\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(
            [$"credentials_file is '{path}': a file of its owner alone: chmod 600 {path}"],
                Wrong(("region", "eu-central-1"), ("credentials_file", path)));

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(
            [$"credentials_file is '{path}': a file with a section: [default], and below it aws_access_key_id = ..."],
            Wrong(("region", "eu-central-1"), ("credentials_file", path)));

        File.WriteAllText(path, "[other]\naws_access_key_id = x\naws_secret_access_key = y\n");
        Assert.Equal(
            ["profile is 'mine': a profile of the files given: they have none of that name"],
            Wrong(("region", "eu-central-1"), ("credentials_file", path), ("profile", "mine")));
        Assert.Empty(Wrong(("region", "eu-central-1"), ("credentials_file", path), ("profile", "other")));
    }

    [Fact]
    public async Task A_region_that_there_is_not_is_told_when_its_name_is_not_known()
    {
        await using var cloud = Opened.Now("ec2", Setup(("region", "eu-nowhere-9"), ("credentials_file", Good())));

        var error = await Assert.ThrowsAsync<CloudException>(() =>
            ((IZonedCloud)cloud).ListZonesAsync(TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("ec2 DescribeAvailabilityZones: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("ec2.eu-nowhere-9.amazonaws.com", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_files_travel_to_checks_elsewhere()
    {
        var files = CloudFiles.Given(ImmutableSortedDictionary<string, byte[]>.Empty
            .Add("/secret/keys", "[default]\naws_access_key_id = x\naws_secret_access_key = y\n"u8.ToArray()));

        Assert.Empty(CloudKinds.Check("ec2",
            Setup(("region", "eu-central-1"), ("credentials_file", "/secret/keys")) with { Files = files }));
    }

    private static int Rank(string message) => Array.FindIndex(
        ["region", "url", "role_arn", "page_size", "timeout", "secret"], name => message.StartsWith(name, StringComparison.Ordinal));

    private string Good()
    {
        var path = Path.Combine(_directory.FullName, "good");
        File.WriteAllText(path, "[default]\naws_access_key_id = x\naws_secret_access_key = y\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private IEnumerable<string> Wrong(params (string Name, string Value)[] options) => CloudKinds.Check("ec2", Setup(options))
        .Select(error =>
        error.Value is null ? $"{error.Field} is missing: {error.Allowed}" : $"{error.Field} is '{error.Value}': {error.Allowed}");

    private CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "east",
        DataDirectory = _directory.FullName,
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}

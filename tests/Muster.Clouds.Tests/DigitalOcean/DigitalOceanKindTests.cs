using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.DigitalOcean;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class DigitalOceanKindTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-digitalocean-kind-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_but_the_token_must_be_set()
    {
        var (options, token) = Read([("token_file", Write("dop_v1_abc\n"))]);

        Assert.Equal(
            (new Uri("https://api.digitalocean.com"), 200, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), "dop_v1_abc"),
            (options.Endpoint, options.PageSize, options.ListingLag, options.Timeout, token.Current));
    }

    [Theory]
    [InlineData("one", "two", "one")]
    [InlineData(null, "two", "two")]
    [InlineData("", "two", "two")]
    public void Without_a_file_the_environment_has_the_token_as_for_doctl(string? token, string? accessToken, string expected)
    {
        var read = DigitalOceanKind.Read(
            Setup(), name => name switch { "DIGITALOCEAN_TOKEN" => token, "DIGITALOCEAN_ACCESS_TOKEN" => accessToken, _ => null });

        Assert.Equal(expected, read.Token.Current);
    }

    [Fact]
    public void Every_wrong_option_is_named()
    {
        var error = Assert.Throws<InputException>(() => Read(
            [("endpoint", "http://example.com"), ("listing_lag", "1s"), ("page_size", "201"), ("timeout", "0s"), ("token", "dop_v1_abc")]));

        Assert.Equal(
            [
                "clouds.sea.token is 'dop_v1_abc': no such option; allowed are token_file, endpoint, listing_lag, page_size, timeout",
                "clouds.sea.token_file is missing: the file with the API token, "
                    + "or DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN in the environment",
                "clouds.sea.endpoint is 'http://example.com': the API's address: https://...; http:// only on this machine",
                "clouds.sea.listing_lag is '1s': 5s to 10m",
                "clouds.sea.page_size is '201': 20 to 200",
                "clouds.sea.timeout is '0s': 1s to 100s",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("first\nsecond")]
    [InlineData("tökén")]
    public void A_file_that_holds_no_token_is_refused_without_showing_it(string text)
    {
        var path = Write(text);

        var error = Assert.Throws<InputException>(() => Read([("token_file", path)]));

        Assert.Equal(
            $"clouds.sea.token_file is '{path}': a file that holds a token of DigitalOcean: one line of printable "
                + "characters without blanks, and nothing else",
            error.Message);
    }

    [Fact]
    public void A_variable_that_holds_no_token_is_refused_without_showing_it()
    {
        var error = Assert.Throws<InputException>(
            () => DigitalOceanKind.Read(Setup(), name => name is "DIGITALOCEAN_TOKEN" ? "my secret" : null));

        Assert.Contains("what DIGITALOCEAN_TOKEN in the environment holds is none", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        var path = Write("dop_v1_abc");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var error = Assert.Throws<InputException>(() => Read([("token_file", path)]));

        Assert.Equal($"clouds.sea.token_file is '{path}': a file that only its owner may read: chmod 600 {path}", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() => Assert.StartsWith(
        "clouds.sea.token_file is '/nowhere': a file that can be read (",
        Assert.Throws<InputException>(() => Read([("token_file", "/nowhere")])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_token_that_a_server_hands_to_a_task_is_read_from_what_came_along()
    {
        var files = CloudFiles.Given(ImmutableSortedDictionary<string, byte[]>.Empty.Add("/far/token", "dop_v1_far"u8.ToArray()));

        var (_, token) = DigitalOceanKind.Read(Setup(("token_file", "/far/token")) with { Files = files }, _ => null);

        Assert.Equal("dop_v1_far", token.Current);
    }

    [Fact]
    public async Task A_token_that_was_changed_in_its_file_counts_from_the_next_call_on()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        harness.Simulator.RemoveToken(DigitalOceanHarness.Token);
        harness.Simulator.AddToken("dop_v1_new");
        var refused = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        harness.WriteToken("token", "dop_v1_new");

        Assert.Equal(CloudErrorKind.Unauthorized, refused.Kind);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task While_the_file_is_written_anew_the_token_before_goes_on()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        File.WriteAllText(harness.TokenFile, "");
        Assert.Empty(await harness.ListAsync());

        File.Delete(harness.TokenFile);

        Assert.Empty(await harness.ListAsync());
    }

    private static (DigitalOceanOptions Options, ApiToken Token) Read((string Name, string Value)[] options) =>
        DigitalOceanKind.Read(Setup(options), _ => null);

    private static CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "sea",
        DataDirectory = "/nowhere",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };

    private string Write(string text)
    {
        var path = Path.Combine(_directory, "token");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}

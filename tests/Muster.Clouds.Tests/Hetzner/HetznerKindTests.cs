using Muster.Clouds.Hetzner;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Hetzner;

public sealed class HetznerKindTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_option_is_read()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var options = HetznerKind.Read(harness.Setup(("endpoint", "https://api.example.com/v1"), ("timeout", "7s")));

        Assert.Equal(
            (new Uri("https://api.example.com/v1/"), TimeSpan.FromSeconds(7), harness.Token, "falkenstein"),
            (options.Endpoint, options.Timeout, options.Token.Current, options.Cloud));
    }

    [Fact]
    public async Task Every_wrong_option_is_named_at_once()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var error = Assert.Throws<InputException>(() => harness.Open(
            ("endpoint", "http://api.example.com/v1"), ("token_file", Path.Combine(harness.Root, "none")), ("timeout", "0s"),
            ("token", "abc")));

        Assert.Equal(
            ["clouds.falkenstein.token", "clouds.falkenstein.endpoint", "clouds.falkenstein.timeout", "clouds.falkenstein.token_file"],
            error.Errors.Select(wrong => wrong.Field));
    }

    [Fact]
    public async Task A_tokens_file_is_its_owners_alone_and_holds_a_token()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var open = harness.WriteToken("open", harness.Token);
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.GroupRead);
        var none = harness.WriteToken("none", "not a token");

        var ofOpen = Assert.Throws<InputException>(() => harness.Open(("token_file", open)));
        var ofNone = Assert.Throws<InputException>(() => harness.Open(("token_file", none)));

        Assert.Equal($"clouds.falkenstein.token_file is '{open}': a file that only its owner may read: chmod 600 {open}", ofOpen.Message);
        Assert.Equal(
            $"clouds.falkenstein.token_file is '{none}': a file that holds an API token: 16 to 512 letters and digits, and nothing else",
            ofNone.Message);
    }

    [Fact]
    public async Task Without_a_token_it_is_said_where_one_may_be()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var setup = harness.Setup();

        var error = Assert.Throws<InputException>(
            () => Opened.Now("hetzner", setup with { Options = setup.Options.Remove("token_file") }));

        Assert.Equal(
            "clouds.falkenstein.token_file is missing: the file with the API token, or HCLOUD_TOKEN in the environment",
            error.Message);
    }

    [Fact]
    public async Task A_new_token_in_the_file_counts_at_once_and_an_empty_file_changes_nothing()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await harness.ListAsync();
        var next = harness.Simulator.AddToken();

        harness.Simulator.RemoveToken(harness.Token);
        var refused = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        File.WriteAllText(harness.TokenFile, next);
        await harness.ListAsync();
        File.WriteAllText(harness.TokenFile, "");
        await harness.ListAsync();

        Assert.Equal(CloudErrorKind.Unauthorized, refused.Kind);
    }

    [Fact]
    public void A_token_is_taken_out_of_a_text_with_every_beginning_of_it() => Assert.Equal(
        "for '***...' and *** and AbCdEf",
        TokenMask.Apply("for 'AbCdEfGhIjK...' and AbCdEfGhIjKlMnOpQrSt and AbCdEf", "AbCdEfGhIjKlMnOpQrSt"));

    [Fact]
    public async Task The_kind_says_what_an_open_cloud_can_do()
    {
        await using var harness = await HetznerHarness.StartAsync();

        Assert.Equal(CloudAbilities.Of(harness.Cloud), CloudKinds.Find("hetzner")!.Description.Abilities);
    }

    [Fact]
    public async Task A_check_says_whose_the_token_is_and_that_it_may_write()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);

        Assert.Equal(
            [
                new CloudStep("identity", IsGood: true, "the token is of a project with 1 server; the API does not tell its name"),
                new CloudStep("permissions", IsGood: true, "the token may read and write"),
            ],
            steps);
        Assert.Single(harness.Simulator.Servers.All);
    }

    [Fact]
    public async Task A_check_says_that_a_token_may_only_read_or_is_none()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await using var reader = harness.Open(("token_file", harness.WriteToken("reader", harness.Simulator.AddToken(isReadOnly: true))));
        await using var wrong = harness.Open(("token_file", harness.WriteToken("wrong", new string('A', 64))));

        var ofReader = await ((ISelfDescribingCloud)reader).DescribeAsync(Cancellation);
        var ofWrong = await ((ISelfDescribingCloud)wrong).DescribeAsync(Cancellation);

        Assert.Equal([true, false], ofReader.Select(step => step.IsGood));
        Assert.Contains("the token may only read: make one with Read & Write", ofReader[1].Message, StringComparison.Ordinal);
        Assert.Equal(("identity", false), (Assert.Single(ofWrong).Name, ofWrong[0].IsGood));
    }

    [Fact]
    public async Task A_check_that_the_API_does_not_answer_says_nothing_of_the_token()
    {
        await using var harness = await HetznerHarness.StartAsync(options =>
            options.Faults = request => request.Method == "POST"
                ? new Simulators.Kit.Fault.Answer(503, """{"error":{"code":"maintenance","message":"later"}}""") : null);

        var error = await Assert.ThrowsAsync<CloudException>(() => ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }
}

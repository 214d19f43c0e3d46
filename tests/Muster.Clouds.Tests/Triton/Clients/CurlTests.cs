using System.Text.Json;

namespace Muster.Clouds.Tests.Triton.Clients;

/// <summary>What people type: curl, with a signature by openssl, in both dialects that CloudAPI takes.</summary>
public sealed class CurlTests
{
    /// <summary>
    /// As the documentation of the original has it: the bare date is signed, and the signature stands after the parameters.
    /// </summary>
    private const string Old =
        """
        cloudapi() {
            local now=$(LC_ALL=C date -u "+%a, %d %h %Y %H:%M:%S GMT")
            local signature=$(printf %s "$now" | openssl dgst -sha256 -sign "$KEY" | openssl enc -e -a | tr -d '\n')
            curl -sS -f -H 'Content-Type: application/json' -H 'Accept: application/json' -H "Date: $now" -H 'Accept-Version: ~8' \
                -H "Authorization: Signature keyId=\"/$ACCOUNT/keys/$KEY_ID\",algorithm=\"rsa-sha256\" $signature" "$@"
        }
        """;

    /// <summary>The later one: the header with its name is signed, and the signature is a parameter.</summary>
    private const string Modern =
        """
        cloudapi() {
            local now=$(LC_ALL=C date -u "+%a, %d %h %Y %H:%M:%S GMT")
            local signature=$(printf 'date: %s' "$now" | openssl dgst -sha256 -sign "$KEY" | openssl enc -e -a | tr -d '\n')
            curl -sS -f -H 'Content-Type: application/json' -H 'Accept: application/json' -H "Date: $now" -H 'Accept-Version: ~8' \
                -H "Authorization: Signature keyId=\"/$ACCOUNT/keys/$KEY_ID\",algorithm=\"rsa-sha256\",headers=\"date\",signature=\"$signature\"" "$@"
        }
        """;

    [Theory]
    [InlineData(Old)]
    [InlineData(Modern)]
    public async Task The_documented_function_lists_what_there_is(string function)
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make("rsa", "-b", "2048", "-m", "PEM");
        var fingerprint = harness.Account.AddKey(KeyMaker.Public(key), "curl").Fingerprint;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken);

        var output = KeyMaker.Run(
            "bash",
            "-c",
            $"KEY='{key}' KEY_ID='{fingerprint}' ACCOUNT={TritonHarness.Login}\n{function}\n"
            + $"cloudapi '{harness.Simulator.Url}{TritonHarness.Login}/machines'");

        using var machines = JsonDocument.Parse(output);
        Assert.Equal(launched.Id.Value, Assert.Single(machines.RootElement.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        await using var harness = await TritonHarness.StartAsync();
        var key = harness.Keys.Make("rsa", "-b", "2048", "-m", "PEM");
        var other = harness.Account.AddKey(KeyMaker.Public(harness.Keys.Make("rsa", "-b", "2048")), "curl").Fingerprint;

        var status = KeyMaker.Run(
            "bash", "-c",
            $"KEY='{key}' KEY_ID='{other}' ACCOUNT={TritonHarness.Login}\n{Old}\n"
            + $"cloudapi --no-fail -o /dev/null -w '%{{http_code}}' '{harness.Simulator.Url}{TritonHarness.Login}/machines'");

        Assert.Equal("401", status);
    }
}

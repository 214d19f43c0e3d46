using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Core.Reconciling;
using Muster.Server.Telling;

namespace Muster.Server.Tests.Telling;

/// <summary>Web hooks against a real server, and commands as real programs.</summary>
public sealed class HookVoiceTests
{
    // From the specification of Standard Webhooks.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_signature_is_that_of_the_specification()
    {
        var signature = HookSignature.Read(Secret)!;

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            signature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64")]
    public void What_is_no_secret_is_refused(string text) => Assert.Null(HookSignature.Read(text));

    [Fact]
    public async Task A_web_hook_gets_who_waits_for_what_and_how_it_is_answered_signed()
    {
        var got = new ConcurrentQueue<(string? Id, string? Time, string? Signature, string Body)>();
        await using var site = new HttpSite((request, body) =>
        {
            got.Enqueue((
                request.Headers["webhook-id"], request.Headers["webhook-timestamp"], request.Headers["webhook-signature"], body));
            return (204, "");
        });
        var call = Call($"{site.Url}/muster?a=b");
        var signature = HookSignature.Read(Secret)!;

        await new WebHooks(signature, TimeProvider.System).TellAsync(call, Cancel);

        var (id, time, signed, text) = Assert.Single(got);
        Assert.Equal(call.Id, id);
        Assert.Equal(signature.Sign(id!, long.Parse(time!, CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(text)), signed);
        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal("instance.waiting", json.GetProperty("type").GetString());
        var data = json.GetProperty("data");
        Assert.Equal(
            ("bake", "launch", "web", "web-1", "i-1", "abandon", "/v1/instances/i-1/hooks/bake?cloud=sim"),
            (
                data.GetProperty("hook").GetString(), data.GetProperty("at").GetString(), data.GetProperty("group").GetString(),
                data.GetProperty("instance").GetString(), data.GetProperty("instance_id").GetString(),
                data.GetProperty("on_timeout").GetString(), data.GetProperty("answer").GetString()));
        Assert.Equal(Held.Now.AddHours(1), data.GetProperty("deadline_at").GetDateTimeOffset());
        Assert.Equal("10.0.0.1", data.GetProperty("addresses")[0].GetString());
    }

    [Fact]
    public async Task A_web_hook_that_refuses_redirects_or_is_not_there_is_told_so_without_its_path()
    {
        await using var site = new HttpSite((request, _) => (request.Url!.AbsolutePath == "/moved" ? 302 : 500, "secret words"));
        var voice = new WebHooks(signature: null, TimeProvider.System);

        Assert.Equal($"{site.Host} answers HTTP 500", await FailureAsync(voice, $"{site.Url}/private"));
        Assert.Equal(
            $"{site.Host} redirects (HTTP 302): redirects are not followed, name the final address",
            await FailureAsync(voice, $"{site.Url}/moved"));
        Assert.Contains("nobody listens", await FailureAsync(voice, $"http://127.0.0.1:{FreePort.Find()}/x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_gets_the_same_on_its_input_and_its_end_says_whether_it_was_heard()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var seen = Path.Combine(directory.FullName, "seen");
            var voice = new CommandHooks(
                [
                    new("page", "/bin/sh", ["-c", $"cat > '{seen}'; echo noise"]),
                    new("broken", "/bin/sh", ["-c", "echo 'no pager' >&2; exit 3"]),
                    new("deaf", "/bin/sh", ["-c", "exit 0"]),
                    new("nowhere", "/nowhere/page", []),
                ],
                TimeProvider.System);

            await voice.TellAsync(Call("exec:page"), Cancel);
            await voice.TellAsync(Call("exec:deaf"), Cancel);

            Assert.Equal(
                "web-1",
                JsonDocument.Parse(await File.ReadAllTextAsync(seen, Cancel)).RootElement.GetProperty("data").GetProperty("instance")
                    .GetString());
            Assert.Equal("command broken ended with 3: no pager", await FailureAsync(voice, "exec:broken"));
            Assert.StartsWith("command nowhere cannot be started", await FailureAsync(voice, "exec:nowhere"), StringComparison.Ordinal);
            Assert.Equal(
                "this server's configuration has no [[hook_command]] named gone", await FailureAsync(voice, "exec:gone"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> FailureAsync(IHookVoice voice, string whom) =>
        (await Assert.ThrowsAsync<HookException>(() => voice.TellAsync(Call(whom), Cancel))).Message;

    private static HookCall Call(string whom)
    {
        var record = Held.Record(1, Held.AtLaunch(whom));
        return HookCall.Of(
            record, Held.Cloud, HeldInstance.Read(record, Held.Cloud, Held.Instances(1), Held.Now, Held.Now).Single());
    }
}

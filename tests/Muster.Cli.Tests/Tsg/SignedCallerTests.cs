using System.Text.Json;

using Muster.Cli.Configuration;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.Tsg;

/// <summary>Callers of /v1/tsg with their own SSH keys, and what becomes of them and of their groups.</summary>
public sealed class SignedCallerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_callers_group_is_kept_with_the_accounts_service_key_until_the_account_removes_it()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        var id = await AddGroupAsync(world, capacity: 2);
        await world.GroupWhenAsync("web", group => group.State.Counts.Running == 2);
        Assert.Equal(2, world.Simulator.Machines.Alive.Count);
        var machines = JsonDocument.Parse((await world.GetAsync($"/groups/{id}/instances")).Body).RootElement;
        Assert.Equal(2, machines.GetArrayLength());

        world.Account.Keys.TryRemove(world.ServiceKey!.Fingerprint, out var removed);
        world.Simulator.Machines.SetState(world.Simulator.Machines.Alive[0].Id, "stopped");

        Assert.Equal((401, "failed key authentication\n"), await world.GetAsync());
        var cutOff = await world.GroupWhenAsync("web", group => group.State.Condition is GroupCondition.Degraded);
        Assert.Contains("unauthorized", cutOff.State.Reason, StringComparison.Ordinal);
        Assert.Equal(2, world.Simulator.Machines.Alive.Count);
        Assert.Null(world.ServiceKey);
        Assert.NotNull(removed);
    }

    // Defect 22: the original's had 1024 bits.
    [Fact]
    public async Task Unless_said_otherwise_a_service_key_is_RSA_of_3072_bits_and_keeps_the_group()
    {
        await using var world = await SignedWorld.StartAsync(configure: config =>
        {
            AtOnce(config);
            config.Clouds[0].Options.Remove("key_type");
        });

        await AddGroupAsync(world, capacity: 1);

        await world.GroupWhenAsync("web", group => group.State.Counts.Running == 1);
        var key = Convert.FromBase64String(world.ServiceKey!.Text.Split(' ')[1]);
        Assert.StartsWith("ssh-rsa ", world.ServiceKey.Text, StringComparison.Ordinal);
        Assert.InRange(key.Length, 3072 / 8, (3072 / 8) + 32);
    }

    [Fact]
    public async Task A_removed_key_stays_removed_until_the_operator_orders_a_new_one()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        Assert.Equal(200, (await world.GetAsync()).Status);
        var first = world.ServiceKey!.Fingerprint;
        world.Account.Keys.TryRemove(first, out _);

        for (var request = 0; request < 3; request++)
        {
            Assert.Equal((401, "failed key authentication\n"), await world.GetAsync());
        }

        Assert.Null(world.ServiceKey);
        await world.RunAsync("account", "rotate-key", SignedWorld.Login);
        Assert.Equal(200, (await world.GetAsync()).Status);
        Assert.NotEqual(first, world.ServiceKey!.Fingerprint);
    }

    // Defect 23.
    [Fact]
    public async Task An_ordered_key_takes_the_old_ones_place_in_the_account()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        Assert.Equal(200, (await world.GetAsync()).Status);
        var first = world.ServiceKey!.Fingerprint;

        await world.RunAsync("account", "rotate-key", SignedWorld.Login);

        Assert.Equal(200, (await world.GetAsync()).Status);
        Assert.NotEqual(first, world.ServiceKey!.Fingerprint);
        Assert.Equal(2, world.Account.Keys.Count);
    }

    // The group waited 23 s more after the new key was there: the old one was refused first, and every 30 s after that.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_new_key_the_groups_that_were_cut_off_are_kept_again_at_once(int servers)
    {
        await using var world = await SignedWorld.StartAsync(servers, AtOnce);
        await AddGroupAsync(world, capacity: 2);
        await world.GroupWhenAsync("web", group => group.State.Counts.Running == 2);
        world.Account.Keys.TryRemove(world.ServiceKey!.Fingerprint, out _);
        world.Simulator.Machines.SetState(world.Simulator.Machines.Alive[0].Id, "stopped");
        await world.GroupWhenAsync("web", group => group.State.Condition is GroupCondition.Degraded);

        await world.RunAsync("account", "rotate-key", SignedWorld.Login);
        var orderedAt = TimeProvider.System.GetTimestamp();
        Assert.Equal(200, (await world.GetAsync(server: servers - 1)).Status);
        await world.GroupWhenAsync("web", group => group.State is { Condition: GroupCondition.Healthy, Counts.Running: 2 });

        // Far below the 30 s for which a group waits that the cloud refuses.
        Assert.InRange(TimeProvider.System.GetElapsedTime(orderedAt), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    // Defect 23.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_half_done_exchange_of_keys_is_finished_by_the_next_request(bool isTaken)
    {
        await using var world = await SignedWorld.StartAsync();
        world.Faults = request => request is { Method: "POST", Path: "keys" } ? isTaken ? new Fault.LostAnswer() : new Fault.Reset() : null;
        Assert.Equal(503, (await world.GetAsync()).Status);
        world.Faults = _ => null;

        Assert.Equal(200, (await world.GetAsync()).Status);

        var key = await KeyAsync(world);
        Assert.Equal((key.Fingerprint, true), (world.ServiceKey!.Fingerprint, key.ConfirmedAt is not null));
    }

    [Fact]
    public async Task A_key_of_that_name_which_is_not_ours_is_left_alone_until_ordered_otherwise()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        using var foreign = new SigningCaller(world.Account, user: null, SignedWorld.KeyName);

        Assert.Equal((401, "failed key authentication\n"), await world.GetAsync());
        Assert.Equal(foreign.Fingerprint, world.ServiceKey!.Fingerprint);
        await world.RunAsync("account", "rotate-key", SignedWorld.Login);
        Assert.Equal(200, (await world.GetAsync()).Status);
        Assert.NotEqual(foreign.Fingerprint, world.ServiceKey!.Fingerprint);
    }

    // Defects 26 and 30.
    [Fact]
    public async Task Two_servers_asked_at_the_same_moment_make_one_account_and_one_key()
    {
        await using var world = await SignedWorld.StartAsync(
            servers: 2, configure: config => config.Accounts.Whitelist = false, isAllowed: false);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => world.GetAsync(server: i % 2)));

        Assert.All(answers, answer => Assert.Equal((200, "[]"), answer));
        Assert.Equal(world.ServiceKey!.Fingerprint, (await KeyAsync(world)).Fingerprint);
        Assert.Equal(2, world.Account.Keys.Count);
        Assert.Equal(2, (await world.Store.ListAccountsAsync(Cancellation)).Length);
    }

    [Fact]
    public async Task Only_allowed_accounts_come_in_unless_the_whitelist_is_off()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce, isAllowed: false);

        Assert.Equal((401, "failed account authentication\n"), await world.GetAsync());
        Assert.Null(world.ServiceKey);
        await world.RunAsync("account", "allow", SignedWorld.Login);
        Assert.Equal(200, (await world.GetAsync()).Status);
        await world.RunAsync("account", "deny", SignedWorld.Login);
        Assert.Equal((401, "failed account authentication\n"), await world.GetAsync());
        Assert.Contains("denied", (await world.RunAsync("account", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denied_account_is_kept_out_at_once_however_long_its_signature_counts()
    {
        await using var world = await SignedWorld.StartAsync(configure: config => config.Accounts.VerdictFor = TimeSpan.FromMinutes(5));
        using var signed = new HttpRequestMessage(HttpMethod.Get, "/v1/tsg/groups");
        world.Caller.Sign(signed);
        Assert.Equal(200, (await world.SendRawAsync(signed)).Status);

        await world.RunAsync("account", "deny", SignedWorld.Login);

        Assert.Equal(401, (await world.SendRawAsync(signed)).Status);
    }

    [Fact]
    public async Task An_account_that_became_somebody_elses_is_kept_out_until_allowed_again()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        var account = await world.Store.FindAccountAsync(SignedWorld.Login, Cancellation);
        await world.Store.ChangeAccountAsync(account!.Id, new() { CloudId = "somebody who had the name before" }, Cancellation);

        Assert.Equal((401, "failed account authentication\n"), await world.GetAsync());
        await world.RunAsync("account", "allow", SignedWorld.Login);
        Assert.Equal(200, (await world.GetAsync()).Status);
    }

    [Fact]
    public async Task A_forged_or_outdated_signature_opens_nothing()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);

        world.Caller.Forges = true;
        Assert.Equal((401, "failed account authentication\n"), await world.GetAsync());
        world.Caller.Forges = false;
        world.Caller.Date = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(301);
        Assert.Equal((401, "failed account authentication\n"), await world.GetAsync());
        Assert.Null(world.ServiceKey);
    }

    // Defect 26.
    [Fact]
    public async Task The_same_proof_is_shown_to_CloudAPI_once()
    {
        await using var world = await SignedWorld.StartAsync();
        world.Caller.Date = TimeProvider.System.GetUtcNow();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.GetAsync()));

        Assert.Single(world.Requests, request => request is { Method: "GET", Path: "" });
    }

    // Defect 26.
    [Fact]
    public async Task A_CloudAPI_that_does_not_answer_lets_nobody_in()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        Assert.Equal(200, (await world.GetAsync()).Status);
        world.Faults = _ => new Fault.Answer(500, """{"code":"InternalError","message":"down"}""");

        var (status, body) = await world.GetAsync();

        Assert.Equal((503, "CloudAPI, which says who callers are, does not answer; try again\n"), (status, body));
    }

    [Fact]
    public async Task A_sub_user_acts_as_the_account_under_their_own_name()
    {
        await using var world = await SignedWorld.StartAsync();
        using var jane = new SigningCaller(world.Account, "jane.doe");

        await AddGroupAsync(world, capacity: 0, jane);

        var group = await world.GroupWhenAsync("web", _ => true);
        var activities = await world.Store.ListActivitiesAsync(group.Group.Id, new(100), Cancellation);
        Assert.Contains(activities.Items, activity => activity.Author == "joyent/jane.doe");
    }

    // The first key's id named the author here, and the last one was judged at CloudAPI.
    [Theory]
    [InlineData("keyId=\"/joyent/users/jane.doe/keys/x\",{0}")]
    [InlineData("KEYID=\"/joyent/users/jane.doe/keys/x\",{0}")]
    [InlineData("{0},keyId=\"/joyent/users/jane.doe/keys/x\"")]
    [InlineData("note=\"\\\",keyId=\"/joyent/users/jane.doe/keys/x\",{0}")]
    [InlineData("{0}, Signature keyId=\"/joyent/users/jane.doe/keys/x\"")]
    [InlineData("keyId='/joyent/users/jane.doe/keys/x',{0}")]
    public async Task A_header_that_two_could_read_in_two_ways_opens_nothing(string parameters)
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        using var jane = new SigningCaller(world.Account, "jane.doe");
        world.Caller.Alter = header => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, $"Signature {parameters}", header["Signature ".Length..]);

        Assert.Equal((401, "failed session authentication\n"), await world.GetAsync());
        Assert.DoesNotContain(world.Requests, request => request is { Method: "GET", Path: "" });
    }

    [Fact]
    public async Task A_header_that_is_there_twice_opens_nothing()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        foreach (var twice in (string[])["Authorization", "Date"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "");
            world.Caller.Sign(request);
            request.Headers.TryAddWithoutValidation(twice, request.Headers.NonValidated[twice].ToString());

            Assert.Equal((401, "failed session authentication\n"), await world.SendRawAsync(request));
        }

        Assert.DoesNotContain(world.Requests, request => request is { Method: "GET", Path: "" });
    }

    [Fact]
    public async Task The_parameters_may_stand_in_any_order_and_with_blanks_between()
    {
        await using var world = await SignedWorld.StartAsync(configure: AtOnce);
        world.Caller.Alter = header => $"Signature {string.Join(" , ", header["Signature ".Length..].Split(',').Reverse())}";

        Assert.Equal(200, (await world.GetAsync()).Status);
    }

    // Defect 21.
    [Fact]
    public async Task The_private_key_lies_sealed_in_the_store_and_is_in_no_answer_of_it()
    {
        await using var world = await SignedWorld.StartAsync();
        await world.GetAsync();

        var key = await KeyAsync(world);

        Assert.Equal("keyring", key.Secret.Scheme);
        Assert.DoesNotContain("PRIVATE", key.Secret.Data, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Data, key.ToString(), StringComparison.Ordinal);
    }

    private static void AtOnce(MusterConfig config) =>
        (config.Accounts.VerdictFor, config.Accounts.RefusalFor) = (TimeSpan.Zero, TimeSpan.Zero);

    private static async Task<Core.Accounts.AccountCredential> KeyAsync(SignedWorld world)
    {
        var account = await world.Store.FindAccountAsync(SignedWorld.Login, Cancellation);
        return (await world.Store.FindCredentialAsync(account!.Id, SignedWorld.KeyName, Cancellation))!;
    }

    internal static async Task<string> AddGroupAsync(SignedWorld world, int capacity, SigningCaller? caller = null)
    {
        var template = await world.SendAsync(
            HttpMethod.Post,
            "/templates",
            $$"""{"template_name":"t","package":"14af2214-d2e8-11e5-9be9-93b3a0c5d3b2","image_id":"{{Catalogue.Image}}"}""",
            caller: caller);
        var group = await world.SendAsync(
            HttpMethod.Post,
            "/groups",
            $$"""{"group_name":"web","template_id":"{{Id(template)}}","capacity":{{capacity}}}""",
            caller: caller);
        return Id(group);
    }

    private static string Id((int Status, string Body) answer)
    {
        Assert.True(answer.Status == 201, answer.Body);
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("id").GetString()!;
    }
}

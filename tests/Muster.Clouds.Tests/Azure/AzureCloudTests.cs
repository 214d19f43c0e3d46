using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Azure;
using Muster.Simulators.Azure.Machines;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Azure;

public sealed class AzureCloudTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_description_says_that_it_can_it_can()
    {
        await using var harness = await AzureHarness.StartAsync();

        Assert.Equal(CloudKinds.Find("azure")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }

    [Fact]
    public async Task A_launch_is_one_call_and_a_look_is_three_but_one_where_the_last_look_found_nothing()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.ListAsync();
        var first = harness.Simulator.Calls.Values.Sum() - 1;

        var empty = await harness.ListAsync();
        var looks = harness.Simulator.Calls.Values.Sum() - 1 - first;
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        var launch = harness.Simulator.Calls.Values.Sum() - 1 - first - looks;
        await harness.ListAsync();

        Assert.Empty(empty);
        Assert.InRange(first, 1, 3);
        Assert.Equal(1, looks);
        Assert.Equal(1, launch);
        Assert.Equal(3, harness.Simulator.Calls.Values.Sum() - 1 - first - looks - launch);
        Assert.Equal(1, harness.Simulator.TokensGiven);
    }

    [Fact]
    public async Task The_lists_of_a_look_are_under_way_at_the_same_time()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        using var all = new Barrier(3);
        var met = new ConcurrentBag<bool>();
        harness.Options.Faults = request =>
        {
            if (request.Path.EndsWith("virtualMachines", StringComparison.Ordinal)
                || request.Path.EndsWith("networkInterfaces", StringComparison.Ordinal))
            {
                met.Add(all.SignalAndWait(TimeSpan.FromMinutes(1), Cancelled));
            }

            return null;
        };

        await harness.ListAsync();

        Assert.Equal([true, true, true], met);
    }

    [Theory]
    [InlineData("/providers/Microsoft.Compute/virtualMachines", false)]
    [InlineData("/providers/Microsoft.Network/networkInterfaces", true)]
    public async Task A_look_of_which_one_list_fails_is_no_look(string list, bool ofGroup)
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        harness.Options.Faults = request =>
            request.Path.EndsWith(list, StringComparison.Ordinal)
            && request.Path.Contains("/resourceGroups/", StringComparison.Ordinal) == ofGroup
                ? new Fault.Answer(500, """{"error":{"code":"InternalServerError","message":"no"}}""")
                : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());
        harness.Options.Faults = _ => null;

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Single(await harness.ListAsync());
    }

    [Fact]
    public async Task Instances_are_listed_over_several_pages_with_an_odd_one_among_them()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.PageMax = 2);
        var said = new List<string>();
        await using var cloud = harness.Open(said.Add);
        var launched = new List<Instance>();
        for (var count = 0; count < 5; count++)
        {
            launched.Add(await cloud.LaunchAsync(harness.Request(), Cancelled));
        }

        // A zone that is no text: nothing of the kind is foreseen.
        var odd = launched.OrderBy(instance => instance.Id.Value, StringComparer.Ordinal).ElementAt(2);
        harness.Simulator.Machines.All.First(machine => machine.Name == odd.Id.Value).Body["zones"] = new JsonArray((JsonNode)7);
        var listed = await AzureHarness.ListAllAsync(cloud);

        Assert.Equal(launched.Select(one => one.Id.Value).Order(), listed.Select(one => one.Id.Value).Order());
        Assert.Equal(odd.Id, Assert.Single(listed, one => one.State is InstanceState.Unknown).Id);
        Assert.Contains(said, sentence => sentence.Contains($"instance {odd.Id} of ours counts as unknown", StringComparison.Ordinal));
        Assert.Equal(3, harness.Simulator.Calls[("GET virtualMachines", 200)]);
        Assert.Equal(3, harness.Simulator.Calls[("GET virtualMachines statusOnly", 200)]);
    }

    [Fact]
    public async Task A_page_elsewhere_is_not_asked_for()
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Path.EndsWith("virtualMachines", StringComparison.Ordinal)
            ? new Fault.Answer(200, """{"value":[],"nextLink":"https://example.com/subscriptions/x"}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("at another service, to which no token is sent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_that_go_round_in_a_circle_are_not_believed()
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Path.EndsWith("virtualMachines", StringComparison.Ordinal)
            ? new Fault.Answer(200, $$"""{"value":[],"nextLink":"{{harness.Simulator.Url}}subscriptions/x?api-version=1"}""")
            : request.Path.EndsWith("/x", StringComparison.Ordinal)
                ? new Fault.Answer(200, $$"""{"value":[],"nextLink":"{{harness.Simulator.Url}}subscriptions/x?api-version=1"}""")
                : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Contains("go round in a circle", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Running", InstanceState.Running, "running")]
    [InlineData("Starting", InstanceState.Provisioning, "starting")]
    [InlineData("Creating", InstanceState.Provisioning, "creating")]
    [InlineData("Stopping", InstanceState.Stopped, "stopping")]
    [InlineData("Stopped", InstanceState.Stopped, "stopped, and still paid for")]
    [InlineData("Deallocating", InstanceState.Stopped, "deallocating")]
    [InlineData("Deallocated", InstanceState.Stopped, "deallocated")]
    [InlineData("Deleting", InstanceState.Terminating, "deleting")]
    [InlineData("Hibernated", InstanceState.Unknown, "hibernated")]
    public async Task A_state_is_told_in_the_words_of_Azure(string word, InstanceState state, string detail)
    {
        await using var harness = await AzureHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        harness.Simulator.Machines.SetState(launched.Id.Value, word);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((state, detail), (listed.State, listed.StateDetail));
    }

    [Theory]
    [InlineData("AllocationFailed", false, InstanceState.Failed, "failed: AllocationFailed: Allocation failed.")]
    [InlineData("OSProvisioningTimedOut", true, InstanceState.Failed, "failed: OSProvisioningTimedOut: OS Provisioning")]
    [InlineData("VMExtensionProvisioningError", true, InstanceState.Running, "running; the last change of it failed: VMExtension")]
    public async Task A_failed_machine_is_a_shell_unless_it_works_all_the_same(string code, bool runs, InstanceState state, string detail)
    {
        await using var harness = await AzureHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        harness.Simulator.Machines.Fail(launched.Id.Value, code, runs);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(state, listed.State);
        Assert.StartsWith(detail, listed.StateDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_shell_is_ours_to_remove()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.FailingShare = 1);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        var listed = Assert.Single(await harness.ListAsync());

        await harness.Cloud.TerminateAsync(launched.Id, Cancelled);

        Assert.Equal(InstanceState.Failed, listed.State);
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(harness.Simulator.Machines.Parts);
    }

    [Fact]
    public async Task A_state_that_is_not_told_kills_nobody()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        harness.Options.Faults = request => request.Path.EndsWith("providers/Microsoft.Compute/virtualMachines", StringComparison.Ordinal)
            && !request.Path.Contains("resourceGroups", StringComparison.Ordinal)
            ? new Fault.Answer(200, """{"value":[]}""")
            : null;

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((InstanceState.Unknown, "succeeded; its power state is not told"), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task A_launch_that_waits_hears_that_there_is_no_room_and_leaves_no_shell()
    {
        await using var harness = await AzureHarness.StartAsync(
            options =>
            {
                options.RetryAfterSeconds = 1;
                options.FullZones.Add("2");
            },
            ("launch_wait", "30s"));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "2" }, Cancelled));
        var good = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "1" }, Cancelled);

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Contains("failed in the end: ZonalAllocationFailed: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", good.Zone);
        Assert.Equal(good.Id.Value, Assert.Single(harness.Simulator.Machines.All).Name);
    }

    [Fact]
    public async Task A_launch_that_does_not_wait_is_listed_as_failed_with_the_reason()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.FullZones.Add("2"));

        await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "2" }, Cancelled);
        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(InstanceState.Failed, listed.State);
        Assert.StartsWith("failed: ZonalAllocationFailed: ", listed.StateDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failed_wait_cannot_take_away_is_ambiguous()
    {
        await using var harness = await AzureHarness.StartAsync(
            options =>
            {
                options.RetryAfterSeconds = 1;
                options.FailingShare = 1;
            },
            ("launch_wait", "30s"));
        harness.Options.Faults = request => request.Method == "DELETE" ? new Fault.Reset() : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancelled));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
    }

    [Fact]
    public async Task A_full_region_and_a_quota_are_told_apart()
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.IsFull = true;
        var full = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancelled));
        (harness.Options.IsFull, harness.Options.MachinesMax) = (false, 0);
        var over = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancelled));

        Assert.Equal(CloudErrorKind.OutOfStock, full.Kind);
        Assert.Equal(CloudErrorKind.QuotaExceeded, over.Kind);
    }

    [Fact]
    public async Task A_machine_of_that_name_that_is_not_ours_is_left_alone()
    {
        await using var harness = await AzureHarness.StartAsync();
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancelled);
        harness.Simulator.Machines.SetTag(launched.Id.Value, MusterTags.Launch, "another");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancelled));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("has that name and not the tag muster.launch", error.Message, StringComparison.Ordinal);
        Assert.Equal("another", (string?)Assert.Single(harness.Simulator.Machines.All).Tags[MusterTags.Launch]);
    }

    [Fact]
    public async Task Names_are_one_whatever_their_case()
    {
        await using var harness = await AzureHarness.StartAsync();
        var request = harness.Request() with { Name = "Web_Front.End-0123456789ab" };

        var launched = await harness.Cloud.LaunchAsync(request, Cancelled);
        var again = await harness.Cloud.LaunchAsync(request, Cancelled);
        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal("web-front-end-0123456789ab", launched.Id.Value);
        Assert.Equal(launched.Id, again.Id);
        Assert.Equal((launched.Id, "Web_Front.End-0123456789ab"), (listed.Id, listed.Name));
        Assert.False(listed.Tags.ContainsKey("muster.name"));
    }

    [Fact]
    public async Task An_interruptible_instance_is_a_spot_machine_that_is_deleted_when_it_is_taken_back()
    {
        await using var harness = await AzureHarness.StartAsync();

        var launched = await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancelled);
        var properties = Assert.Single(harness.Simulator.Machines.All).Body["properties"]!;
        harness.Simulator.Machines.Delete(launched.Id.Value);

        Assert.Equal(("Spot", "Delete", -1m),
            ((string?)properties["priority"], (string?)properties["evictionPolicy"], (decimal)properties["billingProfile"]!["maxPrice"]!));
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(harness.Simulator.Machines.Parts);
    }

    [Theory]
    [InlineData("private", new[] { "10.0." })]
    [InlineData("public", new[] { "20.1.", "10.0." })]
    [InlineData("none", new string[0])]
    public async Task Addresses_are_told_as_far_as_they_are_asked_for(string option, string[] expected)
    {
        await using var harness = await AzureHarness.StartAsync(null, ("addresses", option));
        var template = harness.GoodTemplate();
        await harness.Cloud.LaunchAsync(
            Local.Requests.Make(template with { Options = template.Options.Add("public_ip", "on") }) with { Name = "web-1" }, Cancelled);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(expected.Length, listed.Addresses.Length);
        Assert.All(listed.Addresses.Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_may_not_read_locks_still_lists_and_knows_the_one_that_was_met()
    {
        await using var harness = await AzureHarness.StartAsync();
        var locked = await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        harness.Options.Faults = request => request.Path.EndsWith("/locks", StringComparison.Ordinal)
            ? new Fault.Answer(403, """{"error":{"code":"AuthorizationFailed","message":"no"}}""")
            : null;

        await harness.Protecting!(locked, Cancelled);
        var listed = await harness.ListAsync();

        Assert.Equal(2, listed.Length);
        Assert.Equal(locked.Id, Assert.Single(listed, instance => instance.IsProtected).Id);
    }

    [Fact]
    public async Task The_pace_stays_below_the_limits_that_are_published()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.PerSecond = null);
        await harness.ListAsync();

        await Task.WhenAll(Enumerable.Range(0, harness.Cloud.Traits.Burst).Select(_ => harness.ListAsync()));

        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Status == 429);
        Assert.True(harness.Cloud.Traits.ReadsPerSecond < 300 / 60.0);
        Assert.True(harness.Cloud.Traits.WritesPerSecond < 500 / 60.0);
    }

    [Fact]
    public async Task Whoever_is_too_fast_is_told_when_to_come_again()
    {
        await using var harness = await AzureHarness.StartAsync(options => (options.PerSecond, options.Burst) = (0.01, 4));
        await harness.ListAsync();
        await harness.ListAsync();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Throttled, error.Kind);
        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task Parts_that_are_left_over_are_found_by_their_mark_and_removed()
    {
        await using var harness = await AzureHarness.StartAsync();
        var cloud = (ICloudWithLeftovers)harness.Cloud;
        var installation = Local.Requests.Installation;
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        var group = $"/subscriptions/{harness.Simulator.Subscription}/resourceGroups/{AzureSimulator.ResourceGroup}/providers/";
        foreach (var (type, name, tag) in new[]
        {
            ("Microsoft.Network/networkInterfaces", "nic-left", installation.ToString()),
            ("Microsoft.Network/publicIPAddresses", "ip-left", installation.ToString()),
            ("Microsoft.Compute/disks", "disk-left", installation.ToString()),
            ("Microsoft.Compute/disks", "disk-of-others", "another"),
        })
        {
            harness.Simulator.Machines.AddPart(
                new(type, $"{group}{type}/{name}", new JsonObject { [MusterTags.Installation] = tag }, DateTimeOffset.UnixEpoch));
        }

        var left = await cloud.ListLeftoversAsync(installation, Cancelled);
        foreach (var leftover in left)
        {
            await cloud.RemoveLeftoverAsync(leftover, Cancelled);
            await cloud.RemoveLeftoverAsync(leftover, Cancelled);
        }

        Assert.Equal(
            [("network interface", "nic-left"), ("public address", "ip-left"), ("disk", "disk-left")],
            left.Select(one => (one.Kind, one.Name!)));
        Assert.Empty(await cloud.ListLeftoversAsync(installation, Cancelled));
        Assert.Contains(harness.Simulator.Machines.Parts, part => part.Id.EndsWith("disk-of-others", StringComparison.Ordinal));
        var used = harness.Simulator.Machines.Parts.First(
            part => part.Owner is not null && part.Type.EndsWith("disks", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.RemoveLeftoverAsync(new("disk", used.Id, "used", null), Cancelled));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        await Assert.ThrowsAsync<CloudException>(
            () => cloud.RemoveLeftoverAsync(
                new("disk", "/subscriptions/x/resourceGroups/y/providers/Microsoft.Compute/disks/z", "z", null), Cancelled));
    }

    [Fact]
    public async Task An_instance_is_in_its_backend_pools_from_its_first_moment_to_its_last()
    {
        await using var harness = await AzureHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with { Options = template.Options.Add("backend_pools", Catalogue.BackendPool) };

        var launched = await harness.Cloud.LaunchAsync(Local.Requests.Make(template), Cancelled);

        var nic = Assert.Single(harness.Simulator.Machines.Parts, part => part.Type == "Microsoft.Network/networkInterfaces");
        Assert.EndsWith(
            "/loadBalancers/web-lb/backendAddressPools/web",
            (string?)nic.Properties["ipConfigurations"]![0]!["properties"]!["loadBalancerBackendAddressPools"]![0]!["id"],
            StringComparison.Ordinal);

        await harness.Cloud.TerminateAsync(launched.Id, Cancelled);
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(harness.Simulator.Machines.Parts);
    }

    [Fact]
    public async Task A_machine_is_read_into_a_template_that_makes_the_same()
    {
        await using var harness = await AzureHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with
        {
            FirewallEnabled = true,
            Tags = template.Tags.Add("team", "blue"),
            Options = template.Options.SetItem("zones", "2").Add("network_security_group", Catalogue.SecurityGroup).Add("public_ip", "on")
                .Add("os_disk_gb", "64").Add("data_disks", "32:Premium_LRS").Add("identities", "system").Add("admin_user", "jane"),
        };
        var request = Local.Requests.Make(template);
        var launched = await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.Add("team", "blue") }, Cancelled);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancelled);

        Assert.Equal(template.Image, draft.Image);
        Assert.Equal(template.Size, draft.Size);
        Assert.EndsWith("/virtualNetworks/net/subnets/default", Assert.Single(draft.Networks), StringComparison.Ordinal);
        Assert.True(draft.FirewallEnabled);
        Assert.Equal([KeyValuePair.Create("team", "blue")], draft.Tags);
        Assert.Equal(
            template.Options.Remove("network_security_group"), draft.Options.Remove("network_security_group"));
        Assert.Equal(["its further disks become empty ones"], draft.LeftOut);
        var again = await harness.Cloud.CheckAsync(
            template with { Networks = draft.Networks, Options = draft.Options, Image = draft.Image }, Cancelled);
        Assert.True(again.IsGood, string.Join("; ", again.Findings));
    }

    [Theory]
    [InlineData("no-such-machine")]
    [InlineData("../x")]
    public async Task A_machine_that_is_not_there_is_read_into_nothing(string id)
    {
        await using var harness = await AzureHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new(id), Cancelled));

        Assert.Equal(CloudErrorKind.NotFound, error.Kind);
        Assert.Equal($"instance is '{id}': the resource group muster has no virtual machine of that name", error.Message);
    }

    [Fact]
    public async Task The_check_of_a_cloud_goes_step_by_step()
    {
        await using var harness = await AzureHarness.StartAsync();

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancelled);

        Assert.Equal(["identity", "subscription", "resource group", "permissions", "power states", "quota"],
            steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.IsGood, step.Message));
        Assert.Contains($"the application {harness.Simulator.Client}", steps[0].Message, StringComparison.Ordinal);
        Assert.EndsWith($"of the tenant {harness.Simulator.Tenant}, by secret", steps[0].Message, StringComparison.Ordinal);
        Assert.Equal($"Simulated ({harness.Simulator.Subscription}) is Enabled", steps[1].Message);
        Assert.Equal("used in westeurope: Total Regional vCPUs: 0 of 20000; Virtual Machines: 0 of 10000", steps[5].Message);
    }

    [Fact]
    public async Task The_check_of_a_cloud_says_what_is_wrong_and_goes_on()
    {
        await using var harness = await AzureHarness.StartAsync(options =>
        {
            options.SubscriptionState = "Disabled";
            options.MachinesMax = 0;
            options.Actions.Clear();
            options.Actions.Add("Microsoft.Compute/virtualMachines/read");
            options.Actions.Add("Microsoft.Network/*");
            options.Actions.Add("Microsoft.Compute/*/write");
        });

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancelled);

        Assert.Equal(["subscription", "permissions", "quota"], steps.Where(step => !step.IsGood).Select(step => step.Name));
        Assert.EndsWith("is Disabled: its owner has to pay or to activate it", steps[1].Message, StringComparison.Ordinal);
        Assert.Equal(
            "the credential may not Microsoft.Compute/virtualMachines/delete, Microsoft.Compute/disks/delete in muster: "
            + "give it the role of docs/clouds/azure.md",
            steps[3].Message);
    }

    [Fact]
    public async Task The_check_of_a_cloud_ends_where_there_is_no_token()
    {
        await using var harness = await AzureHarness.StartAsync();
        await using var cloud = harness.OpenWithWrongCredential!();

        var step = Assert.Single(await ((ISelfDescribingCloud)cloud).DescribeAsync(Cancelled));

        Assert.Equal(("identity", false), (step.Name, step.IsGood));
        Assert.Contains("the client secret is wrong", step.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Standard_B2x", "size",
        "size is 'Standard_B2x': westeurope has no such size; it has Standard_B1s, Standard_B2s, Standard_D2s_v5, ")]
    [InlineData(Catalogue.BarredSize, "size", "this subscription cannot have it in westeurope (NotAvailableForSubscription); it can have ")]
    [InlineData(Catalogue.OneZoneSize, "options.zones", "Standard_NC6s_v3 is not to be had in 2, 3; it is in 1")]
    public async Task The_check_of_a_template_names_a_size_that_is_not_to_be_had(string size, string field, string expected)
    {
        await using var harness = await AzureHarness.StartAsync();

        var check = await harness.Cloud.CheckAsync(harness.GoodTemplate() with { Size = size }, Cancelled);

        var bad = Assert.Single(check.Findings, finding => !finding.IsGood);
        Assert.Equal(field, bad.Field);
        Assert.Contains(expected, bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_a_template_names_networks_groups_and_pools_that_are_not_there()
    {
        await using var harness = await AzureHarness.StartAsync();
        var template = harness.GoodTemplate();

        var check = await harness.Cloud.CheckAsync(
            template with
            {
                Networks = ["net/other"],
                Options = template.Options.Add("network_security_group", "none").Add("backend_pools", "web-lb/none"),
            },
            Cancelled);

        Assert.Equal(
            [
                "network is 'net/other': there is none of that name",
                "options.network_security_group is 'none': there is none of that name",
                "options.backend_pools is 'none': there is none of that name",
            ],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Fact]
    public async Task Details_tell_what_else_is_known()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancelled);
        var details = ImmutableSortedDictionary<string, string>.Empty;
        await foreach (var page in harness.Cloud.ListAsync(new(Local.Requests.Installation, Details: true), Cancelled))
        {
            details = page.Instances.Select(instance => instance.Attributes).FirstOrDefault(details);
        }

        Assert.Equal(
            ["id", "image", "location", "powerState", "provisioningState", "vmId", "vmSize"], details.Keys);
        Assert.Equal(Catalogue.Size, details["vmSize"]);
    }
}

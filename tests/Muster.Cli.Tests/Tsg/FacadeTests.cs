using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Cli.Tests.TsgImport;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.Tsg;

/// <summary>The whole of it: <c>/v1/tsg</c> of a real server, over a simulated CloudAPI.</summary>
public sealed partial class FacadeTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private OriginalCloud _cloud = null!;
    private HttpClient _http = null!;
    private Task<ExitCode> _running = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await OriginalCloud.StartAsync();
        (var address, _running) = await ServingProgram.StartAsync(["server", "--config", _cloud.ConfigPath], _stop.Token);
        _http = new() { BaseAddress = new($"{address}/v1/tsg/") };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _http.Dispose();
        _stop.Dispose();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task Machines_come_in_the_shape_of_triton_go()
    {
        var template = await MakeAsync("templates", $$$"""
            {"template_name":"web","package":"14af2214-d2e8-11e5-9be9-93b3a0c5d3b2","image_id":"{{{Catalogue.Image}}}","firewall_enabled":true,
            "networks":["{{{Catalogue.Network}}}"],"userdata":"#!/bin/sh","metadata":{"role":"web"},
            "tags":{"role":"web","triton.cns.services":"a,b","triton.cns.disable":"true"}}
            """);
        var group = await MakeAsync("groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":1}""");

        var body = await UntilAsync($"groups/{group}/instances", text => text.Contains("\"state\":\"running\"", StringComparison.Ordinal));

        var machine = Assert.Single(_cloud.Simulator.Machines.Alive);
        var told = Moments().Replace(body, "TIME");
        var tags = JsonDocument.Parse(body).RootElement[0].GetProperty("tags");
        Assert.Equal("web", tags.GetProperty("role").GetString());
        Assert.Equal("shop", tags.GetProperty("tsg.name").GetString());
        Assert.Equal(template, tags.GetProperty("tsg.template").GetString());
        Assert.DoesNotContain("triton.cns", tags.GetRawText(), StringComparison.Ordinal);
        var address = (string)JsonDocument.Parse(body).RootElement[0].GetProperty("primaryIp").GetString()!;
        Assert.Equal(
            $$"""[{"id":"{{machine.Id}}","name":"{{machine.Name}}","type":"smartmachine","brand":"lx","state":"running","image":"{{Catalogue.Image}}","""
            + $$"""
            "memory":256,"disk":10240,"metadata":{"role":"web","user-data":"#!/bin/sh"},"tags":{{tags.GetRawText()}},"created":"TIME","updated":"TIME",
            """.Trim()
            + $$"""
            "docker":false,"ips":["{{address}}"],"networks":["{{Catalogue.Network}}"],"primaryIp":"{{address}}","firewall_enabled":true,
            """.Trim()
            + $$"""
            "compute_node":"564d1be6-2e0a-4e5f-9d5c-000000000001","package":"{{Catalogue.Package}}","dns_names":null,"deletion_protection":false,
            """.Trim()
            + """
            "CNS":{"Disable":true,"ReversePTR":"","Services":["a","b"]}}]
            """.Trim(), told);
    }

    [Fact(DisplayName = "Defect 32: quotes, newlines and ${...} reach the machine as they were sent")]
    public async Task What_was_sent_reaches_the_machine()
    {
        var template = await MakeAsync("templates", $$$"""
            {"template_name":"web","package":"14af2214-d2e8-11e5-9be9-93b3a0c5d3b2","image_id":"{{{Catalogue.Image}}}",
            "userdata":"\"}\n${NOMAD_ADDR}","tags":{"evil":"\"]\n}\ntask \"x\" { ${env.HOME} }"}}
            """);
        var group = await MakeAsync("groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":1}""");

        await UntilAsync($"groups/{group}/instances", text => text.Contains("\"state\":\"running\"", StringComparison.Ordinal));

        var machine = Assert.Single(_cloud.Simulator.Machines.Alive);
        Assert.Equal("\"]\n}\ntask \"x\" { ${env.HOME} }", (string?)machine.Tags["evil"]);
        Assert.Equal("\"}\n${NOMAD_ADDR}", (string?)machine.Metadata["user-data"]);
    }

    [Fact(DisplayName = "Defect 26: a CloudAPI that hangs does not hang the API")]
    public async Task A_cloudapi_that_hangs_does_not_hang_the_api()
    {
        _cloud.Faults = _ => new Fault.Slow(TimeSpan.FromHours(1));
        var template = await MakeAsync(
            "templates", $$"""{"template_name":"web","package":"14af2214-d2e8-11e5-9be9-93b3a0c5d3b2","image_id":"{{Catalogue.Image}}"}""");
        var group = await MakeAsync("groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":1}""");

        Assert.Contains("\"capacity\":1", await _http.GetStringAsync("groups", _stop.Token), StringComparison.Ordinal);
        using var step = new StringContent("""{"instance_count":2,"max_instance":10}""");
        using var answer = await _http.PutAsync(new Uri($"groups/{group}/increment", UriKind.Relative), step, _stop.Token);
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Contains("\"capacity\":3", await _http.GetStringAsync($"groups/{group}", _stop.Token), StringComparison.Ordinal);
    }

    private async Task<string> MakeAsync(string what, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        using var answer = await _http.PostAsync(new Uri(what, UriKind.Relative), content, _stop.Token);
        var text = await answer.Content.ReadAsStringAsync(_stop.Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    private async Task<string> UntilAsync(string path, Func<string, bool> isThere)
    {
        var body = "";
        await Patiently.UntilAsync(
            async () => isThere(body = await _http.GetStringAsync(path, _stop.Token)),
            $"{path} is as wanted", more: () => Task.FromResult(body));
        return body;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")]
    private static partial Regex Moments();
}

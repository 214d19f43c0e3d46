using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>Queries that wait for a change, as in <c>13-blocking-queries</c>.</summary>
public sealed class WaitingTests : IAsyncLifetime
{
    private NomadWorld _world = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await NomadWorld.StartAsync(groups: 2);
        _http = new() { BaseAddress = _world.Nomad.Url };
        await _world.Reconciler.RunAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_change_of_any_job_wakes_every_query_and_the_index_is_greater()
    {
        var (index, _) = await ListAsync("none");
        var waiting = ListAsync($"none&index={index}&wait=10m");

        await _world.Client.ForceAsync(_world.Job(1), Cancel);

        var (later, jobs) = await waiting;
        Assert.True(later > index);
        Assert.Empty(jobs);
    }

    [Fact]
    public async Task When_its_time_is_over_the_same_is_answered_again()
    {
        var (index, before) = await ListAsync("muster");

        var (later, after) = await ListAsync($"muster&index={index}&wait=20ms");
        var (_, future) = await ListAsync("muster&index=999999999&wait=20ms");

        Assert.Equal(index, later);
        Assert.True(JsonNode.DeepEquals(before, after) && JsonNode.DeepEquals(before, future));
    }

    private async Task<(ulong Index, JsonArray Jobs)> ListAsync(string prefix)
    {
        using var answer = await _http.GetAsync(new Uri($"/v1/jobs?prefix={prefix}", UriKind.Relative), Cancel);
        var index = ulong.Parse(answer.Headers.GetValues("X-Nomad-Index").Single(), CultureInfo.InvariantCulture);
        return (index, (JsonArray)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }
}

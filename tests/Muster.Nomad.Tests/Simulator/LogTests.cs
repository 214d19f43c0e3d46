using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>What a run wrote, in the ways that the recorded one was asked for it (<c>11-logs</c>, <c>12-logs-after-gc</c>).</summary>
public sealed class LogTests : IAsyncLifetime
{
    private const string Text = "out 1\nout 2\nno newline äöü €";

    private NomadWorld _world = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await NomadWorld.StartAsync(groups: 1, script: $"printf '{Text.Replace("\n", "\\n", StringComparison.Ordinal)}'");
        _http = new() { BaseAddress = _world.Nomad.Url };
        await _world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        await _world.WhenQuietAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Plain_text_is_what_was_written_byte_for_byte()
    {
        Assert.Equal(Text, await ReadAsync("&plain=true"));
        Assert.Equal(Text[6..], await ReadAsync("&plain=true&origin=start&offset=6"));
        Assert.Equal("äöü €", await ReadAsync("&plain=true&origin=end&offset=10"));
    }

    [Fact]
    public async Task A_frame_says_where_it_ends()
    {
        var frame = JsonNode.Parse(await ReadAsync(""))!;

        Assert.Equal(Text, Encoding.UTF8.GetString(Convert.FromBase64String((string)frame["Data"]!)));
        Assert.Equal(("alloc/logs/check.stdout.0", Encoding.UTF8.GetByteCount(Text)), ((string)frame["File"]!, (int)frame["Offset"]!));
    }

    [Fact]
    public async Task Of_a_run_that_the_client_forgot_there_is_no_file_any_more()
    {
        var first = Run;
        _world.Options.AllocationsKept = 0;
        await _world.Client.ForceAsync(_world.Job(1), Cancel);
        await _world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 2, Cancel);
        await _world.WhenQuietAsync();
        HttpResponseMessage answer;
        do
        {
            // Files go after the end was told.
            answer = await _http.GetAsync(
                new Uri($"/v1/client/fs/logs/{first}?task=check&type=stdout&plain=true", UriKind.Relative), Cancel);
        }
        while (answer.IsSuccessStatusCode);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.StartsWith("failed to list entries: open ", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.ToString());
    }

    private string Run => (string)_world.Nomad.Cluster.ListAllocations(_ => true)[0]!["ID"]!;

    private Task<string> ReadAsync(string how) =>
        _http.GetStringAsync(new Uri($"/v1/client/fs/logs/{Run}?task=check&type=stdout{how}", UriKind.Relative), Cancel);
}

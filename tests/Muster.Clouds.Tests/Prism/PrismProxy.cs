using Muster.Clouds.Tests.Daemons;
using Daemon = Muster.Clouds.Tests.Daemons.Daemon;

namespace Muster.Clouds.Tests.Prism;

/// <summary>
/// Prism between a client and a simulator, a judge that nobody here wrote: it holds both against a published API description.
/// <c>./test</c> installs it from its lock file.
/// </summary>
/// <remarks>
/// A bad request of ours is answered with 422, and a bad answer of the simulator with 500; both say what is wrong in a body of
/// <c>application/problem+json</c>. What fits passes unchanged. An address or a method that the description does not know is 404.
/// </remarks>
internal sealed class PrismProxy : IAsyncDisposable
{
    private static readonly string Folder =
        Path.Combine(RepositoryRoot.Path, "tests", "Muster.Clouds.Tests", "Prism", "npm");

    private const int AttemptsMax = 5;

    private readonly Daemon _process;

    private PrismProxy(Daemon process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where it listens, without a path.</summary>
    public Uri Url { get; }

    /// <summary>Starts one and waits until it listens, which takes seconds: share it between the tests of a class.</summary>
    /// <param name="description">The API description, OpenAPI as JSON or YAML.</param>
    /// <param name="upstream">What it stands before; its path, if any, is put before the description's.</param>
    /// <param name="root">A directory for its log.</param>
    public static async Task<PrismProxy> StartAsync(string description, Uri upstream, string root)
    {
        var script = Path.Combine(Folder, "node_modules", ".bin", "prism");
        Assert.True(
            File.Exists(script),
            $"{script} is not there: run 'npm ci --ignore-scripts' in tests/Muster.Clouds.Tests/Prism/npm, as ./test does");
        for (var attempt = 1; ; attempt++)
        {
            // Prism listens only seconds after it was told a port, and another test may have taken that by then.
            var port = FreePort.Find();
            var process = new Daemon(
                "node",
                [
                    script, "proxy", description, upstream.ToString().TrimEnd('/'), "--errors", "--host", "127.0.0.1",
                    "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ],
                new Dictionary<string, string>(),
                Path.Combine(root, $"prism-{port}.log"));
            var url = new Uri($"http://127.0.0.1:{port}/");
            using var client = new HttpClient { BaseAddress = url };
            try
            {
                await process.StartAsync(() => AnswersAsync(client));
                return new(process, url);
            }
            catch (InvalidOperationException) when (attempt < AttemptsMax)
            {
                process.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        _process.Dispose();
    }

    // Prism answers what it has no route for by itself, in its own words: that reaches no simulator, and none answers so.
    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("no/such/route", UriKind.Relative), TestContext.Current.CancellationToken);
            return (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(
                "stoplight.io/prism", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

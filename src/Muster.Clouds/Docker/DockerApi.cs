using System.Collections.Immutable;
using System.Formats.Tar;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;

namespace Muster.Clouds.Docker;

/// <summary>The calls of the Engine API that are made, each with what its status codes mean.</summary>
internal sealed class DockerApi(DockerCloudOptions options, TimeProvider timeProvider) : IDisposable
{
    // Docker 20.10, in Debian 12 and everywhere since: nothing newer is needed. Engines take versions down to 1.24 or, of late, 1.40.
    private const string Version = "v1.41";
    private const string ListCall = "docker GET /containers/json";
    private const string EventsCall = $"docker GET /{Version}/events";

    /// <summary>A large image over a slow line; longer, and the next check goes on where the layers are.</summary>
    private static readonly TimeSpan PullTimeout = TimeSpan.FromMinutes(10);

    private readonly HttpCaller _client = options.Endpoint.Open("docker", options.Timeout, timeProvider);

    /// <summary>The containers with all of these labels, in any state, and what is odd: one request.</summary>
    public async Task<IEnumerable<(ContainerSummary? Good, OddElement? Odd)>> ListAsync(
        IEnumerable<string> labels, CancellationToken cancellationToken)
    {
        var answer = await AskListAsync(new() { ["label"] = [.. labels] }, cancellationToken);
        return Read(answer);
    }

    /// <summary>The container of exactly that name; null when there is none.</summary>
    /// <exception cref="CloudException">There is one, and it cannot be read.</exception>
    public async Task<ContainerSummary?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        // The filter is a pattern that may match in the middle.
        var listed = await ListByAsync(new() { ["name"] = [name] }, cancellationToken);
        return Found(
            listed, container => container.Names?.Contains($"/{name}") is true,
            odd => JsonTexts.Text(odd, "Names") is { } other ? other == $"/{name}" : JsonTexts.Text(odd, "Id") is not null);
    }

    /// <summary>The container of that id; null when there is none.</summary>
    /// <exception cref="CloudException">There is one, and it cannot be read.</exception>
    public async Task<ContainerSummary?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var listed = await ListByAsync(new() { ["id"] = [id] }, cancellationToken);
        return Found(listed, container => container.Id == id, odd => JsonTexts.Text(odd, "Id") == id);
    }

    /// <summary>The state of the container of that id; null when there is none, or one that cannot be read.</summary>
    public async Task<string?> FindStateAsync(string id, CancellationToken cancellationToken) =>
        (await ListByAsync(new() { ["id"] = [id] }, cancellationToken)).FirstOrDefault(one => one.Good?.Id == id).Good?.State;

    /// <summary>Makes a container.</summary>
    /// <returns>Its id; null with why: <c>Conflict</c>, the name is taken, or <c>NotFound</c>, the image is not there.</returns>
    public async Task<(string? Id, HttpStatusCode Status)> CreateAsync(
        string name, ContainerCreate container, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Post, $"{Version}/containers/create?name={Uri.EscapeDataString(name)}",
            HttpCaller.Json(container, DockerJson.Default.ContainerCreate), cancellationToken);
        return answer.IsGood
            ? ((string?)answer.Read(DockerJson.Default.Created).Id, answer.Status)
            : answer.Status is HttpStatusCode.Conflict or HttpStatusCode.NotFound
                ? (null, answer.Status)
                : throw Failure(answer, CloudErrorKind.InvalidRequest);
    }

    /// <summary>Starts it; already running is success.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: what it is told to run cannot be run. <see cref="CloudErrorKind.Unavailable"/>: it
    /// could not be started for a reason of the engine's, such as what a crash of it left behind.
    /// </exception>
    public async Task StartAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(HttpMethod.Post, $"{Version}/containers/{id}/start", body: null, cancellationToken);
        if (!answer.IsGood && answer.Status is not HttpStatusCode.NotModified)
        {
            var isRuntime = Message(answer).Contains("OCI runtime", StringComparison.Ordinal);
            throw Failure(
                answer, isRuntime ? CloudErrorKind.InvalidRequest : CloudErrorKind.Unavailable, notFound: CloudErrorKind.InvalidRequest);
        }
    }

    /// <summary>Whether a start failed by what the image is told to run: other refusals name the network or the limit themselves.</summary>
    public static bool IsAboutCommand(CloudException error) =>
        error.Kind is CloudErrorKind.InvalidRequest && error.Message.Contains("exec: ", StringComparison.Ordinal);

    /// <summary>
    /// Whether a call failed because the container is not there yet or any more: one that is being made is listed some moments before
    /// the engine can find it by its id.
    /// </summary>
    public static bool IsComingOrGoing(CloudException error) =>
        error.Message.Contains("No such container", StringComparison.Ordinal)
        || error.Message.Contains("marked for removal", StringComparison.Ordinal);

    /// <summary>Puts one file into it.</summary>
    public async Task PutFileAsync(string id, string path, string text, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, path.TrimStart('/'))
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                },
                cancellationToken);
        }

        archive.Position = 0;
        var answer = await _client.CallAsync(
            HttpMethod.Put, $"{Version}/containers/{id}/archive?path=/", new StreamContent(archive), cancellationToken);
        if (!answer.IsGood)
        {
            throw Failure(answer, CloudErrorKind.InvalidRequest);
        }
    }

    /// <summary>Connects it to one more network; already connected is success.</summary>
    public async Task ConnectAsync(string network, string id, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Post, $"{Version}/networks/{Uri.EscapeDataString(network)}/connect",
            HttpCaller.Json(new NetworkConnect(id), DockerJson.Default.NetworkConnect), cancellationToken);
        if (!answer.IsGood
            && !(answer.Status is HttpStatusCode.Forbidden && Message(answer).Contains("already exists", StringComparison.Ordinal)))
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"network is '{network}': {Message(answer)}");
        }
    }

    /// <summary>Sends the stop signal and waits, the grace at most; gone or stopped is success.</summary>
    public async Task StopAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        var seconds = Math.Ceiling(grace.TotalSeconds);
        var answer = await _client.CallAsync(
            HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{Version}/containers/{id}/stop?t={seconds}"), body: null,
            cancellationToken, options.Timeout + grace);
        if (!answer.IsGood && answer.Status is not (HttpStatusCode.NotModified or HttpStatusCode.NotFound))
        {
            throw Failure(answer, CloudErrorKind.Unavailable);
        }
    }

    /// <summary>Freezes what runs in it; frozen already is success.</summary>
    public Task PauseAsync(string id, CancellationToken cancellationToken) => PauseAsync(id, "pause", "already paused", cancellationToken);

    /// <summary>Lets what is frozen in it go on; running already is success.</summary>
    public Task UnpauseAsync(string id, CancellationToken cancellationToken) =>
        PauseAsync(id, "unpause", "is not paused", cancellationToken);

    /// <summary>Removes it with its unnamed volumes, running or not; gone, or being removed, is success.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => RemoveAsync(id, force: true, cancellationToken);

    /// <summary>Removes it with its unnamed volumes; gone, or being removed, is success.</summary>
    /// <returns>False when it is running, and stays.</returns>
    public async Task<bool> RemoveUnlessRunningAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await RemoveAsync(id, force: false, cancellationToken);
        return answer.Status is not HttpStatusCode.Conflict || !Message(answer).Contains("running", StringComparison.Ordinal);
    }

    /// <summary>What a container uses now; null when it is not there or not told.</summary>
    public async Task<ContainerStats?> FindStatsAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Get, $"{Version}/containers/{id}/stats?stream=false&one-shot=true", body: null, cancellationToken);
        return answer.IsGood ? answer.TryRead(DockerJson.Default.ContainerStats)
            : answer.IsNowhere || answer.Status is HttpStatusCode.Conflict ? null
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>What a container may use; null when it is not there or not told.</summary>
    public async Task<ContainerBounds?> FindBoundsAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(HttpMethod.Get, $"{Version}/containers/{id}/json", body: null, cancellationToken);
        return answer.IsGood ? answer.TryRead(DockerJson.Default.ContainerDetails)?.HostConfig
            : answer.IsNowhere ? null
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>Whether an image is there.</summary>
    public Task<bool> HasImageAsync(string image, CancellationToken cancellationToken) =>
        ExistsAsync($"{Version}/images/{EscapePath(image)}/json", cancellationToken);

    /// <summary>Whether a network is there.</summary>
    public Task<bool> HasNetworkAsync(string network, CancellationToken cancellationToken) =>
        ExistsAsync($"{Version}/networks/{Uri.EscapeDataString(network)}", cancellationToken);

    /// <summary>Asks the image's registry for it, without pulling it.</summary>
    /// <returns>Why it cannot be pulled; null when it can.</returns>
    public async Task<string?> WhyNoPullAsync(string image, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Get, $"{Version}/distribution/{EscapePath(image)}/json", body: null, cancellationToken);
        return answer.IsGood ? null : Message(answer);
    }

    /// <summary>Pulls an image.</summary>
    /// <exception cref="CloudException">It does not exist, or its registry cannot be reached.</exception>
    public async Task PullAsync(string image, CancellationToken cancellationToken)
    {
        // Without a tag the daemon would pull every one there is.
        var reference = image.LastIndexOf(':') > image.LastIndexOf('/') || image.Contains('@', StringComparison.Ordinal)
            ? image
            : $"{image}:latest";
        var answer = await _client.CallAsync(
            HttpMethod.Post,
            $"{Version}/images/create?fromImage={Uri.EscapeDataString(reference)}",
            body: null,
            cancellationToken,
            PullTimeout);
        if (!answer.IsGood)
        {
            throw answer.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest || IsDenied(Message(answer))
                ? new CloudException(CloudErrorKind.InvalidRequest, $"image is '{image}': {Message(answer)}")
                : new CloudException(CloudErrorKind.Unavailable, $"pulling the image '{image}' failed: {Message(answer)}");
        }

        // Once it has begun to answer, the daemon can only tell an error in the middle of it.
        if (LastError(answer) is { } error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"pulling the image '{image}' failed: {error}");
        }
    }

    /// <summary>What happens to containers with a label, a line each, for as long as somebody reads.</summary>
    public async Task<LineStream> EventsAsync(string label, CancellationToken cancellationToken)
    {
        var filters = Filters(new()
        {
            ["type"] = ["container"],
            ["label"] = [label],
            // Not exec_start, health_status and the like: what they tell changes no state. Neither do kill, oom and stop: what comes of
            // them is a die, and a look at one of them would be in the way of the look at that.
            ["event"] = ["create", "start", "die", "pause", "unpause", "destroy", "rename"],
        });
        return await _client.LinesAsync(
            $"{Version}/events?filters={filters}", answer => Failure(answer, CloudErrorKind.Unavailable), cancellationToken);
    }

    /// <summary>One line of the stream of events.</summary>
    /// <exception cref="CloudException">It is none.</exception>
    public static EventMessage ReadEvent(string line) =>
        HttpAnswer.Read(Encoding.UTF8.GetBytes(line), DockerJson.Default.EventMessage, EventsCall, CloudErrorKind.Unavailable);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task PauseAsync(string id, string order, string isSo, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(HttpMethod.Post, $"{Version}/containers/{id}/{order}", body: null, cancellationToken);
        if (!answer.IsGood && !Message(answer).Contains(isSo, StringComparison.Ordinal))
        {
            // One that has ended meanwhile cannot be frozen: the engine says 409, and 500 of older versions.
            throw Failure(answer, CloudErrorKind.Unavailable);
        }
    }

    private async Task<HttpAnswer> RemoveAsync(string id, bool force, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Delete, $"{Version}/containers/{id}?v=true{(force ? "&force=true" : "")}", body: null, cancellationToken);
        return answer.IsGood || answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict
            ? answer
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    private async Task<(ContainerSummary? Good, OddElement? Odd)[]> ListByAsync(
        Dictionary<string, string[]> filters, CancellationToken cancellationToken) =>
        [.. Read(await AskListAsync(filters, cancellationToken))];

    private static IEnumerable<(ContainerSummary? Good, OddElement? Odd)> Read(HttpAnswer answer) => answer.ReadElements(
        DockerJson.Default.IReadOnlyListContainerSummary,
        whole => whole,
        path: null,
        DockerJson.Default.ContainerSummary,
        ContainerStates.Flaw);

    /// <summary>The one that is looked for. Others that cannot be read are no reason not to find it.</summary>
    private static ContainerSummary? Found(
        (ContainerSummary? Good, OddElement? Odd)[] listed, Predicate<ContainerSummary> isIt, Predicate<JsonElement> mayBeIt) =>
        listed.FirstOrDefault(one => one.Good is { } good && isIt(good)).Good
        ?? (listed.FirstOrDefault(one => one.Odd is { } odd && mayBeIt(odd.Element)).Odd is { } unclear
            ? throw new CloudException(
                CloudErrorKind.Unavailable, $"{ListCall}: the container that is looked for is there, and not understood: {unclear.Why}")
            : null);

    private async Task<HttpAnswer> AskListAsync(Dictionary<string, string[]> filters, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(
            HttpMethod.Get, $"{Version}/containers/json?all=true&filters={Filters(filters)}", body: null, cancellationToken);
        return answer.IsGood ? answer : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    private async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await _client.CallAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return answer.IsGood || (answer.IsNowhere ? false : throw Failure(answer, CloudErrorKind.Unavailable));
    }

    private static CloudException Failure(HttpAnswer answer, CloudErrorKind other, CloudErrorKind notFound = CloudErrorKind.NotFound) =>
        answer.Status is HttpStatusCode.NotFound
            ? answer.Failure(notFound, Message(answer))
            : answer.Failure(Message(answer), other);

    private static string Message(HttpAnswer answer) =>
        answer.TryRead(DockerJson.Default.ErrorMessage)?.Message ?? $"status {(int)answer.Status}";

    private static bool IsDenied(string message) =>
        message.Contains("denied", StringComparison.Ordinal) || message.Contains("manifest unknown", StringComparison.Ordinal)
        || message.Contains("not found", StringComparison.Ordinal);

    private static string? LastError(HttpAnswer answer)
    {
        var line = Encoding.UTF8.GetString(answer.Body).TrimEnd().Split('\n')[^1];
        return line.StartsWith('{')
            ? HttpAnswer.Read(Encoding.UTF8.GetBytes(line), DockerJson.Default.PullProgress, answer.Call, CloudErrorKind.Unavailable).Error
            : null;
    }

    private static string Filters(Dictionary<string, string[]> filters) =>
        Uri.EscapeDataString(JsonSerializer.Serialize(filters, DockerJson.Default.DictionaryStringStringArray));

    // An image's slashes are part of the path; dots in it must not climb.
    private static string EscapePath(string image) => string.Join('/', image.Split('/').Select(Uri.EscapeDataString));
}

using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>The calls of the REST API that are made, each with what its answers mean.</summary>
internal sealed class LxdApi(LxdCloudOptions options, TimeProvider timeProvider) : IDisposable
{
    /// <summary>Copying a large image to a slow disk, or a first pull of one.</summary>
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromMinutes(10);

    private const int Succeeded = 200;
    private const string MembersPath = "1.0/cluster/members?recursion=1";

    private readonly HttpCaller _client = options.Endpoint.Open(options.Dialect.Kind, options.Timeout, timeProvider);
    private readonly string _kind = options.Dialect.Kind;
    private readonly SemaphoreSlim _trustGate = new(1);
    private readonly string _project = $"project={Uri.EscapeDataString(options.Project)}";
    private bool _isTrusted;

    /// <summary>Every instance whose configuration has these values, and whatever LXD cannot tell of: one request.</summary>
    /// <remarks>
    /// LXD filters what it would answer. Of an instance that it cannot make out, on a member of a cluster that is offline for one, that is
    /// a name and the status Error: without the last condition those of ours would just not be there.
    /// </remarks>
    /// <param name="config">Keys and values.</param>
    /// <param name="withState">Whether their addresses are asked for, which takes LXD a process for each that runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IEnumerable<(LxdInstance? Good, OddElement? Odd)>> ListAsync(
        IEnumerable<KeyValuePair<string, string>> config, bool withState, CancellationToken cancellationToken)
    {
        var recursion = withState ? 2 : 1;
        // Read from the left, without precedence: (... and ...) or ....
        var filter = $"{string.Join(" and ", config.Select(pair => $"config.{pair.Key} eq {pair.Value}"))} or status eq {LxdStates.Error}";
        var answer = await CallAsync(
            HttpMethod.Get,
            $"1.0/instances?recursion={recursion}&{_project}&filter={Uri.EscapeDataString(filter)}",
            null,
            cancellationToken);
        return answer.IsGood
            ? answer.ReadElements(
                LxdJson.Default.Instances, whole => whole.Metadata, "metadata", LxdJson.Default.LxdInstance, LxdStates.Flaw)
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>The instance of that name; null when there is none.</summary>
    /// <exception cref="CloudException">There is one, and it cannot be read.</exception>
    public async Task<LxdInstance?> FindAsync(string name, CancellationToken cancellationToken) =>
        await LookAsync(name, cancellationToken) is { } one
            ? one.Good ?? throw new CloudException(
                CloudErrorKind.Unavailable, $"{_kind} GET /1.0/instances/{name}: the instance is there, and not understood: {one.Odd!.Why}")
            : null;

    /// <summary>The instance of that name, or what is odd about it; null when there is none.</summary>
    public async Task<(LxdInstance? Good, OddElement? Odd)?> LookAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Get, $"1.0/instances/{name}?{_project}", null, cancellationToken);
        return answer.IsGood
                ? answer.ReadElement(LxdJson.Default.Plain, whole => whole.Metadata, LxdJson.Default.LxdInstance, LxdStates.Flaw)
            : answer.Status is HttpStatusCode.NotFound ? null
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>Makes an instance and waits until it is there, not started.</summary>
    public async Task CreateAsync(LxdInstanceCreate create, string? target, CancellationToken cancellationToken)
    {
        var where = target is null ? "" : $"&target={Uri.EscapeDataString(target)}";
        await RunAsync(
            HttpMethod.Post,
            $"1.0/instances?{_project}{where}",
            HttpCaller.Json(create, LxdJson.Default.LxdInstanceCreate),
            cancellationToken);
    }

    /// <summary>Starts or stops it, and waits until that is done: also for as long as the change itself may wait.</summary>
    public async Task ChangeAsync(string name, LxdStateChange change, CancellationToken cancellationToken) =>
        await RunAsync(
            HttpMethod.Put,
            $"1.0/instances/{name}/state?{_project}",
            HttpCaller.Json(change, LxdJson.Default.LxdStateChange),
            cancellationToken,
            OperationTimeout + TimeSpan.FromSeconds(Math.Max(0, change.Timeout)));

    /// <summary>Sets keys of its configuration, and leaves all others; an empty value takes a key away.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: it is gone.</exception>
    public async Task ConfigureAsync(string name, Dictionary<string, string> config, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            HttpMethod.Patch,
            $"1.0/instances/{name}?{_project}",
            HttpCaller.Json(new LxdConfigChange(config), LxdJson.Default.LxdConfigChange),
            cancellationToken);
        if (!answer.IsGood)
        {
            throw answer.Status is HttpStatusCode.NotFound ? OwnedInstance.Gone(new(name)) : Failure(answer, CloudErrorKind.Ambiguous);
        }
    }

    /// <summary>Deletes a stopped instance with its disk, and waits until it is gone.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        await RunAsync(HttpMethod.Delete, $"1.0/instances/{name}?{_project}", null, cancellationToken);

    /// <summary>Waits for what others do with an instance at this moment.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> AwaitOthersAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Get, $"1.0/operations?recursion=1&{_project}", null, cancellationToken);
        var operations = answer.IsGood
            ? answer.Read(LxdJson.Default.Operations).Metadata ?? []
            : throw Failure(answer, CloudErrorKind.Unavailable);
        var others = operations.Values.SelectMany(some => some).Where(operation => IsAbout(operation, name)).ToArray();
        foreach (var operation in others)
        {
            // However it ends, it is over then; and one that ended meanwhile is no longer known.
            await CallAsync(
                HttpMethod.Get,
                $"1.0/operations/{operation.Id}/wait?timeout={Seconds(OperationTimeout)}",
                null,
                cancellationToken,
                OperationTimeout);
        }

        return others.Length > 0;
    }

    /// <summary>Whether something is there.</summary>
    /// <param name="path">Below <c>1.0/</c>, escaped: <c>networks/lxdbr0</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
        await FindAsync(path, _ => "", cancellationToken) is not null;

    /// <summary>What is at a path below <c>1.0/</c>, escaped; null when nothing is.</summary>
    public async Task<T?> FindAsync<T>(string path, Func<JsonFields, T> read, CancellationToken cancellationToken) where T : class
    {
        var answer = await CallAsync(HttpMethod.Get, $"1.0/{path}?{_project}", null, cancellationToken);
        return answer.IsGood ? answer.Read(whole => whole.Object("metadata", read)) ?? throw Nothing(answer)
            : answer.IsNowhere ? null
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>What the daemon says of itself and of whom it takes the caller for.</summary>
    public async Task<LxdServer> ServerAsync(CancellationToken cancellationToken) =>
        Server(await CallAsync(HttpMethod.Get, "1.0", null, cancellationToken));

    /// <summary>The profile of that name, as it is written; null when there is none.</summary>
    public async Task<LxdProfile?> FindProfileAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Get, $"1.0/profiles/{Uri.EscapeDataString(name)}?{_project}", null, cancellationToken);
        return answer.IsGood ? answer.Read(LxdJson.Default.Profile).Metadata
            : answer.IsNowhere ? null
            : throw Failure(answer, CloudErrorKind.Unavailable);
    }

    /// <summary>The names of the cluster's members; none where the daemon is in no cluster.</summary>
    public async Task<ImmutableArray<string>> MembersAsync(CancellationToken cancellationToken)
    {
        if (await ServerAsync(cancellationToken) is not { Environment.IsClustered: true })
        {
            return [];
        }

        return [.. (await MemberStatesAsync(cancellationToken)).Select(member => member.Name)];
    }

    /// <summary>The cluster's members, each with its status, by name.</summary>
    public async Task<ImmutableArray<LxdMember>> MemberStatesAsync(CancellationToken cancellationToken)
    {
        var members = await CallAsync(HttpMethod.Get, MembersPath, null, cancellationToken);
        return members.IsGood
            ? [.. (members.Read(whole => whole.Array("metadata", LxdMember.Read)) ?? [])
                .OfType<LxdMember>().OrderBy(member => member.Name, StringComparer.Ordinal)]
            : throw Failure(members, CloudErrorKind.Unavailable);
    }

    /// <summary>
    /// Null once it is listened, then the names of the instances to which something happens, for as long as somebody reads.
    /// </summary>
    /// <exception cref="CloudException">
    /// The stream is over. What happens until somebody listens again is not told later: Incus closes on a listener that is a thousand
    /// events behind (its <c>doc/events.md</c>).
    /// </exception>
    public async IAsyncEnumerable<string?> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await TrustAsync(cancellationToken);
        using var events = await _client.SocketAsync($"1.0/events?type=lifecycle&{_project}", cancellationToken);
        yield return null;
        while (await events.NextAsync(cancellationToken) is { } message)
        {
            var told = HttpAnswer.Read(message.Span, LxdJson.Default.LxdEvent, $"{_kind} GET /1.0/events", CloudErrorKind.Unavailable);
            if (NameIn(told.Metadata?.Source) is { } name)
            {
                yield return name;
            }
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"{_kind} at {options.Endpoint.Shown} ended the stream of events");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trustGate.Dispose();
        _client.Dispose();
    }

    /// <summary>The name in <c>/1.0/instances/NAME?project=...</c>; null when it is about something else.</summary>
    private static string? NameIn(string? source)
    {
        const string Instances = "/1.0/instances/";
        return source?.StartsWith(Instances, StringComparison.Ordinal) is true ? source[Instances.Length..].Split('/', '?')[0] : null;
    }

    private static bool IsAbout(LxdOperation operation, string name) =>
        operation is { StatusCode: < Succeeded, Id: not null }
        && (operation.Resources?.Values.SelectMany(paths => paths).Any(path => NameIn(path) == name) ?? false);

    /// <summary>Calls what starts an operation, and waits for its end without polling.</summary>
    private async Task RunAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var wait = timeout ?? OperationTimeout;
        var answer = await CallAsync(method, path, body, cancellationToken);
        if (!answer.IsGood)
        {
            throw Failure(answer, CloudErrorKind.Unavailable);
        }

        var operation = answer.Read(LxdJson.Default.Plain).Operation
            ?? throw new CloudException(CloudErrorKind.Ambiguous, $"{answer.Call} started no operation");
        // The order is given: from here on, an end without an answer is a doubt.
        HttpAnswer waited;
        try
        {
            // LXD itself answers when the time is over; that answer has the usual time to come.
            waited = await CallAsync(
                HttpMethod.Get,
                $"{operation.TrimStart('/').Split('?')[0]}/wait?timeout={Seconds(wait)}&{_project}",
                null,
                cancellationToken,
                wait + options.Timeout);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable)
        {
            throw new CloudException(CloudErrorKind.Ambiguous, error.Message, innerException: error);
        }

        if (!waited.IsGood)
        {
            // A daemon that was started anew knows no operations of before.
            throw new CloudException(CloudErrorKind.Ambiguous, $"{answer.Call}: its operation is lost: {Message(waited)}");
        }

        var ended = waited.Read(LxdJson.Default.Operation).Metadata;
        if (ended is { StatusCode: < Succeeded })
        {
            throw new CloudException(CloudErrorKind.Ambiguous, $"{answer.Call}: its operation did not end within {wait.TotalSeconds} s");
        }

        if (ended is { StatusCode: not Succeeded } failed)
        {
            throw LxdErrors.Of($"{answer.Call}: {failed.Err}");
        }
    }

    private async Task<HttpAnswer> CallAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        await TrustAsync(cancellationToken);
        return await _client.CallAsync(method, path, body, cancellationToken, timeout);
    }

    /// <summary>Makes sure that the daemon knows our certificate, with the token where it does not.</summary>
    private async Task TrustAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Endpoint.SocketPath is not null || Volatile.Read(ref _isTrusted))
        {
            return;
        }

        await _trustGate.WaitAsync(cancellationToken);
        try
        {
            if (!await IsTrustedAsync(cancellationToken))
            {
                await JoinAsync(cancellationToken);
            }

            Volatile.Write(ref _isTrusted, true);
        }
        finally
        {
            _trustGate.Release();
        }
    }

    private async Task<bool> IsTrustedAsync(CancellationToken cancellationToken) =>
        Server(await _client.CallAsync(HttpMethod.Get, "1.0", body: null, cancellationToken)) is { Auth: "trusted" };

    private static LxdServer Server(HttpAnswer answer) => answer.IsGood
        ? answer.Read(whole => whole.Object("metadata", LxdServer.Read)) ?? throw Nothing(answer)
        : throw Failure(answer, CloudErrorKind.Unavailable);

    private static CloudException Nothing(HttpAnswer answer) =>
        new(CloudErrorKind.Unavailable, $"{answer.Call} was answered with nothing in it");

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        if (options.TokenFile is not { } file)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"{_kind} at {options.Endpoint.Shown} does not know the certificate: "
                + $"add it there with '{options.Dialect.TrustCommand}', or give a token_file");
        }

        var token = ReadToken(file);
        var trust = new LxdTrust("client", token, token);
        var answer = await _client.CallAsync(
            HttpMethod.Post, "1.0/certificates", HttpCaller.Json(trust, LxdJson.Default.LxdTrust), cancellationToken);
        if (!answer.IsGood)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized, $"{_kind} at {options.Endpoint.Shown} does not take the trust token: {Message(answer)}");
        }
    }

    private string ReadToken(string file)
    {
        try
        {
            return options.Endpoint.Files.ReadText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized, $"token_file is '{file}': it cannot be read: {error.Message}", innerException: error);
        }
    }

    private static CloudException Failure(HttpAnswer answer, CloudErrorKind other) =>
        answer.Status is HttpStatusCode.InternalServerError or HttpStatusCode.BadRequest or HttpStatusCode.NotFound
            ? LxdErrors.Of(
                $"{answer.Call}: {Message(answer)}",
                answer.Status is HttpStatusCode.InternalServerError ? other : CloudErrorKind.InvalidRequest)
            : answer.Status is HttpStatusCode.Forbidden && LxdErrors.OfForbidden(Message(answer)) is { } kind
                ? answer.Failure(kind, Message(answer))
            : answer.Failure(Message(answer), other);

    private static string Message(HttpAnswer answer) => answer.TryRead(LxdJson.Default.Plain)?.Error ?? $"status {(int)answer.Status}";

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0", System.Globalization.CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox;

/// <summary>The API of one cluster: every call carries the token as it is then, and waits for its turn. Never repeats a call.</summary>
internal sealed class ProxmoxApi : IDisposable
{
    // pveproxy closes idle connections after some seconds of its own.
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(4);

    // A task is looked at after these times; a linked clone takes about a second, a full one minutes.
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(100), WaitMax = TimeSpan.FromSeconds(2);

    private const int TasksMax = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpCaller _caller;
    private readonly TimeProvider _timeProvider;

    public ProxmoxApi(ProxmoxOptions options, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Errors = new(options.Token);
        Token = options.Token;
        var handler = ServiceHandler.Make(options.Endpoint, IdleMax);
        handler.AutomaticDecompression = DecompressionMethods.All;
        Trust(handler, options);
        _caller = new(
            new AuthorizingHandler(handler, (request, _) =>
            {
                request.Headers.TryAddWithoutValidation("Authorization", options.Token.Header());
                request.Headers.TryAddWithoutValidation("Accept", "application/json");
                request.Headers.TryAddWithoutValidation("User-Agent", "muster");
                return ValueTask.CompletedTask;
            }),
            new HttpService("proxmox", options.Endpoint) { Timeout = options.Timeout },
            timeProvider);
    }

    /// <summary>What its refusals mean.</summary>
    public ProxmoxErrors Errors { get; }

    /// <summary>What calls prove themselves with.</summary>
    public ProxmoxToken Token { get; }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="path">Below the API, escaped: <c>nodes/pve1/qemu</c>.</param>
    /// <param name="parameters">Those of a change, in its body; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">There is no answer: see <see cref="CallDoubt"/>.</exception>
    public Task<HttpAnswer> SendAsync(
        HttpMethod method, string path, IReadOnlyDictionary<string, string>? parameters, CancellationToken cancellationToken) =>
        _caller.CallAsync(method, path, parameters is null ? null : new FormUrlEncodedContent(parameters), cancellationToken);

    /// <summary>Looks, and reads what is told. A refusal is an exception.</summary>
    public async Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, path, parameters: null, cancellationToken);
        return answer.IsGood ? PveJson.Read(answer, read) : throw Errors.Translate(answer);
    }

    /// <summary>Looks at everything that is there.</summary>
    /// <exception cref="CloudException">
    /// It cannot be told, or the node that answers is cut off from most others: what it knows of them is old, and it has not heard of all.
    /// </exception>
    public async Task<ClusterView> LookAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "cluster/resources", parameters: null, cancellationToken);
        var view = answer.IsGood ? PveJson.Read(answer, list => ClusterView.Read(list, answer.Date)) : throw Errors.Translate(answer);
        var online = view.Nodes.Values.Count(node => node.IsOnline);
        return online * 2 >= view.Nodes.Count
            ? view
            : throw new CloudException(
                CloudErrorKind.Unavailable,
                $"proxmox: the node that answers sees {online} of {view.Nodes.Count} nodes, and so has no quorum: nothing is concluded "
                + "from what it tells");
    }

    /// <summary>A machine's configuration on a node; null where that node has no such machine.</summary>
    public async Task<ImmutableDictionary<string, string>?> ConfigAsync(string node, int vmid, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, $"{MachinePath(node, vmid)}/config", parameters: null, cancellationToken);
        return answer.IsGood ? PveJson.Read(answer, PveJson.Texts)
            : ProxmoxErrors.IsElsewhere(answer) ? null
            : throw Errors.Translate(answer);
    }

    /// <summary>Whether a machine runs.</summary>
    /// <exception cref="CloudException">It is not on that node, or its node does not say.</exception>
    public async Task<bool> IsRunningAsync(string node, int vmid, CancellationToken cancellationToken) =>
        await GetAsync($"{MachinePath(node, vmid)}/status/current", status => PveJson.Text(status, "status"), cancellationToken) switch
        {
            "running" => true,
            "stopped" => false,
            var other => throw new CloudException(
                CloudErrorKind.Unavailable, $"proxmox: machine {vmid} on {node} is {ForeignText.Shown(other ?? "without a status")}"),
        };

    /// <summary>Whether a clone is under way on a node, of those that the token sees: its own at least.</summary>
    public async Task<bool> IsCloningAsync(string node, CancellationToken cancellationToken) =>
        // The list of active ones keeps those that have just ended for a moment.
        (await TasksAsync(node, "source=active&typefilter=qmclone", status => status is "RUNNING", cancellationToken)).Count > 0;

    /// <summary>The numbers of the machines that were started on a node since then; a start that failed or is under way is none.</summary>
    public Task<ImmutableHashSet<string>> StartedAsync(
        string node, DateTimeOffset since, CancellationToken cancellationToken) => TasksAsync(
        node,
        string.Create(
            CultureInfo.InvariantCulture,
            $"source=all&typefilter=qmstart&since={since.AddMinutes(-1).ToUnixTimeSeconds()}&limit={TasksMax}"),
        status => status is not null && new TaskState("", status).IsGood,
        cancellationToken);

    /// <summary>Waits for the end of a task that a change began.</summary>
    /// <param name="answer">The good answer to the change, which names the task.</param>
    /// <param name="cancellationToken">Gives up waiting; the task goes on.</param>
    /// <exception cref="CloudException">It cannot be looked at, so that nobody knows how it ends.</exception>
    public async Task<TaskState> EndOfAsync(HttpAnswer answer, CancellationToken cancellationToken)
    {
        var upid = PveJson.Read(answer, data => data.ValueKind is JsonValueKind.String ? data.GetString() : null);
        // UPID:node:pid:pstart:starttime:type:id:user:
        if (upid?.Split(':') is not ["UPID", { Length: > 0 } node, _, _, _, ..])
        {
            throw new CloudException(answer.Doubt, $"{answer.Call} was answered without a task");
        }

        var path = $"nodes/{Escape(node)}/tasks/{Escape(upid)}/status";
        for (var wait = WaitMin; ; wait = wait * 2 < WaitMax ? wait * 2 : WaitMax)
        {
            await Task.Delay(wait, _timeProvider, cancellationToken);
            var (status, exit) = await GetAsync(
                path, task => (PveJson.Text(task, "status"), PveJson.Text(task, "exitstatus")), cancellationToken);
            if (status is "stopped")
            {
                return new(upid, exit ?? "it ended without a word");
            }
        }
    }

    /// <summary>Waits a moment between two looks at something that no task is known of.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Pause, _timeProvider, cancellationToken);

    /// <summary>Where a machine is.</summary>
    public static string MachinePath(string node, int vmid) =>
        string.Create(CultureInfo.InvariantCulture, $"nodes/{Escape(node)}/qemu/{vmid}");

    /// <summary>A name as a part of a path.</summary>
    public static string Escape(string name) => Uri.EscapeDataString(name);

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private Task<ImmutableHashSet<string>> TasksAsync(
        string node, string query, Predicate<string?> isWanted, CancellationToken cancellationToken) => GetAsync(
            $"nodes/{Escape(node)}/tasks?{query}",
            list => PveJson.Rows(list).Where(task => isWanted(PveJson.Text(task, "status"))).Select(task => PveJson.Text(task, "id"))
                .OfType<string>().ToImmutableHashSet(StringComparer.Ordinal),
            cancellationToken);

    private static string Colons(string hash) => string.Join(':', hash.Chunk(2).Select(pair => new string(pair)));

    private static void Trust(SocketsHttpHandler handler, ProxmoxOptions options)
    {
        if (options.Authorities is { } authorities)
        {
            ServiceHandler.Trust(handler, authorities);
            // The very certificate is trusted whatever its name; others by their authority and name.
            handler.SslOptions.RemoteCertificateValidationCallback = (sender, shown, chain, errors) =>
                shown is not null && authorities.Any(one => one.RawDataMemory.Span.SequenceEqual(shown.GetRawCertData()))
                || CertificateJudge.Judge(sender, shown, chain, errors);
        }
        else if (options.Fingerprint is { } fingerprint)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                shown is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
                    ? throw new CertificateRefusedException("shows no certificate")
                    : shown.GetCertHashString(HashAlgorithmName.SHA256) is var other
                        && string.Equals(other, fingerprint, StringComparison.OrdinalIgnoreCase)
                    ? true
                    : throw new CertificateRefusedException(
                        $"shows a certificate with the SHA-256 fingerprint {Colons(other)}, which is not the one in the configuration");
        }
    }
}
